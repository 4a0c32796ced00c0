"""How do intents to send behave that are kept in dictionaries? Like those in tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from triage_core.domain.sending import (
    INTERRUPTED,
    TRIED_AGAIN,
    Send,
    SendLane,
    SendRecord,
    SendSettlement,
    SendState,
    Surface,
)
from triage_core.send_ports import SendFilter

Key = tuple[str, str]


class _Claim(NamedTuple):
    by: str
    until: datetime
    #: An attempt is under way.
    has_begun: bool = False


class MemorySends:
    """Every intent in a dictionary, in the order in which they were written, every call under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._records: dict[Key, SendRecord] = {}
        self._claims: dict[Key, _Claim] = {}
        #: How often in a row a surface of a tenant has failed, and until when it rests.
        self._trouble: dict[tuple[str, Surface], tuple[int, datetime | None]] = {}

    def put(self, tenant: str, sends: tuple[Send, ...]) -> None:
        """Store new intents; they are due at once."""
        with self._lock:
            for send in sends:
                self._records[tenant, send.id] = SendRecord(tenant=tenant, send=send, next_at=send.at)

    # --- handing out --------------------------------------------------------------------------------------------------

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> SendLane | None:
        """Claim up to a number of due intents of one surface of one tenant until a moment."""
        with self._lock:
            self._lapse(now)
            due = sorted(self._due(now), key=_turn_of)
            first = next((record for record in due if self._is_free(_lane_of(record), now)), None)
            if first is None:
                return None
            taken = [record for record in due if _lane_of(record) == _lane_of(first)][:limit]
            for record in taken:
                self._claims[_key_of(record)] = _Claim(claim, until)
            tenant, surface = _lane_of(first)
            return SendLane(
                tenant=tenant,
                surface=surface,
                claim=claim,
                until=until,
                failures=self._trouble.get((tenant, surface), (0, None))[0],
                sends=tuple(taken),
            )

    def _lapse(self, now: datetime) -> None:
        for key, claim in [*self._claims.items()]:
            record = self._records[key]
            if claim.has_begun and claim.until <= now:
                del self._claims[key]
                end = {"state": SendState.UNKNOWN, "next_at": None, "over_at": now} if record.send.at_most_once else {}
                self._records[key] = replace(record, **end, failure=INTERRUPTED, may_have_arrived=True)

    def _due(self, now: datetime) -> Iterator[SendRecord]:
        """Of what is told about the same thing to the same people the first that waits, where its time has come."""
        first: dict[tuple[object, ...], SendRecord] = {}
        for record in self._records.values():
            send = record.send
            if record.next_at is not None:
                first.setdefault((record.tenant, send.surface, send.ticket_id, send.about, send.to), record)
        for key, record in ((_key_of(record), record) for record in first.values()):
            is_claimed = key in self._claims and self._claims[key].until > now
            if record.next_at is not None and record.next_at <= now and not is_claimed:
                yield record

    def _is_free(self, lane: tuple[str, Surface], now: datetime) -> bool:
        """Neither rests the surface nor does another worker serve it."""
        served = {_lane_of(self._records[key]) for key, claim in self._claims.items() if claim.until > now}
        return lane not in served and not self._rests(lane, now)

    def _rests(self, lane: tuple[str, Surface], now: datetime) -> bool:
        resume_at = self._trouble.get(lane, (0, None))[1]
        return resume_at is not None and resume_at > now

    def begin(self, lane: SendLane, record: SendRecord, now: datetime) -> bool:
        """Write down that an attempt begins; tell whether the claim still holds."""
        with self._lock:
            key = _key_of(record)
            if not self._is_held(key, lane) or self._claims[key].until <= now:
                return False
            self._claims[key] = self._claims[key]._replace(has_begun=True)
            self._records[key] = replace(self._records[key], attempts=record.attempts + 1)
            return True

    def settle(self, lane: SendLane, record: SendRecord, settlement: SendSettlement) -> bool:
        """Record how an intent stands; tell whether the claim still held, for else nothing changes."""
        with self._lock:
            key = _key_of(record)
            if not self._is_held(key, lane):
                return False
            del self._claims[key]
            self._records[key] = _recorded(self._records[key], settlement)
            if settlement.failures is not None:
                self._trouble[lane.tenant, lane.surface] = settlement.failures, settlement.resume_at
            return True

    def _is_held(self, key: Key, lane: SendLane) -> bool:
        return key in self._claims and self._claims[key].by == lane.claim

    def release(self, lane: SendLane) -> None:
        """Give back what was claimed and not begun."""
        with self._lock:
            for key, claim in [*self._claims.items()]:
                if claim.by == lane.claim and not claim.has_begun:
                    del self._claims[key]

    # --- looking ------------------------------------------------------------------------------------------------------

    def listed(self, tenant: str, which: SendFilter, limit: int) -> tuple[SendRecord, ...]:
        """Return intents, the newest first."""
        with self._lock:
            found = [record for record in self._records.values() if _passes(record, tenant, which)]
        return tuple(sorted(found, key=attrgetter("send.at", "send.id"), reverse=True)[:limit])

    def ended(self, tenant: str, state: SendState, after: datetime, until: datetime) -> tuple[SendRecord, ...]:
        """Return intents that came to a state from after a moment until another and are there still, in that order."""
        with self._lock:
            found = [record for record in self._records.values() if (record.tenant, record.state) == (tenant, state)]
        ended = [record for record in found if record.over_at is not None and after < record.over_at <= until]
        return tuple(sorted(ended, key=attrgetter("over_at", "send.id")))

    def retry(self, tenant: str, send_id: str, by: str, at: datetime) -> bool:
        """Queue an intent that failed or is unknown anew, and write down who wanted it; tell whether it was one."""
        with self._lock:
            record = self._records.get((tenant, send_id))
            if record is None or record.state not in TRIED_AGAIN:
                return False
            anew = {"state": SendState.QUEUED, "attempts": 0, "next_at": at, "over_at": None, "is_reported": False}
            self._records[tenant, send_id] = replace(record, **anew, retried_by=by, retried_at=at)
            return True

    def unreported(self, limit: int) -> tuple[SendRecord, ...]:
        """Return intents that are over and whose end nobody was told yet, the oldest end first."""
        with self._lock:
            found = [record for record in self._records.values() if record.state.is_over and not record.is_reported]
        return tuple(sorted(found, key=attrgetter("over_at", "tenant", "send.id"))[:limit])

    def report(self, record: SendRecord) -> None:
        """Write down that this end of an intent was told; one that goes on meanwhile stays untold."""
        with self._lock:
            known = self._records.get(_key_of(record))
            if known is not None and known.over_at == record.over_at:
                self._records[_key_of(record)] = replace(known, is_reported=True)

    def forget(self, before: datetime) -> int:
        """Delete intents from before a moment that are over and whose end was told; return how many."""
        with self._lock:
            old = [key for key, record in self._records.items() if record.send.at < before and record.is_reported]
            for key in old:
                del self._records[key]
            return len(old)

    def vitals(self, now: datetime) -> tuple[datetime | None, int, int]:
        """Return since when something could have been sent that was not, and how many failed and are unknown."""
        with self._lock:
            due = [record.next_at for record in self._due(now) if not self._rests(_lane_of(record), now)]
            states = [record.state for record in self._records.values()]
        waiting = [at for at in due if at is not None]
        return min(waiting, default=None), states.count(SendState.FAILED), states.count(SendState.UNKNOWN)


def _key_of(record: SendRecord) -> Key:
    return record.tenant, record.send.id


def _lane_of(record: SendRecord) -> tuple[str, Surface]:
    return record.tenant, record.send.surface


def _turn_of(record: SendRecord) -> tuple[datetime | None, datetime, str, str]:
    return record.next_at, record.send.at, record.tenant, record.send.id


def _passes(record: SendRecord, tenant: str, which: SendFilter) -> bool:
    return (
        record.tenant == tenant
        and which.ticket_id in {None, record.send.ticket_id}
        and which.surface in {None, record.send.surface}
        and which.state in {None, record.state}
    )


def _recorded(record: SendRecord, settlement: SendSettlement) -> SendRecord:
    return replace(
        record,
        state=settlement.state,
        attempts=settlement.attempts,
        next_at=settlement.next_at,
        over_at=settlement.at if settlement.state.is_over else None,
        failure=settlement.failure,
        receipt=settlement.receipt or record.receipt,
        may_have_arrived=settlement.may_have_arrived,
    )
