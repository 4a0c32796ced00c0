"""Can everybody read a report's page, is nothing in it run, and does it say what the JSON says?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sample_facts import NOW, START, WEEK, at, clock, facts
from triage_core.domain.kpis.baseline import freeze
from triage_core.domain.kpis.clients import customer_report
from triage_core.domain.kpis.definitions import DEFINITIONS, Kpi
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.kpis.measuring import measure, share
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.weekly import (
    CalibrationResult,
    Learned,
    ProposedChange,
    RuleErrors,
    Surroundings,
    WeeklyReport,
    weekly,
)
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.model import Outcome
from triage_core.reports import pages
from triage_core.reports.drawing import chart, spoken, written
from triage_core.reports.telling import customer_view, weekly_view

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from triage_core.contract.reports import CustomerReportView
    from triage_core.domain.kpis.facts import TicketFacts

HOSTILE = "<script>alert('x')</script>"
BERLIN = ZoneInfo("Europe/Berlin")


class Lee:
    def owner(self, _: TicketFacts) -> str | None:
        return "lee"


def report(name: str = "sso", learned: Learned | None = None) -> WeeklyReport:
    late = (clock(outcome=Outcome.BREACHED, breached_at=at(10)),)
    before = Span(start=START - timedelta(days=28), end=START)
    old = [facts(n, created_at=START - timedelta(days=7), first_reply_at=START) for n in range(40)]
    new = [facts(n, system=name, customer=name, first_reply_at=at(10), clocks=late) for n in range(40)]
    frozen = freeze(measure(old, before, Terms(now=START)), START, "lee", "", 1)
    around = Surroundings(
        tenant="acme",
        zone=BERLIN,
        terms=NOW,
        people=Lee(),
        baseline=frozen,
        learned=learned or Learned(),
    )
    return weekly([*old, *new], "2026-W10", around)


def learned() -> Learned:
    figures = {Kpi.ESCALATION_RECALL: share(Kpi.ESCALATION_RECALL, Rate(count=27, n=30))}
    found = CalibrationResult(
        sampled=30, reviewed=30, kappa=0.81, figures=figures, worst_rules=(RuleErrors(rule="R17", wrong=5, reviewed=6),)
    )
    change = ProposedChange(id="c7", what="Billing words no longer raise", status="waits_for_approval", owner="kim")
    return Learned(calibration=found, changes=(change,))


def test_a_page_tells_figures_movement_exceptions_and_patterns() -> None:
    page = pages.weekly_page(weekly_view(report()))
    for words in ("1.0 h", "% better", "target missed: first reply", "lee", "system sso", "day 6"):
        assert words in page, words


def test_what_calibration_found_fills_its_place() -> None:
    empty, full = (pages.weekly_page(weekly_view(report(learned=each))) for each in (None, learned()))
    assert "No calibration of this week is known." in empty
    for words in (
        "30 of 30 sampled tickets",
        "kappa of 0.81",
        "Rule R17: wrong in 5 of 6",
        "c7: Billing words",
        "90.0%",
    ):
        assert words in full, words


def test_names_from_outside_are_escaped() -> None:
    assert HOSTILE not in pages.weekly_page(weekly_view(report(HOSTILE)))
    told = customer_view(customer_report([facts(1, customer=HOSTILE)], ("acme", HOSTILE), WEEK, NOW))
    page = pages.customer_page(told, BERLIN)
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_the_view_of_a_report_names_every_figure_once() -> None:
    rows = weekly_view(report(learned=learned())).figures
    names = [row.kpi for row in rows]
    assert len(names) == len(set(names))
    assert set(names) == {kpi for kpi, row in DEFINITIONS.items() if not row.is_sampled} | {Kpi.ESCALATION_RECALL}


def test_a_chart_is_told_in_words() -> None:
    row = next(row for row in weekly_view(report()).figures if row.kpi is Kpi.FIRST_RESPONSE)
    assert spoken(row).startswith("First response time: 1.0 h, interval from 1.0 h to 1.0 h, baseline 7.0 d")


def test_shares_are_drawn_on_one_scale_up_to_all() -> None:
    row = next(row for row in weekly_view(report()).figures if row.kpi is Kpi.FIRST_RESPONSE)
    little = row.model_copy(
        update={"unit": "share", "value": 0.1, "low": 0.05, "high": 0.2, "baseline": None, "before": None}
    )
    assert 'cx="24.8"' in chart(little)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "share", "no case"),
        (0.123, "share", "12.3%"),
        (0.5, "hours", "30 min"),
        (5.25, "hours", "5.2 h"),
        (96.0, "hours", "4.0 d"),
        (4.5, "rating", "4.50 of 5"),
    ],
)
def test_values_are_written_as_people_say_them(value: float | None, unit: str, words: str) -> None:
    assert written(value, unit) == words


@pytest.mark.parametrize("which", ["week", "customer"])
def test_a_page_is_readable_for_everybody_and_asks_nobody_for_anything(
    browser: Browser, tmp_path: Path, which: str
) -> None:
    told = {"week": pages.weekly_page(weekly_view(report(learned=learned())))}
    told["customer"] = pages.customer_page(_for_customer(), BERLIN)
    file = tmp_path / "page.html"
    file.write_text(told[which], encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def _for_customer() -> CustomerReportView:
    return customer_view(customer_report([facts(1, customer="one")], ("acme", "one"), WEEK, NOW))
