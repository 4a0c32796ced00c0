"""Can a person sign in with a real browser: by the local link, and through a provider?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette

from tests.sample_identity import TENANT, SampleIdentity, wish
from tests.standins.oidc import OidcProvider, listening
from triage_core.console.pages import routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def address(desk: SampleIdentity) -> Iterator[str]:
    """Where the pages are served on this machine."""
    with listening(Starlette(routes=routes(lambda: desk.identity, lambda: desk.services))) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone that has never been here and that complains about whatever the page's rules forbid."""
    context = browser.new_context(viewport={"width": 375, "height": 700}, color_scheme="dark")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_person_signs_in_by_the_local_link_and_out_again(address: str, page: Page, desk: SampleIdentity) -> None:
    page.goto(f"{address}/sign-in/local?token={desk.identity.links.make(TENANT, 'ada')}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/home")
    assert page.get_by_role("heading", name="Signed in as Ada").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{address}/sign-in")
    page.goto(address)
    assert page.url == f"{address}/sign-in"


def test_a_person_signs_in_through_a_provider(
    address: str, page: Page, desk: SampleIdentity, issuer: OidcProvider
) -> None:
    issuer.visitor = {"email": "eve@example.com", "email_verified": True}
    page.goto(address)
    page.get_by_role("link", name="the test provider").click()
    page.wait_for_url(f"{address}/home")
    assert page.get_by_role("heading", name="Signed in as Eve").is_visible()
    assert [session.method for session in desk.identity.sessions.of_person(TENANT, "eve")] == ["provider"]


def test_a_second_administrator_confirms_in_the_browser(address: str, page: Page, desk: SampleIdentity) -> None:
    proposal = desk.identity.changes.propose_key(wish("admin"))
    page.goto(f"{address}/sign-in/local?token={desk.identity.links.make(TENANT, 'eve')}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{address}/home")
    assert page.get_by_role("heading", name="Waiting").count() == 0
    assert desk.identity.keys.known(proposal.made.text)
