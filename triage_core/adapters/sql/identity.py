"""In which tables are keys, sessions, links and pending changes kept, and with which statements?

The tenant leads every key, as everywhere. Who comes with a secret does not say its tenant, so an index of each table
begins with what the secret names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Index,
    Table,
    Text,
    and_,
    bindparam,
    or_,
    select,
)

from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.credentials import ApiKey, ChangeKind, PendingChange, Session, SignInLink

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage_core.adapters.sql.reading import Found, Given, Statement
    from triage_core.domain.value import Value

Kept = TypeVar("Kept", ApiKey, Session, SignInLink, PendingChange)

_BY = ","


def _key(name: str) -> Column[str]:
    return Column(name, KEY, primary_key=True)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


#: Columns have the names of the values' fields; whole numbers are moments.
api_keys = Table(
    "api_keys",
    metadata,
    _key("tenant"),
    _key("prefix"),
    *map(_text, ("secret_hash", "name", "platform", "scopes", "created_by")),
    *map(_moment, ("created_at", "expires_at")),
    *(_moment(name, nullable=True) for name in ("last_used_at", "revoked_at")),
    _text("rotated_from", nullable=True),
)
Index("api_keys_by_prefix", api_keys.c.prefix, api_keys.c.tenant, unique=True)

sessions = Table(
    "sessions",
    metadata,
    _key("tenant"),
    _key("id"),
    Column("person_id", KEY, nullable=False),
    _text("method"),
    *map(_moment, ("auth_time", "last_seen_at")),
)
Index("sessions_by_id", sessions.c.id, sessions.c.tenant, unique=True)
Index("sessions_by_person", sessions.c.tenant, sessions.c.person_id)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    _key("tenant"),
    _key("id"),
    Column("person_id", KEY, nullable=False),
    _moment("expires_at"),
)
Index("sign_in_links_by_id", sign_in_links.c.id, sign_in_links.c.tenant, unique=True)

pending_changes = Table(
    "pending_changes",
    metadata,
    _key("tenant"),
    _key("id"),
    *map(_text, ("kind", "summary", "document", "proposed_by")),
    _moment("proposed_at"),
    _text("settled_by", nullable=True),
    _moment("settled_at", nullable=True),
)


def _given(name: str) -> BindParameter[str]:
    return bindparam(f"given_{name}", type_=KEY)


_AT: BindParameter[int] = bindparam("given_at", type_=BigInteger)


def _insert(table: Table) -> Statement:
    return table.insert().values({column.name: bindparam(column.name, type_=column.type) for column in table.columns})


def _this(table: Table, name: str) -> ColumnElement[bool]:
    return and_(table.c.tenant == _given("tenant"), table.c[name] == _given("id"))


def _of_tenant(table: Table, newest: str, name: str = "id") -> Statement:
    return select(table).where(table.c.tenant == _given("tenant")).order_by(table.c[newest].desc(), table.c[name])


_THIS_KEY, _THIS_SESSION = _this(api_keys, "prefix"), _this(sessions, "id")
_THIS_CHANGE = _this(pending_changes, "id")
_ADD = {table: _insert(table) for table in (api_keys, sessions, sign_in_links, pending_changes)}
_KEY = select(api_keys).where(api_keys.c.prefix == _given("id"))
_KEYS = _of_tenant(api_keys, "created_at", "prefix")
_END_KEY = api_keys.update().where(_THIS_KEY, api_keys.c.expires_at > _AT).values(expires_at=_AT)
_REVOKE_KEY = api_keys.update().where(_THIS_KEY, api_keys.c.revoked_at.is_(None)).values(revoked_at=_AT)
_USED_BEFORE = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < _AT)
_TOUCH_KEY = api_keys.update().where(_THIS_KEY, _USED_BEFORE).values(last_used_at=_AT)
_SESSION = select(sessions).where(sessions.c.id == _given("id"))
_SESSIONS = (
    select(sessions)
    .where(sessions.c.tenant == _given("tenant"), sessions.c.person_id == _given("person"))
    .order_by(sessions.c.auth_time.desc(), sessions.c.id)
)
_TOUCH_SESSION = sessions.update().where(_THIS_SESSION, sessions.c.last_seen_at < _AT).values(last_seen_at=_AT)
_DROP_SESSION = sessions.delete().where(_THIS_SESSION, sessions.c.person_id == _given("person"))
_DROP_OLD = sessions.delete().where(sessions.c.auth_time < _AT).returning(sessions.c.id)
_LINK = select(sign_in_links).where(sign_in_links.c.id == _given("id"))
_TAKE_LINK = sign_in_links.delete().where(sign_in_links.c.id == _given("id")).returning(*sign_in_links.c)
_DROP_OLD_LINKS = sign_in_links.delete().where(sign_in_links.c.expires_at < _AT).returning(sign_in_links.c.id)
_CHANGE = select(pending_changes).where(_THIS_CHANGE)
_CHANGES = _of_tenant(pending_changes, "proposed_at")
_SETTLE = (
    pending_changes.update()
    .where(_THIS_CHANGE, pending_changes.c.settled_at.is_(None))
    .values(settled_by=_given("by"), settled_at=_AT)
    .returning(pending_changes.c.id)
)


class Database(Protocol):
    """Runs statements; each of the stores on SQL does."""

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement."""

    def act(self, statement: Statement, given: Given) -> Found:
        """Run one writing statement for good and return what it returns."""


class SqlVault:
    """Answers `Vault` over a database."""

    def __init__(self, database: Database) -> None:
        """Keep everything in the tables of a store."""
        self._database = database

    # --- keys ---------------------------------------------------------------------------------------------------------

    def add_key(self, key: ApiKey) -> None:
        """Store a new key."""
        self._add(api_keys, key)

    def key(self, prefix: str) -> ApiKey | None:
        """Return the key with this visible part, of whichever tenant."""
        return _first(_read(ApiKey, api_keys, self._database.rows(_KEY, _named(id=prefix))))

    def keys(self, tenant: str) -> tuple[ApiKey, ...]:
        """Return all keys of a tenant, the newest first, ended ones among them."""
        return _read(ApiKey, api_keys, self._database.rows(_KEYS, _named(tenant=tenant)))

    def end_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end at a moment, unless it ends before."""
        self._database.act(_END_KEY, _named(at, tenant=tenant, id=prefix))

    def revoke_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end for good; a second revocation changes nothing."""
        self._database.act(_REVOKE_KEY, _named(at, tenant=tenant, id=prefix))

    def touch_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Write down when a key was last used, unless a later use is known."""
        self._database.act(_TOUCH_KEY, _named(at, tenant=tenant, id=prefix))

    # --- sessions -----------------------------------------------------------------------------------------------------

    def add_session(self, session: Session) -> None:
        """Store a new session."""
        self._add(sessions, session)

    def session(self, session_id: str) -> Session | None:
        """Return a session, of whichever tenant."""
        return _first(_read(Session, sessions, self._database.rows(_SESSION, _named(id=session_id))))

    def sessions(self, tenant: str, person_id: str) -> tuple[Session, ...]:
        """Return a person's sessions, the newest first."""
        return _read(Session, sessions, self._database.rows(_SESSIONS, _named(tenant=tenant, person=person_id)))

    def touch_session(self, tenant: str, session_id: str, at: datetime) -> None:
        """Write down when a session was last seen, unless a later sight is known."""
        self._database.act(_TOUCH_SESSION, _named(at, tenant=tenant, id=session_id))

    def drop_session(self, tenant: str, person_id: str, session_id: str) -> None:
        """End a session of a person; an unknown one is no error."""
        self._database.act(_DROP_SESSION, _named(tenant=tenant, person=person_id, id=session_id))

    def drop_old_sessions(self, before: datetime) -> int:
        """Forget sessions that began before a moment; return how many."""
        return len(self._database.act(_DROP_OLD, _named(before)))

    # --- links --------------------------------------------------------------------------------------------------------

    def add_link(self, link: SignInLink) -> None:
        """Store a new link."""
        self._add(sign_in_links, link)

    def link(self, link_id: str) -> SignInLink | None:
        """Return a link that was not used yet."""
        return _first(_read(SignInLink, sign_in_links, self._database.rows(_LINK, _named(id=link_id))))

    def take_link(self, link_id: str) -> SignInLink | None:
        """Return a link and forget it; of two takers one gets it."""
        return _first(_read(SignInLink, sign_in_links, self._database.act(_TAKE_LINK, _named(id=link_id))))

    def drop_old_links(self, before: datetime) -> int:
        """Forget links that ended before a moment; return how many."""
        return len(self._database.act(_DROP_OLD_LINKS, _named(before)))

    # --- pending changes ----------------------------------------------------------------------------------------------

    def add_change(self, change: PendingChange) -> None:
        """Store a new change."""
        self._add(pending_changes, change)

    def change(self, tenant: str, change_id: str) -> PendingChange | None:
        """Return a change of a tenant."""
        found = self._database.rows(_CHANGE, _named(tenant=tenant, id=change_id))
        return _first(_read(PendingChange, pending_changes, found))

    def changes(self, tenant: str) -> tuple[PendingChange, ...]:
        """Return all changes of a tenant, the newest first."""
        return _read(PendingChange, pending_changes, self._database.rows(_CHANGES, _named(tenant=tenant)))

    def settle_change(self, tenant: str, change_id: str, by: str, at: datetime) -> bool:
        """Write down who settled an unsettled change; of two people one does, and only that one is told so."""
        return bool(self._database.act(_SETTLE, _named(at, tenant=tenant, id=change_id, by=by)))

    def _add(self, table: Table, value: Value) -> None:
        self._database.act(_ADD[table], {column.name: _stored(getattr(value, column.name)) for column in table.columns})


def _named(at: datetime | None = None, **names: str) -> dict[str, str | int | None]:
    moments = {} if at is None else {"given_at": micros(at)}
    return {**moments, **{f"given_{name}": escape(value) for name, value in names.items()}}


def _stored(held: Any) -> str | int | None:  # noqa: ANN401 - what a column may hold
    if held is None:
        return None
    if isinstance(held, tuple):
        return _BY.join(map(escape, held))
    return escape(str(held)) if isinstance(held, str) else micros(held)


def _read(kind: type[Kept], table: Table, found: Found) -> tuple[Kept, ...]:
    names = table.columns.keys()
    return tuple(kind(**{name: _held(name, stored) for name, stored in zip(names, row, strict=True)}) for row in found)


def _held(name: str, stored: str | int | None) -> Any:  # noqa: ANN401 - what a field may hold
    if stored is None:
        return None
    if isinstance(stored, int):
        return moment(stored)
    text = unescape(stored)
    if name == "scopes":
        return tuple(text.split(_BY)) if text else ()
    return ChangeKind(text) if name == "kind" else text


def _first(found: Iterable[Kept]) -> Kept | None:
    return next(iter(found), None)
