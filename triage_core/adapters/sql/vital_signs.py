"""How does a database stand: are its tables ours, does its clock agree, and what grows old in it?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, cast, column, extract, func, select, table

from triage_core.adapters.sql import schema
from triage_core.adapters.sql.encoding import micros, moment
from triage_core.adapters.sql.hook_queries import VITALS
from triage_core.adapters.sql.reading import Reader
from triage_core.adapters.sql.sends import SqlSends
from triage_core.hook_ports import Vitals

_REVISION: Select[Any] = select(column("version_num")).select_from(table(schema.VERSION_TABLE))
_MICROSECONDS = 1_000_000
#: A file has no clock of its own: it is that of the machine that asks.
_CLOCKS: dict[str, Select[Any]] = {
    "postgresql": select(cast(extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)),
}


class VitalSigns(Reader):
    """Answers `Watch`."""

    sends: SqlSends

    def __init__(self, dialect: str) -> None:
        """Know how this database tells the time."""
        self._clock = _CLOCKS.get(dialect)

    def vitals(self, now: datetime) -> Vitals:
        """Look at everything that grows old when nobody works."""
        found = self.rows(VITALS, {"now": micros(now)})[0]
        has_policy, dead = found[0] is not None, found[-1]
        timer, message, delivery = (None if count is None else moment(count) for count in found[1:-1])
        send, failed, unknown = self.sends.vitals(now)
        return Vitals(
            is_current=self.rows(_REVISION, {})[0][0] == schema.REVISION,
            clock=None if self._clock is None else moment(self.rows(self._clock, {})[0][0]),
            has_policy=has_policy,
            oldest_timer=timer,
            oldest_message=message,
            oldest_delivery=delivery,
            dead=dead,
            oldest_send=send,
            failed_sends=failed,
            unknown_sends=unknown,
        )
