"""Do the figures of a real log, imported and folded from its timelines, equal those of pandas from its rows?

The log is the public "Incident management process enriched event log" of the UCI repository; a plain clone has none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.replay import pandas_reference as reference
from tests.replay.conftest import UCI_MAPPING
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.gathering import facts_of
from triage_core.domain.kpis.measuring import Dimension, Observed
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.ruling import PolicyRules
from triage_core.domain.kpis.weeks import Span
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.service.importing import Importer

if TYPE_CHECKING:
    from pathlib import Path

    from triage_core.domain.kpis.measuring import Figure
    from triage_core.domain.playbook import Playbook

NOW = datetime(2018, 1, 1, tzinfo=UTC)
ALL = Span(start=datetime(2015, 1, 1, tzinfo=UTC), end=NOW)


@pytest.fixture(scope="module")
def log(shared_data: Path) -> Path:
    return shared_data / "uci" / "uci_fixture_1000.csv.gz"


@pytest.fixture(scope="module")
def observed(log: Path, playbook: Playbook) -> Observed:
    store, mapping = MemoryStore(), load_mapping(UCI_MAPPING)
    with open_log(log, mapping.form) as rows:
        Importer(store, "uci", mapping, playbook).run(rows, NOW)
    rules = PolicyRules(lambda _: playbook)
    told = (facts_of((body for _, body, _ in lines), rules) for _, lines in store.chains("uci"))
    return Observed([facts for facts in told if facts is not None], Terms(now=NOW))


@pytest.fixture(scope="module")
def incidents(log: Path) -> Any:
    rows, _ = reference.read(str(log))
    found = reference.incidents(rows)
    moved = rows[rows["state"] != "New"].groupby("number")["updated"].first()
    # A solution is the moment at which an incident became Resolved; further rows that show it so are none.
    became = (rows["state"] == "Resolved") & (rows.groupby("number")["state"].shift() != "Resolved")
    found["resolved"] = rows[became].groupby("number")["updated"].last()
    found["hours"] = ((found["resolved"] - found["opened"]).dt.total_seconds() / 3600).clip(lower=0)
    found["reply_hours"] = ((moved - found["opened"]).dt.total_seconds() / 3600).clip(lower=0)
    return found


def same(figure: Figure, hours: pd.Series[Any]) -> None:
    assert figure.spread is not None
    assert figure.n == len(hours)
    expected = (hours.mean(), hours.median()) if len(hours) else (None, None)
    assert (figure.spread.mean, figure.spread.median) == pytest.approx(expected)


def test_the_resolution_time_of_the_whole_log(observed: Observed, incidents: Any) -> None:
    same(observed.figures(ALL).figures[Kpi.RESOLUTION_ALL], incidents["hours"].dropna())


def test_the_first_response_by_its_stand_in(observed: Observed, incidents: Any) -> None:
    same(observed.figures(ALL).figures[Kpi.FIRST_RESPONSE], incidents["reply_hours"].dropna())


def test_the_resolution_time_by_class(observed: Observed, incidents: Any) -> None:
    parts = observed.by(ALL, Dimension.CLASS)
    for last, group in incidents.groupby("last"):
        same(parts[f"P{last}"].figures[Kpi.RESOLUTION_ALL], group["hours"].dropna())


def test_solutions_by_week(observed: Observed, incidents: Any) -> None:
    calendar = incidents["resolved"].dt.isocalendar()
    names = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    expected = incidents.groupby(names)["hours"]
    parts = observed.by(ALL, Dimension.WEEK, ZoneInfo("UTC"))
    solved = {name: part for name, part in parts.items() if part.figures[Kpi.RESOLUTION_ALL].n}
    assert solved.keys() == set(expected.groups)
    for name, hours in expected:
        same(solved[name].figures[Kpi.RESOLUTION_ALL], hours)


def test_a_span_counts_what_was_created_and_what_was_solved_in_it(observed: Observed, incidents: Any) -> None:
    start, end = pd.Timestamp("2016-03-01"), pd.Timestamp("2016-04-01")
    found = observed.figures(Span(start=datetime(2016, 3, 1, tzinfo=UTC), end=datetime(2016, 4, 1, tzinfo=UTC)))
    assert found.tickets == ((incidents["opened"] >= start) & (incidents["opened"] < end)).sum()
    inside = (incidents["resolved"] >= start) & (incidents["resolved"] < end)
    same(found.figures[Kpi.RESOLUTION_ALL], incidents["hours"][inside])
