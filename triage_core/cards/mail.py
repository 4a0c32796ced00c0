"""How does an escalation look as a plain e-mail?

Text only, and no line of it is longer than a screen. What the customer wrote is quoted line by line, so that it cannot
pass for a line of ours.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from triage_core.cards import wording
from triage_core.cards.budget import CUT, fitted, link
from triage_core.cards.harmless import harmless
from triage_core.cards.surface import PLAIN, in_utf16
from triage_core.domain.escalating.state import Standing
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage_core.cards.escalation import EscalationCard
    from triage_core.cards.wording import Fact

#: What each part may take, in characters.
_SUBJECT: Final = 150
_PARAGRAPH: Final = 3_000
_VALUE: Final = 400
_LABEL: Final = 60
#: So many rows of a list.
_ROWS: Final = 10
_WIDTH: Final = 78
#: Where the values of a list stand.
_INDENT: Final = 22


class Mail(Value, frozen=True, kw_only=True):
    """A mail without its addresses."""

    subject: str
    #: Text alone, lines ending in a line feed.
    body: str


def mail(card: EscalationCard) -> Mail:
    """Return the mail that calls somebody, or tells what became of the call."""
    name = _short(f" [{card.escalation_id}]", _SUBJECT // 2)
    subject = _short(wording.headline(card), _SUBJECT - in_utf16(name) - 1)
    return Mail(subject=f"{subject} {name}", body="\n".join(_lines(card)) + "\n")


def _lines(card: EscalationCard) -> Iterator[str]:
    yield from _paragraph(wording.headline(card))
    yield from _paragraph(f"{wording.notice(card)} {wording.next_step(card)}")
    yield from _pages(card)
    yield from _table("", wording.facts(card))
    yield from _customer(card)
    yield from _titled("Impact", _paragraph(wording.meaning(card)))
    yield from _table("Blast radius", wording.blast_radius(card))
    yield from _table("Related tickets", wording.related(card))
    yield from _table("Latest first", wording.history(card))
    yield _short(f"Times are those of {card.zone}.", _WIDTH)


def _pages(card: EscalationCard) -> Iterator[str]:
    calls = card.standing in {Standing.CALLING, Standing.EXHAUSTED}
    asks = "Acknowledge on this page; it asks you to sign in:" if calls else "Hand over, tell news or read it all here:"
    for title, url in ((asks, link(card.page_url)), ("The ticket:", link(card.ticket_url))):
        if url:
            yield from (title, f"  {url}", "")


def _customer(card: EscalationCard) -> Iterator[str]:
    said = _short(card.title or "", _PARAGRAPH)
    quoted = wrap(said, _WIDTH, initial_indent="> ", subsequent_indent="> ")
    yield from _titled("The customer wrote", [*quoted, ""] if quoted else [])


def _table(heading: str, rows: Sequence[Fact]) -> Iterator[str]:
    missing = len(rows) - _ROWS
    shown = [line for row in rows[:_ROWS] for line in _row(row)]
    more = [f"{missing} more{CUT} (see the page)"] if missing > 0 else []
    yield from _titled(heading, [*shown, *more, ""] if shown else [])


def _row(row: Fact) -> list[str]:
    label = f"{_short(row.label, _LABEL)}:".ljust(_INDENT - 1) + " "
    return wrap(label + (_short(row.value, _VALUE) or wording.UNKNOWN), _WIDTH, subsequent_indent=" " * _INDENT)


def _titled(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ([heading] if heading else [])
        yield from lines


def _paragraph(text: str) -> list[str]:
    said = wrap(_short(text, _PARAGRAPH), _WIDTH)
    return [*said, ""] if said else []


def _short(text: str, limit: int) -> str:
    return fitted(harmless(text), limit, PLAIN)
