"""How does a page become an answer?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

if TYPE_CHECKING:
    from triage_core.service.access import Caller

HERE: Final = Path(__file__).parent
_PAGES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, status: int = 200, caller: Caller | None = None, **told: Any) -> HTMLResponse:  # noqa: ANN401 - whatever the page shows
    """Return a page; somebody who is signed in sees the way to the others."""
    return HTMLResponse(_PAGES.get_template(name).render(caller=caller, **told), status)


def moved(path: str) -> RedirectResponse:
    """Send the browser to another page, which it then asks for."""
    return RedirectResponse(path, 303)
