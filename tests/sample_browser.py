"""How do tests of pages look at them in a real browser?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from tests.sample_desk import TENANT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.sample_console import ConsoleDesk

    Opener: TypeAlias = Callable[..., Page]

PHONE: ViewportSize = {"width": 375, "height": 667}
SMALL: ViewportSize = {"width": 320, "height": 568}
DESK: ViewportSize = {"width": 1280, "height": 800}


@contextmanager
def browsing(browser: Browser, office: ConsoleDesk, address: str, refused: str = "409") -> Iterator[Opener]:
    """Open a browser of somebody's own, who signs in by a local link; whatever a page's rules forbid is a failure.

    `refused` is how the statuses begin that a browser may complain about.
    """
    contexts, complaints = [], []
    expected = f"the server responded with a status of {refused}"

    def open_for(who: str, size: ViewportSize, wanted: str, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type] # one of two words
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if expected not in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + wanted)
        sign_in(page, office, address, who)
        page.wait_for_url(address + wanted)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, office: ConsoleDesk, address: str, who: str) -> None:
    """Sign in by a local link, and come back to what was wanted."""
    assert "/sign-in" in page.url
    page.goto(f"{address}/sign-in/local?token={office.identity.links.make(TENANT, who)}")
    page.get_by_role("button", name="Sign in").click()


def fits(page: Page) -> bool:
    """Nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
