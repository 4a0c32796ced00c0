"""Can a person judge a sample by keyboard alone, in a real browser, and can everybody read the pages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.sample_desk import TENANT
from tests.sample_learning_console import LearningOffice
from tests.standins.oidc import listening
from triage_core.domain.calibration.edits import Edit, EditKind
from triage_core.domain.calibration.labelling import Verdict
from triage_core.service.policy_changes import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

WEEK = "2026-W10"
EDIT = Edit(kind=EditKind.ADD_TERM, place="security-words", after="was not me")


@pytest.fixture
def office() -> LearningOffice:
    """A desk whose sample is drawn."""
    desk = LearningOffice()
    desk.week(2)
    desk.sampled()
    return desk


@pytest.fixture
def page(browser: Browser, office: LearningOffice) -> Iterator[Page]:
    """A browser in which the second lead is signed in; whatever a page's rules forbid is a failure."""
    complaints: list[str] = []
    with listening(office.app) as address:
        context = browser.new_context(base_url=address)
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"/sign-in/local?token={office.identity.links.make(TENANT, 'second')}")
        opened.get_by_role("button", name="Sign in").click()
        yield opened
        context.close()
    assert complaints == []


def test_a_ticket_is_judged_by_keyboard_alone(page: Page, office: LearningOffice) -> None:
    page.goto(f"/calibration/{WEEK}")
    press = page.keyboard.press
    wait_for_focus(page.get_by_role("radio", name="P1"))
    for key in ("ArrowDown", "Tab", "ArrowDown", "Tab", "Space", "Tab", "Tab", "Space", "Enter"):
        press(key)
    page.get_by_role("heading", name="What automation said").wait_for()
    label = office.store.learning.labels(TENANT, WEEK)[0]
    assert label.verdict == Verdict(class_name="P2", escalate=True, tags=("security",), draft_ok=True)
    wait_for_focus(page.get_by_role("link", name="Next ticket"))
    press("Enter")
    page.get_by_text("5 of 6 tickets are left for you").wait_for()


def test_a_verdict_without_an_answer_does_not_leave_the_browser(page: Page, office: LearningOffice) -> None:
    page.goto(f"/calibration/{WEEK}")
    wait_for_focus(page.get_by_role("radio", name="P1"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for_focus(page.get_by_role("radio", name="No", exact=True))
    assert office.store.learning.labels(TENANT, WEEK) == ()


def test_every_page_can_be_read_by_everybody(page: Page, office: LearningOffice) -> None:
    office.judged()
    ticket = office.calibration.result(TENANT).judged[0].ticket_id
    change = office.changes.propose_edits(office.hand(), [EDIT], Words("Knows stolen accounts.", "They were missed."))
    office.changes.try_out(office.hand(), change.id, office.calibration.to_rejudge(TENANT))
    pages = ("/calibration", f"/calibration/{WEEK}", f"/calibration/{WEEK}/tickets/{ticket}")
    results = (f"/calibration/{WEEK}/result", "/policy", f"/policy/{change.id}", "/policy/versions/study@1")
    for path in (*pages, *results):
        page.goto(path)
        assert page.get_by_role("heading", level=1).is_visible()
        assert readable(page), path


def test_the_page_of_a_ticket_can_be_read_by_everybody(page: Page) -> None:
    page.goto(f"/calibration/{WEEK}")
    assert page.get_by_role("group", name="Which class is right?").is_visible()
    assert readable(page)


def wait_for_focus(element: Locator) -> None:
    """Wait: a browser moves the focus when it first draws a page, which may be after the page is loaded."""
    expect(element).to_be_focused(timeout=10_000)


def readable(page: Page) -> bool:
    found = Axe().run(page)
    return not [violation["id"] for violation in found.response["violations"]]
