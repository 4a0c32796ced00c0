"""How does the summary of a closure look as a page of Notion?

Notion takes 2,000 characters in one piece of text, 100 pieces in a list and 100 blocks in a call, so a long page is
created with its beginning and continued by further calls. Names of people are texts: a page needs no accounts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.cards.closure import Part, Summary
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: Notion counts as JavaScript does, in units of UTF-16.
LONGEST_TEXT: Final = 2_000
MOST_PIECES: Final = 100
MOST_CHILDREN: Final = 100
MOST_BLOCKS: Final = 1_000
#: Half of what a call may hold.
_LARGEST_CALL: Final = 250_000
_LONGEST_NAME: Final = 100
_LONGEST_URL: Final = 2_000
_CUT: Final = "The rest was left out; see the ticket."

Json = dict[str, Any]


class NotionPage(Value, frozen=True, kw_only=True):
    """The call that creates a page, and those that add the rest of it, in order."""

    #: The body of POST /v1/pages.
    create: dict[str, Any]
    #: Bodies of PATCH /v1/blocks/{page_id}/children.
    appends: tuple[dict[str, Any], ...] = ()


def page(summary: Summary, data_source_id: str) -> NotionPage:
    """Return the calls that put a closure into a data source with the properties of `PROPERTIES`."""
    whole = body(summary)
    first, *rest = calls(whole["children"])
    create = {**whole, "parent": {"type": "data_source_id", "data_source_id": data_source_id}, "children": first}
    return NotionPage(create=create, appends=tuple({"children": children} for children in rest))


def body(summary: Summary) -> Json:
    """Return a whole page, its properties and all its blocks, for whoever shares it out over calls."""
    return {
        "properties": {name: _VALUES[kind](value(summary)) for name, (kind, value) in PROPERTIES.items()},
        "children": [*_head(summary), *_capped(chain.from_iterable(map(_blocks, summary.parts)))],
    }


#: The properties of a page: name, kind, and what each one shows.
PROPERTIES: Final[dict[str, tuple[str, Callable[[Summary], Any]]]] = {
    "Name": ("title", lambda it: it.title),
    "Ticket": ("rich_text", lambda it: it.ticket_id),
    "Source": ("select", lambda it: it.source),
    "Source id": ("rich_text", lambda it: it.source_id),
    "Source link": ("url", lambda it: it.links.source),
    "Class": ("select", lambda it: it.class_label),
    "Severity": ("select", lambda it: it.severity_label),
    "Reviewed": ("checkbox", lambda it: it.is_grave),
    "Resolution": ("select", lambda it: it.resolution),
    "Closed because": ("select", lambda it: it.closure_cause),
    "Root cause": ("select", lambda it: it.cause_category),
    "Confidence": ("select", lambda it: it.confidence),
    "Permanent fix": ("select", lambda it: it.permanent_fix),
    "Known error": ("rich_text", lambda it: it.known_error_id),
    "Problem": ("rich_text", lambda it: it.problem_id),
    "Change": ("rich_text", lambda it: it.change_id),
    "Owner": ("rich_text", lambda it: it.owner),
    "Opened": ("date", lambda it: it.created_at),
    "Solved": ("date", lambda it: it.resolved_at),
    "Closed": ("date", lambda it: it.closed_at),
    "Open actions": ("number", lambda it: it.open_actions),
    "Next due": ("date", lambda it: it.next_due_at),
}


def properties() -> Json:
    """Return the properties that the data source needs, as Notion takes them when one is made."""
    return {name: {kind: {}} for name, (kind, _) in PROPERTIES.items()}


# --- values -----------------------------------------------------------------------------------------------------------


def _title(text: str) -> Json:
    return {"type": "title", "title": rich_text(text)}


def _words(text: str | None) -> Json:
    return {"type": "rich_text", "rich_text": rich_text(text or "")}


def _select(name: str | None) -> Json:
    # A comma ends the name of an option.
    named = " ".join((name or "").replace(",", ";").split())
    return {"type": "select", "select": {"name": clipped(named, _LONGEST_NAME)} if named else None}


def _url(address: str | None) -> Json:
    return {"type": "url", "url": address if address and units(address) <= _LONGEST_URL else None}


def _date(at: datetime | None) -> Json:
    return {"type": "date", "date": {"start": at.astimezone(UTC).isoformat()} if at else None}


def _checkbox(value: bool) -> Json:  # noqa: FBT001 - the value itself
    return {"type": "checkbox", "checkbox": value}


def _number(value: int) -> Json:
    return {"type": "number", "number": value}


_VALUES: Final[dict[str, Callable[[Any], Json]]] = {
    "title": _title,
    "rich_text": _words,
    "select": _select,
    "url": _url,
    "date": _date,
    "checkbox": _checkbox,
    "number": _number,
}


# --- blocks -----------------------------------------------------------------------------------------------------------


def _head(summary: Summary) -> list[Json]:
    links = summary.links
    shown = [("Ticket in its source", links.source), ("Ticket", links.ticket)]
    return [_paragraph([_piece(name, url)]) for name, url in shown if url]


def _blocks(part: Part) -> Iterator[Json]:
    yield {"object": "block", "type": "heading_2", "heading_2": {"rich_text": rich_text(part.heading)}}
    for paragraph in part.paragraphs:
        yield _paragraph(rich_text(paragraph))
    for item in part.items:
        yield {"object": "block", "type": "bulleted_list_item", "bulleted_list_item": {"rich_text": rich_text(item)}}


def _paragraph(pieces: list[Json]) -> Json:
    return {"object": "block", "type": "paragraph", "paragraph": {"rich_text": pieces}}


def _capped(blocks: Iterable[Json]) -> list[Json]:
    room = MOST_BLOCKS - MOST_CHILDREN
    found = list(islice(blocks, room + 1))
    return found if len(found) <= room else [*found[: room - 1], _paragraph(rich_text(_CUT))]


def calls(blocks: Sequence[Json]) -> list[list[Json]]:
    """Share blocks out over calls, each inside the limits of one."""
    shared: list[list[Json]] = [[]]
    size = 0
    for block in blocks:
        length = len(msgspec.json.encode(block))
        if len(shared[-1]) == MOST_CHILDREN or (shared[-1] and size + length > _LARGEST_CALL):
            shared.append([])
            size = 0
        shared[-1].append(block)
        size += length
    return shared


# --- texts ------------------------------------------------------------------------------------------------------------


def rich_text(text: str) -> list[Json]:
    """Return a text in pieces that Notion takes; what is in it stays text, whatever it looks like."""
    pieces = [_piece(part) for part in _split(text)]
    if len(pieces) <= MOST_PIECES:
        return pieces
    return [*pieces[: MOST_PIECES - 1], _piece(_CUT)]


def _piece(text: str, url: str | None = None) -> Json:
    link = {"link": {"url": url}} if url else {}
    return {"type": "text", "text": {"content": text, **link}}


def _split(text: str) -> Iterator[str]:
    while text:
        part = _begun(text, LONGEST_TEXT)
        yield part
        text = text[len(part) :]


def units(text: str) -> int:
    """Count a text as Notion does."""
    return len(text) + sum(char > "\uffff" for char in text)


def clipped(text: str, limit: int) -> str:
    """Cut a text to a length, and mark that it was cut."""
    return text if units(text) <= limit else f"{_begun(text, limit - 1)}…"


def _begun(text: str, limit: int) -> str:
    part = text[:limit]
    while (over := units(part) - limit) > 0:
        part = part[: len(part) - (over + 1) // 2]
    return part
