"""What do the stores on SQLite and PostgreSQL share?"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql import controls, customers, queries, shelf
from triage_core.adapters.sql.duty import SqlDuty
from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.evidence import EvidenceReader
from triage_core.adapters.sql.hooks import HookTables
from triage_core.adapters.sql.identity import SqlVault
from triage_core.adapters.sql.knowledge import SqlKnowledge
from triage_core.adapters.sql.reports import SqlReports
from triage_core.adapters.sql.sends import SqlSends
from triage_core.adapters.sql.tables import checkpoints, digest_keys, policies
from triage_core.adapters.sql.vital_signs import VitalSigns
from triage_core.domain.errors import PolicyTaken
from triage_core.ports import DueTimer, ProfileRow, StoredPolicy, Timer

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Found, Given, Statement
    from triage_core.control_ports import ControlLine, Notice, StoredControl

_DIGEST_KEY_BYTES = 32


class SqlStore(EvidenceReader, HookTables, VitalSigns):
    """Everything but the way a decision is written, which each database does in its own way."""

    def __init__(self, dialect: str) -> None:
        """Build the statements that databases spell differently."""
        HookTables.__init__(self, dialect)
        VitalSigns.__init__(self, dialect)
        self._dialect = dialect
        self._put_policy = _insert_if_new(dialect, policies)
        self._put_digest_key = _insert_if_new(dialect, digest_keys)
        self._add_checkpoint = _add_checkpoint(dialect)
        self._digest_keys: dict[str, bytes] = {}
        self.vault = SqlVault(self)
        self.duty = SqlDuty(self, dialect)
        self.sends = SqlSends(self, dialect)
        self.knowledge = SqlKnowledge(self, dialect)
        self.reports = SqlReports(self, dialect)

    def claim(self, now: datetime, until: datetime, worker: str, limit: int) -> tuple[DueTimer, ...]:
        """Claim due timers for a worker until a moment; a claim that lapses can be taken by another worker."""
        given: Given = {"now": micros(now), "until": micros(until), "worker": escape(worker), "limit": limit}
        return tuple(
            DueTimer(
                tenant=unescape(tenant),
                ticket_id=unescape(ticket_id),
                timer=Timer(purpose=unescape(purpose), due_at=moment(due_at), edge=unescape(edge)),
            )
            for due_at, tenant, ticket_id, purpose, edge in sorted(self.act(queries.CLAIM, given))
        )

    def put_policy(self, tenant: str, policy: StoredPolicy) -> None:
        """Store a version; storing the same version with other content raises `PolicyTaken`."""
        given: Given = {
            "tenant": escape(tenant),
            "version": escape(policy.version),
            "document": escape(policy.document),
            "digest": escape(policy.digest),
            "active_from": micros(policy.active_from),
        }
        self.act(self._put_policy, given)
        stored = next(known for known in self.policies(tenant) if known.version == policy.version)
        if (stored.document, stored.digest) != (policy.document, policy.digest):
            raise PolicyTaken

    def forget_answers(self, before: datetime) -> int:
        """Remove the answers of all tenants that are older, and return how many there were."""
        return len(self.act(queries.FORGET_ANSWERS, {"before": micros(before)}))

    def digest_key(self, tenant: str) -> bytes:
        """Return the tenant's key, made at the first call and the same ever after."""
        if (known := self._digest_keys.get(tenant)) is not None:
            return known
        given = {"tenant": escape(tenant)}
        if not self.rows(queries.DIGEST_KEY, given):
            self.act(self._put_digest_key, {**given, "key": secrets.token_bytes(_DIGEST_KEY_BYTES)})
        key = bytes(self.rows(queries.DIGEST_KEY, given)[0][0])
        return self._digest_keys.setdefault(tenant, key)

    def put_profiles(self, tenant: str, rows: Sequence[ProfileRow]) -> None:
        """Write rows; a row of the same account and person is replaced."""
        whole = len(rows) - len(rows) % customers.PIECE
        pieces = [rows[start : start + customers.PIECE] for start in range(0, whole, customers.PIECE)]
        for piece in (*pieces, *([row] for row in rows[whole:])):
            self.act(customers.put(self._dialect, len(piece)), customers.given_of(tenant, piece))

    def control(self, tenant: str, name: str) -> StoredControl:
        """Return a control as it stands."""
        return controls.read(self, tenant, name)

    def put_control(self, line: ControlLine, notices: tuple[Notice, ...] = ()) -> None:
        """Write what a line says, the line itself and what it tells, durable on return; raises `ControlMoved`."""
        self.together(lambda act: controls.put(act, self._dialect, line, notices))

    def control_log(self, tenant: str, limit: int) -> tuple[ControlLine, ...]:
        """Return the latest changes of a tenant's controls, the newest first."""
        return controls.latest(self, tenant, limit)

    def drop_profiles(self, tenant: str, requester_key: str) -> int:
        """Forget what the profile table knows of a person; return how many rows that were."""
        given = {"tenant": escape(tenant), "requester_key": escape(requester_key)}
        return len(self.act(shelf.DROP_PROFILES, given))

    def add_checkpoint(self, tenant: str, at: datetime, count: int, root: str) -> int:
        """Record a checkpoint and return its number; a tenant's checkpoints count from 1."""
        given: Given = {"tenant": escape(tenant), "at": micros(at), "count": count, "root": root}
        found: Found = ()
        while not found:  # empty when somebody else took the number in between
            found = self.act(self._add_checkpoint, given)
        return int(found[0][0])


def _insert_if_new(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _add_checkpoint(dialect: str) -> Statement:
    number = func.coalesce(func.max(checkpoints.c.number), 0) + 1
    given = [bindparam(name, type_=checkpoints.c[name].type) for name in ("at", "count", "root")]
    tenant = bindparam("tenant", type_=checkpoints.c.tenant.type)
    row = select(tenant, number, *given).where(checkpoints.c.tenant == tenant)
    insert = _insert_if_new(dialect, checkpoints).from_select(["tenant", "number", "at", "count", "root"], row)
    return insert.returning(checkpoints.c.number)
