"""Can a person decide about a text on a phone and at a desk, with a real browser?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.sample_approvals import BODY, CUSTOMER, PAGE, ApprovalDesk, gates
from tests.sample_browser import DESK, PHONE, SMALL, browsing, fits, sign_in
from tests.sample_cases import MINUTE
from tests.sample_desk import TENANT
from tests.sample_ladders import person
from tests.standins.oidc import listening
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.overriding import Correction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.sample_browser import Opener


@pytest.fixture
def office() -> ApprovalDesk:
    """A desk where a text of Ann's waits for a lead who signed in within the last ten minutes."""
    desk = ApprovalDesk(gates=gates(fresh_session="10m"))
    desk.write()
    return desk


@pytest.fixture
def address(office: ApprovalDesk) -> Iterator[str]:
    """Where the pages are served on this machine."""
    with listening(office.app) as served:
        yield served


@pytest.fixture
def opened(browser: Browser, office: ApprovalDesk, address: str) -> Iterator[Opener]:
    """Browsers of people who signed in by a local link."""
    with browsing(browser, office, address, "4") as open_for:
        yield open_for


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_lead_reads_and_approves(opened: Opener, office: ApprovalDesk, size: ViewportSize) -> None:
    page = opened("lee", size, "/approvals")
    page.get_by_role("link", name="First response").click()
    page.get_by_text(BODY).first.wait_for()
    page.get_by_role("link", name="Go to the decision").click()
    button = page.get_by_role("button", name="Approve this text")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size["height"]  # the link leads to it
    assert box["height"] >= 44
    button.click()
    page.get_by_role("heading", name="It is approved.").wait_for()
    assert page.get_by_text("Nothing has left yet. Ann can release it").is_visible()
    assert office.approval().outcome is ApprovalOutcome.APPROVED
    assert fits(page)


def test_it_works_by_keyboard_alone(opened: Opener, office: ApprovalDesk) -> None:
    page = opened("lee", PHONE, PAGE)
    for _ in range(14):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Approve this text":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="It is approved.").wait_for()
    assert office.approval().decisions[0].person == "lee"


def test_a_double_click_decides_once(opened: Opener, office: ApprovalDesk) -> None:
    page = opened("lee", DESK, PAGE)
    page.get_by_role("button", name="Approve this text").dblclick()
    page.get_by_role("heading", name="It is approved.").wait_for()
    assert len(office.approval().decisions) == 1


def test_who_asked_for_a_decision_is_refused_with_the_reason_and_without_the_text(
    opened: Opener, office: ApprovalDesk
) -> None:
    office.passes(31 * MINUTE)
    office.tick()
    office.messages.ask_again(TENANT, "t1-m1", person("lee"))
    page = opened("lee", PHONE, "/approvals/t1-a2")
    assert page.get_by_text("You asked for this decision, so somebody else makes it.").is_visible()
    words = page.inner_text("body")
    assert BODY not in words
    assert CUSTOMER not in words
    assert page.get_by_role("button").count() == 0


def test_a_rejection_without_a_reason_does_not_even_leave_the_browser(opened: Opener, office: ApprovalDesk) -> None:
    page = opened("lee", PHONE, PAGE)
    page.get_by_text("Reject", exact=True).first.click()
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("#reject-reason")).to_be_focused()
    page.get_by_label("What is wrong with it").fill("   ")
    page.get_by_role("button", name="Reject").click()
    assert page.get_by_role("alert").is_visible()
    assert office.approval().is_open
    page.get_by_label("What is wrong with it").fill("The time is wrong.")
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("heading", name="It is rejected.").wait_for()


def test_a_request_that_expired_while_it_was_read_says_so(opened: Opener, office: ApprovalDesk) -> None:
    office.adopt(gates=gates())
    page = opened("lee", PHONE, PAGE)
    office.passes(31 * MINUTE)
    page.get_by_role("button", name="Approve this text").click()
    page.get_by_role("heading", name="Nobody decided in time.").wait_for()
    assert office.approval().decisions == ()


def test_a_session_that_is_too_old_leads_to_sign_in_and_back(
    opened: Opener, office: ApprovalDesk, address: str
) -> None:
    page = opened("lee", PHONE, PAGE)
    office.passes(11 * MINUTE)
    page.get_by_role("button", name="Approve this text").click()
    page.get_by_role("heading", name="Sign in again to go on").wait_for()
    assert BODY not in page.inner_text("body")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, office, address, "lee")
    page.wait_for_url(address + PAGE)
    page.get_by_role("button", name="Approve this text").click()
    page.get_by_role("heading", name="It is approved.").wait_for()


def test_a_change_makes_a_version_that_its_editor_cannot_approve_and_another_lead_can(
    opened: Opener, office: ApprovalDesk
) -> None:
    page = opened("lee", DESK, PAGE)
    page.get_by_text("Change the text", exact=True).click()
    page.get_by_label("Text", exact=True).fill(BODY.replace("half an hour", "an hour"))
    page.get_by_role("button", name="Save the new version").click()
    page.get_by_text("You changed this text last, so somebody else decides about it.").wait_for()
    assert page.get_by_role("button", name="Approve this text").count() == 0
    kim = opened("kim", PHONE, "/approvals/t1-a2")
    assert kim.locator("del").inner_text().endswith("half")
    kim.get_by_role("button", name="Approve this text").click()
    kim.get_by_role("heading", name="It is approved.").wait_for()
    assert office.message().version == 2


# --- nobody is kept out -----------------------------------------------------------------------------------------------


def check(page: Page) -> None:
    """In both colours and both widths nothing violates the rules, and nothing sticks out."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for size, scheme in ((SMALL, "dark"), (DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two words
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
        assert fits(page), page.url


def _changed(office: ApprovalDesk) -> str:
    visitor = office.visitor("kim")
    fields = {"to_csv": "jo@example.com", "subject": "t1: news", "body": BODY.replace("half an hour", "an hour")}
    visitor.send(f"{PAGE}/edit", **office.form(visitor), **fields)
    return "/approvals/t1-a2"


def _approved(office: ApprovalDesk) -> str:
    office.decide("lee")
    return PAGE


def _weakened(office: ApprovalDesk) -> str:
    office.triage.override(TENANT, "t1", Correction(class_name="P2", reason="Only one is slow."), person("kim"))
    return "/approvals/t1-a2"


@pytest.mark.parametrize("come_to", [lambda _: "/approvals", lambda _: PAGE, _changed, _approved, _weakened])
def test_the_pages_keep_nobody_out(
    opened: Opener, office: ApprovalDesk, come_to: Callable[[ApprovalDesk], str]
) -> None:
    check(opened("lee", DESK, come_to(office)))


def test_refusals_can_be_read_by_everybody(opened: Opener, office: ApprovalDesk) -> None:
    page = opened("lee", DESK, PAGE)
    page.get_by_text("Change the text", exact=True).click()
    page.get_by_label("Text", exact=True).fill("t1: see https://evil.example.net/x")
    page.get_by_role("button", name="Save the new version").click()
    page.get_by_text("The changed text was not saved").wait_for()
    check(page)
    office.passes(11 * MINUTE)
    page.goto(page.url.removesuffix("/edit"))
    page.get_by_role("heading", name="Sign in again to go on").wait_for()
    check(page)
