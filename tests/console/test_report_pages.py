"""Does the page of reports show figures and exceptions with their owners, and only to whoever may read them?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sample_browser import DESK, SMALL, browsing
from tests.sample_cases import LEAD
from tests.sample_console import ConsoleDesk
from tests.standins.oidc import listening
from triage_core.domain.happening import Happened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def office() -> ConsoleDesk:
    """A desk with an urgent ticket that nobody took over, and one that was answered and solved."""
    desk = ConsoleDesk()
    desk.urgent(subject="<b>Nobody</b> can sign in")
    desk.submit(2)
    desk.passes(timedelta(minutes=30))
    desk.record(Happened.AGENT_REPLIED, ticket_id="t2")
    desk.passes(timedelta(hours=5))
    desk.record(Happened.RESOLVED, LEAD, ticket_id="t2")
    desk.tick()
    return desk


def test_figures_and_exceptions_are_told_with_who_answers_for_them(office: ConsoleDesk) -> None:
    words = office.visitor("lee").words("/reports?week=2026-W10")
    assert "First response time" in words
    assert "30 min" in words
    assert "The week is not over" in words
    assert "target missed" in words
    assert "nobody is named" not in words


def test_no_word_of_a_ticket_is_on_the_page(office: ConsoleDesk) -> None:
    assert "Nobody</b>" not in office.visitor("lee").get("/reports?week=2026-W10").text


def test_a_week_of_long_ago_is_chosen_while_it_is_shown(office: ConsoleDesk) -> None:
    shown = office.visitor("lee").get("/reports?week=2025-W03").text
    assert '<option value="2025-W03" selected>' in shown


def test_a_week_that_does_not_exist_is_refused_in_words(office: ConsoleDesk) -> None:
    answer = office.visitor("lee").get("/reports?week=2026-W77")
    assert (answer.status_code, "No such week" in answer.text) == (422, True)


def test_nobody_reads_it_without_signing_in(office: ConsoleDesk) -> None:
    answer = office.visitor().get("/reports")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Freports")


def test_a_chart_says_in_words_what_it_shows(office: ConsoleDesk) -> None:
    page = office.visitor("lee").get("/reports?week=2026-W10").text
    assert 'role="img" aria-label="First response time: 30 min"' in page


@pytest.fixture
def page(browser: Browser, office: ConsoleDesk) -> Iterator[Page]:
    """The page in a real browser, in which Lee is signed in; whatever its rules forbid is a failure."""
    with listening(office.app) as address, browsing(browser, office, address) as open_for:
        yield open_for("lee", DESK, "/reports?week=2026-W10")


def test_nobody_is_kept_out_in_both_colours_and_widths(page: Page) -> None:
    for size, scheme in ((SMALL, "dark"), (DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two words
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_another_week_is_chosen_by_keyboard_alone(page: Page) -> None:
    page.get_by_label("Week").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Weekly report 2026-W09").wait_for()


def test_charts_are_seen(page: Page) -> None:
    chart = page.get_by_role("img", name="First response time: 30 min")
    box = chart.bounding_box()
    assert box is not None
    assert box["width"] > 100
