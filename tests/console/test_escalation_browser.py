"""Can a person take an escalation over on a phone at night, and hand it on at a desk by day, with a real browser?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sample_browser import DESK, PHONE, SMALL, browsing, fits
from tests.sample_cases import MINUTE
from tests.sample_console import ConsoleDesk
from tests.sample_desk import TENANT
from tests.sample_ladders import person
from tests.standins.oidc import listening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.sample_browser import Opener

PAGE = "/escalations/t1-e1"


@pytest.fixture
def office() -> ConsoleDesk:
    """A desk with one urgent ticket that calls Lee."""
    desk = ConsoleDesk()
    desk.urgent(subject="Nobody can sign in", body="phishing")
    return desk


@pytest.fixture
def address(office: ConsoleDesk) -> Iterator[str]:
    """Where the pages are served on this machine."""
    with listening(office.app) as served:
        yield served


@pytest.fixture
def opened(browser: Browser, office: ConsoleDesk, address: str) -> Iterator[Opener]:
    """Browsers of people who signed in by a local link."""
    with browsing(browser, office, address) as open_for:
        yield open_for


def test_a_called_person_acknowledges_on_a_phone(opened: Opener, office: ConsoleDesk) -> None:
    page = opened("lee", PHONE, PAGE, "dark")
    button = page.get_by_role("button", name="Acknowledge")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]  # reached without scrolling
    assert box["height"] >= 44
    page.get_by_label("Next news by").select_option("15")
    button.click()
    page.get_by_role("heading", name="You hold it.").wait_for()
    assert page.get_by_text("News are due by 10:15 CET, in 15 min.").is_visible()
    assert office.escalation().holder == "lee"
    assert fits(page)


def test_it_works_by_keyboard_alone(opened: Opener, office: ConsoleDesk) -> None:
    page = opened("lee", PHONE, PAGE)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Acknowledge":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You hold it.").wait_for()
    assert office.escalation().holder == "lee"


def test_a_holder_reports_and_hands_over_to_somebody_who_accepts(opened: Opener, office: ConsoleDesk) -> None:
    office.take("lee")
    lee = opened("lee", DESK, PAGE)
    lee.get_by_label("How it stands").fill("The provider confirms the outage.")
    lee.get_by_text("Correct what is affected").click()
    lee.get_by_label("Customers at least").fill("20")
    lee.get_by_role("button", name="Post checkpoint").click()
    lee.get_by_text("The provider confirms the outage.").wait_for()
    lee.get_by_text("Hand over").click()
    lee.get_by_label("To", exact=True).select_option(label="Kim")
    lee.get_by_label("What the next person must know").fill("They call back at eleven.")
    lee.get_by_role("button", name="Offer it").click()
    lee.get_by_text("It is offered to Kim").wait_for()
    kim = opened("kim", PHONE, "/escalations")
    kim.get_by_text("offered to you").wait_for()
    kim.get_by_role("link", name="P1").click()
    kim.get_by_role("button", name="Accept").click()
    kim.get_by_role("heading", name="You hold it.").wait_for()
    lee.reload()
    assert lee.get_by_role("heading", name="Kim holds it.").is_visible()
    assert (office.escalation().holder, office.escalation().blast.customers_least) == ("kim", 20)


def test_a_double_click_has_one_effect(opened: Opener, office: ConsoleDesk) -> None:
    office.take("lee")
    page = opened("lee", DESK, PAGE)
    page.get_by_label("How it stands").fill("Found it.")
    page.get_by_role("button", name="Post checkpoint").dblclick()
    page.get_by_text("Lee told how it stands").wait_for()
    assert [text.content for text in office.store.texts(TENANT, "t1")].count("Found it.") == 1


def check(page: Page) -> None:
    """Nobody is kept out: in both colours and both widths nothing violates the rules, and nothing sticks out."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for size, scheme in ((SMALL, "dark"), (DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two words
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
        assert fits(page), page.url


@pytest.mark.parametrize("standing", ["calling", "held", "offered", "lapsed", "over"])
def test_the_page_keeps_nobody_out(opened: Opener, office: ConsoleDesk, standing: str) -> None:
    _come_to(office, standing)
    check(opened("lee", DESK, PAGE))


def test_the_other_pages_keep_nobody_out(opened: Opener, office: ConsoleDesk) -> None:
    office.submit(2, body="phishing")
    incident = office.incidents.declare(TENANT, "Sign-in fails.", ["t2"], person("lee"))
    page = opened("lee", DESK, "/escalations")
    check(page)
    address = page.url.removesuffix("/escalations")
    for path in ("/escalations?mine=yes", f"/incidents/{incident.id}", "/home", "/sign-in"):
        page.goto(address + path)
        check(page)


def _come_to(office: ConsoleDesk, standing: str) -> None:
    """Let the escalation come to a standing."""
    if standing == "calling":
        return
    office.take("kim" if standing == "offered" else "lee")
    if standing == "offered":
        office.escalations.offer(TENANT, "t1-e1", "lee", person("kim"), "They call back.")
    if standing == "lapsed":
        office.passes(42 * MINUTE)
        office.tick()
    if standing == "over":
        office.escalations.resolve(TENANT, "t1-e1", "It works again.", person("lee"))


def test_a_refusal_can_be_read_by_everybody(opened: Opener, office: ConsoleDesk) -> None:
    page = opened("lee", SMALL, PAGE)
    office.take("kim")
    page.get_by_role("button", name="Acknowledge").click()
    assert "hands it on with a transfer" in page.get_by_role("alert").inner_text()
    check(page)
