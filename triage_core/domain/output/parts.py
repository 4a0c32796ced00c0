"""Does a text say everything that a text of its kind has to say?

A part is there when the ticket's fact stands in the text, word for word, or when a word that introduces it stands there
and something follows. The words of English and German are built in; a policy adds those of other languages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.folding import fold
from triage_core.domain.policy.gates import Placeholder
from triage_core.domain.policy.output import Part
from triage_core.domain.word_list import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit


class Sign(NamedTuple):
    """What shows a part: one of these facts, or one of these words and what has to follow it."""

    facts: tuple[Placeholder, ...] = ()
    words: tuple[str, ...] = ()
    followed_by: str = r"[^\W_]"


#: A moment or a rhythm: some figure, or the name of a day.
_MOMENT: Final = (
    r"(?i)\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|diens|donners|frei|sams|sonn)tag\b"
    r"|\b(?:mittwoch|noon|mittag|hourly|stündlich)\b"
)

SIGNS: Final[dict[Part, Sign]] = {
    Part.GREETING: Sign(
        words=listed("""
            hello, hi, dear, good morning, good afternoon, good evening, guten tag, guten morgen, hallo
            sehr geehrte, sehr geehrter, liebe, lieber, moin
        """),
    ),
    Part.SIGNATURE: Sign(
        facts=(Placeholder.SERVICE_DESK_NAME,),
        words=listed("""
            regards, sincerely, best wishes, many thanks, grüße, grüßen, gruß
        """),
    ),
    Part.TICKET_REFERENCE: Sign(facts=(Placeholder.TICKET_ID,)),
    Part.MISSING_FIELDS: Sign(
        facts=(Placeholder.MISSING_FIELDS,),
        words=listed("""
            still need, need to know, please tell us, please add, please send, missing, fehlt, fehlen
            brauchen wir noch, benötigen wir noch, bitte ergänzen sie, bitte teilen sie
        """),
    ),
    Part.IMPACT: Sign(
        facts=(Placeholder.IMPACT_STATEMENT, Placeholder.IMPACT_LABEL),
        words=listed("""
            impact, affected, affects, betroffen, auswirkung, auswirkungen, betrifft
        """),
    ),
    Part.STATE: Sign(
        facts=(Placeholder.CURRENT_STATE,),
        words=listed("""
            state, status, where we stand, currently, at the moment, so far, stand, derzeit, aktuell
            momentan, bisher
        """),
    ),
    Part.NEXT_STEP: Sign(
        facts=(Placeholder.NEXT_STEPS,),
        words=listed("""
            next step, next steps, what comes next, we will now, we are now, next we, nächster schritt
            nächste schritte, nächsten schritte, als nächstes, wie es weitergeht, nun werden wir
        """),
    ),
    Part.NEXT_UPDATE: Sign(
        facts=(Placeholder.NEXT_UPDATE_DUE, Placeholder.UPDATE_EVERY),
        words=listed("""
            next update, next message, next report, hear from us, update you, get back to you
            updates follow, reports follow, nächste nachricht, nächste meldung, nächste information
            nächstes update, melden uns, hören von uns, informieren sie
        """),
        followed_by=_MOMENT,
    ),
    Part.RESOLUTION: Sign(
        facts=(Placeholder.RESOLUTION_SUMMARY,),
        words=listed("""
            resolution, solution, solved, resolved, fixed, what we did, restoration, restored, lösung
            gelöst, behoben, wiederhergestellt, was wir getan haben
        """),
    ),
}
#: So far behind its word a part has to begin.
_NEAR: Final = 120


def find_missing(case: Case) -> Iterator[Hit]:
    """Find the parts that a text of this kind must have and has not."""
    texts = [passage.text for passage in case.passages]
    for part in case.standards.required.of(case.text.kind):
        if not (_has_fact(case, part, texts) or any(_is_introduced(case, part, text) for text in texts)):
            yield case.body.raw_hit(0, 0, part.replace("_", " "))


def _has_fact(case: Case, part: Part, texts: list[str]) -> bool:
    known = [case.text.facts.get(name, "") for name in SIGNS[part].facts]
    if part is Part.TICKET_REFERENCE:
        known += case.surroundings.ticket_ids
    folded = [_even(text) for text in texts]
    return any(_even(fact) in text for fact in known if fact.strip() for text in folded)


def _even(text: str) -> str:
    return " ".join(fold(text).text.split())


def _is_introduced(case: Case, part: Part, text: str) -> bool:
    follows = re.compile(SIGNS[part].followed_by)
    return any(follows.search(text, end, end + _NEAR) for _, end in case.standards.signs[part].find(text))
