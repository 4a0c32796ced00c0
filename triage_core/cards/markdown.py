"""How does the summary of a closure look as Markdown?

Every character of a text that could mark something up is escaped, so words stay words on any renderer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.cards.closure import Part, Summary, lines_of, shown_moment

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()<>#|~&@!$^=+-])")
#: A number and a point begin a list; addresses are linked without any mark.
_NUMBERED: Final = re.compile(r"^(\d+)([.)])")
_ADDRESS: Final = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def document(summary: Summary) -> str:
    """Return the whole summary."""
    return "\n\n".join([f"# {escaped(summary.title)}", _facts(summary), *map(_part, summary.parts)]) + "\n"


def _facts(summary: Summary) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in _values(summary) if value)


def _values(summary: Summary) -> Iterator[tuple[str, str]]:
    links = (("source", summary.links.source), ("ticket", summary.links.ticket), ("page", summary.links.page))
    yield "Ticket", escaped(f"{summary.ticket_id} ({summary.source} {summary.source_id})")
    for name, url in links:
        yield name.capitalize() + " link", f"<{url}>" if url else ""
    yield "Class", escaped(", ".join(word for word in (summary.class_label, summary.severity_label) if word))
    yield "Owner", escaped(summary.owner)
    yield "Resolution", escaped(", ".join(word for word in (summary.resolution, summary.closure_cause) if word))
    yield "Root cause", escaped(", ".join(word for word in (summary.cause_category, summary.confidence) if word))
    yield "Permanent fix", escaped(summary.permanent_fix)
    for name, record in (
        ("Known error", summary.known_error_id),
        ("Problem", summary.problem_id),
        ("Change", summary.change_id),
    ):
        yield name, escaped(record or "")
    for name, at in (("Opened", summary.created_at), ("Solved", summary.resolved_at), ("Closed", summary.closed_at)):
        yield name, shown_moment(at) if at else ""


def _part(part: Part) -> str:
    paragraphs = ["\n".join(map(escaped, lines_of(paragraph))) for paragraph in part.paragraphs]
    items = "\n".join(f"- {' '.join(map(escaped, lines_of(item)))}" for item in part.items)
    return "\n\n".join([f"## {escaped(part.heading)}", *paragraphs, *([items] if items else [])])


def escaped(text: str) -> str:
    """Return one line of text that no renderer takes for anything else."""
    line = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _ADDRESS.sub(lambda found: f"\\{found[0]}", _NUMBERED.sub(r"\1\\\2", line))
