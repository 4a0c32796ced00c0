"""Which statements keep hooks and deliver events? Each is built once and takes its values by name."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Table,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.queries import TENANT
from triage_core.adapters.sql.reading import Statement
from triage_core.adapters.sql.tables import (
    IS_QUEUED,
    IS_WAITING,
    KEY,
    deliveries,
    hooks,
    outbox,
    policies,
    signing_secrets,
    timers,
)
from triage_core.domain.delivery import CALLBACK


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=KEY)


def _count(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


_NOW = _count("now")
HOOK_ID, MESSAGE_ID = _text("hook_id"), _text("message_id")

# --- registrations ----------------------------------------------------------------------------------------------------

#: What a hook is read from, in the order of its fields.
HOOK_FIELDS = (
    *("tenant", "id", "url", "event_type", "platform", "created_by", "created_at", "since", "state", "failures"),
    *("last_status", "expires_at", "resume_at", "header_name", "header_value"),
)
_HOOK = [hooks.c[name] for name in HOOK_FIELDS]
_THIS_HOOK = and_(hooks.c.tenant == TENANT, hooks.c.id == HOOK_ID)
HOOKS = select(*_HOOK).where(hooks.c.tenant == TENANT).order_by(hooks.c.created_at.desc(), hooks.c.id)
DROP_HOOK = hooks.delete().where(_THIS_HOOK)
DROP_DELIVERIES = deliveries.delete().where(
    deliveries.c.tenant == TENANT, deliveries.c.hook_id == HOOK_ID, deliveries.c.state != "sent"
)
SET_HEADER = hooks.update().where(_THIS_HOOK).values(header_name=_text("name"), header_value=_text("value"))


def _insert(dialect: str, into: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def put_hook(dialect: str) -> Statement:
    """Insert a hook, or bring one that is out of service back; one in service stays as it is."""
    given = {name: bindparam(name, type_=hooks.c[name].type) for name in HOOK_FIELDS}
    insert = _insert(dialect, hooks).values(given)
    anew = {name: insert.excluded[name] for name in ("since", "state", "failures", "expires_at", "resume_at")}
    is_out = or_(hooks.c.state != "active", hooks.c.expires_at.is_not(None))
    return insert.on_conflict_do_update(index_elements=["tenant", "id"], set_=anew, where=is_out)


SECRETS = (
    select(signing_secrets.c.number, signing_secrets.c.secret, signing_secrets.c.made_at, signing_secrets.c.until)
    .where(signing_secrets.c.tenant == TENANT)
    .order_by(signing_secrets.c.number.desc())
)
END_SECRETS = (
    signing_secrets.update()
    .where(
        signing_secrets.c.tenant == TENANT,
        signing_secrets.c.number < _count("number"),
        signing_secrets.c.until.is_(None),
    )
    .values(until=_count("old_until"))
)


def add_secret(dialect: str) -> Statement:
    """Insert a secret unless its number is taken, and say whether it was not."""
    insert = _insert(dialect, signing_secrets)
    given = {name: bindparam(name, type_=signing_secrets.c[name].type) for name in ("number", "secret", "made_at")}
    return insert.values(tenant=TENANT, **given).on_conflict_do_nothing().returning(signing_secrets.c.number)


# --- from messages to deliveries --------------------------------------------------------------------------------------

_earlier_message = outbox.alias("earlier")
#: Of each ticket the first message, so that two workers cannot pass on a later one before it.
_FIRST = ~exists().where(
    _earlier_message.c.tenant == outbox.c.tenant,
    _earlier_message.c.ticket_id == outbox.c.ticket_id,
    _earlier_message.c.state == "queued",
    or_(
        _earlier_message.c.number < outbox.c.number,
        and_(_earlier_message.c.number == outbox.c.number, _earlier_message.c.position < outbox.c.position),
    ),
)
_QUEUED = (
    select(outbox.c.tenant, outbox.c.id)
    .where(IS_QUEUED, _FIRST)
    .order_by(outbox.c.created_at, outbox.c.tenant, outbox.c.id)
    .limit(_count("limit"))
    .with_for_update(skip_locked=True)
    .cte("queued")
)
TAKE_MESSAGES = (
    outbox.update()
    .where(outbox.c.tenant == _QUEUED.c.tenant, outbox.c.id == _QUEUED.c.id)
    .values(state="passed_on")
    .returning(
        *(outbox.c.tenant, outbox.c.id, outbox.c.ticket_id, outbox.c.number, outbox.c.position),
        *(outbox.c.type, outbox.c.created_at),
    )
)

_IS_SERVED = and_(hooks.c.state == "active", or_(hooks.c.expires_at.is_(None), hooks.c.expires_at > _NOW))
_DELIVERY_FIELDS = (
    *("tenant", "message_id", "hook_id", "ticket_id", "number", "position", "state", "attempts", "next_at"),
    "created_at",
)


def pass_on(dialect: str) -> Statement:
    """Make the deliveries of one message."""
    wanted = select(
        TENANT,
        MESSAGE_ID,
        hooks.c.id,
        _text("ticket_id"),
        *(_count("number"), _count("position"), literal("queued", Text), literal(0, BigInteger), _NOW),
        _count("created_at"),
    ).where(
        hooks.c.tenant == TENANT,
        hooks.c.event_type == _text("type"),
        hooks.c.since <= _count("created_at"),
        _IS_SERVED,
    )
    return _insert(dialect, deliveries).from_select(_DELIVERY_FIELDS, wanted).on_conflict_do_nothing()


# --- from deliveries to receivers -------------------------------------------------------------------------------------

_earlier = deliveries.alias("earlier")
#: Nothing of the same ticket waits before it.
_IS_NEXT = ~exists().where(
    _earlier.c.tenant == deliveries.c.tenant,
    _earlier.c.hook_id == deliveries.c.hook_id,
    _earlier.c.ticket_id == deliveries.c.ticket_id,
    _earlier.c.next_at.is_not(None),
    or_(
        _earlier.c.number < deliveries.c.number,
        and_(_earlier.c.number == deliveries.c.number, _earlier.c.position < deliveries.c.position),
    ),
)
_IS_DUE = and_(deliveries.c.next_at <= _NOW, IS_WAITING, _IS_NEXT)
_IS_FREE = and_(
    _IS_SERVED,
    or_(hooks.c.resume_at.is_(None), hooks.c.resume_at <= _NOW),
    or_(hooks.c.claimed_until.is_(None), hooks.c.claimed_until <= _NOW),
)
_HAS_DUE = exists().where(deliveries.c.tenant == hooks.c.tenant, deliveries.c.hook_id == hooks.c.id, _IS_DUE)
#: The hook that was served longest ago. PostgreSQL passes over one that another worker is claiming.
_FREE = (
    select(hooks.c.tenant, hooks.c.id)
    .where(_IS_FREE, _HAS_DUE)
    .order_by(func.coalesce(hooks.c.claimed_until, 0), hooks.c.tenant, hooks.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=hooks)
    .cte("free")
)
CLAIM_HOOK = (
    hooks.update()
    .where(hooks.c.tenant == _FREE.c.tenant, hooks.c.id == _FREE.c.id)
    .values(claimed_by=_text("claim"), claimed_until=_count("until"))
    .returning(*_HOOK)
)
DUE = (
    select(deliveries.c.message_id, deliveries.c.ticket_id, outbox.c.type, outbox.c.payload, deliveries.c.attempts)
    .join(outbox, and_(outbox.c.tenant == deliveries.c.tenant, outbox.c.id == deliveries.c.message_id))
    .where(deliveries.c.tenant == TENANT, deliveries.c.hook_id == HOOK_ID, _IS_DUE)
    .order_by(deliveries.c.next_at, deliveries.c.created_at, deliveries.c.message_id)
    .limit(_count("limit"))
)
_IS_CLAIMED = and_(_THIS_HOOK, hooks.c.claimed_by == _text("claim"))
COUNT_AT_HOOK = (
    hooks.update()
    .where(_IS_CLAIMED)
    .values(
        failures=case((_count("is_success") == 1, 0), else_=hooks.c.failures + 1),
        last_status=_count("status"),
        resume_at=_count("resume_at"),
        state=func.coalesce(_text("hook_state"), hooks.c.state),
    )
    .returning(hooks.c.id)
)
SETTLE = (
    deliveries.update()
    .where(deliveries.c.tenant == TENANT, deliveries.c.hook_id == HOOK_ID, deliveries.c.message_id == MESSAGE_ID)
    .values(
        state=_text("state"),
        attempts=deliveries.c.attempts + _count("attempt"),
        next_at=_count("next_at"),
        last_status=_count("status"),
        last_failure=_text("failure"),
    )
)
#: What still waits for a receiver that wants no more.
BURY = (
    deliveries.update()
    .where(deliveries.c.tenant == TENANT, deliveries.c.hook_id == HOOK_ID, IS_WAITING)
    .values(state="dead", next_at=null(), last_failure=_text("failure"))
)
#: Remembers when it was served, for the order of claims.
RELEASE = hooks.update().where(_IS_CLAIMED).values(claimed_by=null(), claimed_until=_NOW)

# --- looking ----------------------------------------------------------------------------------------------------------


def _optional(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return or_(_text(name).is_(None), column == _text(name))


DELIVERIES = (
    select(
        *(deliveries.c.message_id, deliveries.c.hook_id, deliveries.c.ticket_id, outbox.c.type, deliveries.c.state),
        *(deliveries.c.attempts, deliveries.c.next_at, deliveries.c.last_status, deliveries.c.last_failure),
        deliveries.c.created_at,
    )
    .join(outbox, and_(outbox.c.tenant == deliveries.c.tenant, outbox.c.id == deliveries.c.message_id))
    .where(
        deliveries.c.tenant == TENANT,
        _optional(deliveries.c.hook_id, "hook_id"),
        _optional(deliveries.c.state, "state"),
    )
    .order_by(deliveries.c.created_at.desc(), deliveries.c.message_id.desc(), deliveries.c.hook_id)
    .limit(_count("limit"))
)
REPLAY = (
    deliveries.update()
    .where(
        deliveries.c.tenant == TENANT,
        deliveries.c.state == "dead",
        _optional(deliveries.c.hook_id, "hook_id"),
        _optional(deliveries.c.message_id, "message_id"),
        exists().where(hooks.c.tenant == deliveries.c.tenant, hooks.c.id == deliveries.c.hook_id, _IS_SERVED),
    )
    .values(state="queued", attempts=0, next_at=_NOW)
    .returning(deliveries.c.message_id)
)
LATEST = (
    select(outbox.c.id, outbox.c.type, outbox.c.payload, outbox.c.created_at)
    .where(outbox.c.tenant == TENANT, outbox.c.type == _text("type"))
    .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
    .limit(_count("limit"))
)

_hooks_serving = exists().where(
    hooks.c.tenant == deliveries.c.tenant, hooks.c.id == deliveries.c.hook_id, hooks.c.state == "active"
)
_BEFORE = _count("before")
#: What waits for a hook in service is kept however old it is; a callback that lapsed holds a secret for nothing.
FORGET = (
    deliveries.delete()
    .where(deliveries.c.created_at < _BEFORE, or_(deliveries.c.next_at.is_(None), ~_hooks_serving))
    .returning(deliveries.c.message_id),
    outbox.delete()
    .where(
        outbox.c.created_at < _BEFORE,
        outbox.c.state == "passed_on",
        ~exists().where(deliveries.c.tenant == outbox.c.tenant, deliveries.c.message_id == outbox.c.id),
    )
    .returning(outbox.c.id),
    hooks.delete().where(hooks.c.event_type.startswith(CALLBACK), hooks.c.expires_at < _BEFORE).returning(hooks.c.id),
)

VITALS = select(
    select(policies.c.version).where(policies.c.active_from <= _NOW).limit(1).scalar_subquery(),
    select(func.min(timers.c.due_at)).where(timers.c.due_at <= _NOW).scalar_subquery(),
    select(func.min(outbox.c.created_at)).where(IS_QUEUED).scalar_subquery(),
    select(func.min(deliveries.c.next_at))
    .join(hooks, and_(hooks.c.tenant == deliveries.c.tenant, hooks.c.id == deliveries.c.hook_id))
    .where(_IS_DUE, _IS_FREE)
    .scalar_subquery(),
    select(func.count()).select_from(deliveries).where(deliveries.c.state == "dead").scalar_subquery(),
)
