"""How does the summary of a closure look as an internal comment of Zendesk, with the link to its page?

The comment is for agents only. Nothing in it is read as HTML, and no placeholder of Zendesk is filled in it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from triage_core.cards.closure import Part, Summary, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What Zendesk takes in one comment, less a reserve for what it adds itself.
LONGEST_COMMENT: Final = 60_000
_CUT: Final = "<p>The rest was left out; see the page.</p>"


def comment(summary: Summary) -> dict[str, Any]:
    """Return the body of PUT /api/v2/tickets/{id}.json."""
    return {"ticket": {"comment": {"html_body": html_of(summary), "public": False}}}


def html_of(summary: Summary) -> str:
    """Return the comment; parts that find no room are left out as a whole, and that is said."""
    pieces = list(_pieces(summary))
    said = ""
    for piece in pieces:
        if len(said) + len(piece) > LONGEST_COMMENT - len(_CUT):
            return f"{said}{_CUT}"
        said += piece
    return said


def _pieces(summary: Summary) -> Iterator[str]:
    yield f"<p><strong>Closed: {text_of(summary.title)}</strong></p>"
    if summary.links.page:
        yield f'<p><a href="{escape(summary.links.page)}">Closure summary</a></p>'
    if summary.links.ticket:
        yield f'<p><a href="{escape(summary.links.ticket)}">Ticket in Triage</a></p>'
    yield f"<ul>{''.join(_item(f'{name}: {value}') for name, value in _facts(summary) if value)}</ul>"
    for part in summary.parts:
        yield from _part(part)


def _facts(summary: Summary) -> Iterator[tuple[str, str | None]]:
    yield "Resolution", summary.resolution
    yield "Closed because", summary.closure_cause
    yield "Root cause", " / ".join(word for word in (summary.cause_category, summary.confidence) if word)
    yield "Permanent fix", summary.permanent_fix
    yield "Known error", summary.known_error_id
    yield "Problem", summary.problem_id
    yield "Change", summary.change_id


def _part(part: Part) -> Iterator[str]:
    yield f"<p><strong>{text_of(part.heading)}</strong></p>"
    for paragraph in part.paragraphs:
        yield f"<p>{'<br>'.join(map(text_of, lines_of(paragraph)))}</p>"
    if part.items:
        yield f"<ul>{''.join(map(_item, part.items))}</ul>"


def _item(text: str) -> str:
    return f"<li>{'<br>'.join(map(text_of, lines_of(text)))}</li>"


def text_of(text: str) -> str:
    """Return a text that stays text: no tag, no attribute, no placeholder."""
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")
