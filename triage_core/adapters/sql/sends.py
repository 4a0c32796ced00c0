"""How are intents to send kept in tables, so that several workers share the work and none is lost or made twice?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from triage_core.adapters.sql import send_queries as queries
from triage_core.adapters.sql.encoding import escape, escape_optional, micros, moment
from triage_core.adapters.sql.send_tables import record_of
from triage_core.domain.sending import INTERRUPTED, TRIED_AGAIN, SendLane, SendRecord, SendSettlement, SendState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.adapters.sql.hooks import Act
    from triage_core.adapters.sql.reading import Found, Given, Statement
    from triage_core.send_ports import SendFilter


class Database(Protocol):
    """Runs statements; each of the stores on SQL does."""

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement."""

    def act(self, statement: Statement, given: Given) -> Found:
        """Run one writing statement for good and return what it returns."""

    def together(self, work: Callable[[Act], Found]) -> Found:
        """Run several writing statements for good, all or none."""


class SqlSends:
    """Answers `SendBook` over a database."""

    def __init__(self, database: Database, dialect: str) -> None:
        """Keep everything in the tables of a store."""
        self._database = database
        self._put_lane = queries.put_lane(dialect)

    # --- handing out --------------------------------------------------------------------------------------------------

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> SendLane | None:
        """Claim up to a number of due intents of one surface of one tenant until a moment."""
        given: Given = {"now": micros(now), "until": micros(until), "claim": claim, "limit": limit}

        def work(act: Act) -> Found:
            act(queries.LAPSE, {"now": micros(now), "interrupted": INTERRUPTED})
            return act(queries.CLAIM, given)

        found = sorted(map(record_of, self._database.together(work)), key=_turn_of)
        if not found:
            return None
        lane = SendLane(
            tenant=found[0].tenant, surface=found[0].send.surface, claim=claim, until=until, sends=tuple(found)
        )
        failures = self._database.rows(queries.FAILURES, _key_of(lane))
        return replace(lane, failures=failures[0][0]) if failures else lane

    def begin(self, lane: SendLane, record: SendRecord, now: datetime) -> bool:
        """Write down, durable on return, that an attempt begins; tell whether the claim still holds."""
        given: Given = {"now": micros(now), "attempts": record.attempts + 1}
        return bool(self._database.act(queries.BEGIN, {**_this(record), "claim": lane.claim, **given}))

    def settle(self, lane: SendLane, record: SendRecord, settlement: SendSettlement) -> bool:
        """Record how an intent stands; tell whether the claim still held, for else nothing changes."""

        def work(act: Act) -> Found:
            held = act(queries.SETTLE, {**_this(record), "claim": lane.claim, **_columns(settlement)})
            if held and settlement.failures not in {None, lane.failures}:
                resume = {"failures": settlement.failures, "resume_at": _micros_of(settlement.resume_at)}
                act(self._put_lane, {**_key_of(lane), **resume})
            return held

        return bool(self._database.together(work))

    def release(self, lane: SendLane) -> None:
        """Give back what was claimed and not begun."""
        self._database.act(queries.RELEASE, {**_key_of(lane), "claim": lane.claim})

    # --- looking ------------------------------------------------------------------------------------------------------

    def listed(self, tenant: str, which: SendFilter, limit: int) -> tuple[SendRecord, ...]:
        """Return intents, the newest first."""
        given: Given = {
            "tenant": escape(tenant),
            "ticket_id": escape_optional(which.ticket_id),
            "surface": which.surface.value if which.surface else None,
            "state": which.state.value if which.state else None,
            "limit": limit,
        }
        return tuple(map(record_of, self._database.rows(queries.LISTED, given)))

    def ended(self, tenant: str, state: SendState, after: datetime, until: datetime) -> tuple[SendRecord, ...]:
        """Return intents that came to a state from after a moment until another and are there still, in that order."""
        given: Given = {"tenant": escape(tenant), "state": state.value, "after": micros(after), "until": micros(until)}
        statement = queries.ENDED_AMISS if state in TRIED_AGAIN else queries.ENDED
        return tuple(map(record_of, self._database.rows(statement, given)))

    def retry(self, tenant: str, send_id: str, by: str, at: datetime) -> bool:
        """Queue an intent that failed or is unknown anew, and write down who wanted it; tell whether it was one."""
        given: Given = {"tenant": escape(tenant), "id": escape(send_id), "by": escape(by), "now": micros(at)}
        return bool(self._database.act(queries.RETRY, given))

    def unreported(self, limit: int) -> tuple[SendRecord, ...]:
        """Return intents that are over and whose end nobody was told yet, the oldest end first."""
        return tuple(map(record_of, self._database.rows(queries.UNREPORTED, {"limit": limit})))

    def report(self, record: SendRecord) -> None:
        """Write down that this end of an intent was told; one that goes on meanwhile stays untold."""
        self._database.act(queries.REPORT, {**_this(record), "over_at": _micros_of(record.over_at)})

    def forget(self, before: datetime) -> int:
        """Delete intents from before a moment that are over and whose end was told; return how many."""
        return len(self._database.act(queries.FORGET, {"before": micros(before)}))

    def vitals(self, now: datetime) -> tuple[datetime | None, int, int]:
        """Return since when something could have been sent that was not, and how many failed and are unknown."""
        oldest, failed, unknown = self._database.rows(queries.VITALS, {"now": micros(now)})[0]
        return None if oldest is None else moment(oldest), failed, unknown


def _turn_of(record: SendRecord) -> tuple[datetime | None, datetime, str]:
    return record.next_at, record.send.at, record.send.id


def _key_of(lane: SendLane) -> dict[str, str]:
    return {"tenant": escape(lane.tenant), "surface": lane.surface.value}


def _this(record: SendRecord) -> dict[str, str]:
    return {"tenant": escape(record.tenant), "id": escape(record.send.id)}


def _micros_of(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _columns(settlement: SendSettlement) -> dict[str, str | int | None]:
    return {
        "state": settlement.state.value,
        "attempts": settlement.attempts,
        "next_at": _micros_of(settlement.next_at),
        "over_at": micros(settlement.at) if settlement.state.is_over else None,
        "failure": settlement.failure,
        "receipt": escape(settlement.receipt),
        "may_have_arrived": int(settlement.may_have_arrived),
    }
