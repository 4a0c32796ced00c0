"""What does a closure lack? All of it at once, each with its place and what is expected there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.closure.facts import ClosureCause, ClosureFacts, FixState, ResolutionCode
from triage_core.domain.closure.looking_back import INVALID, MISSING, PROSE, review_gaps
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy

#: No text of a closure is longer; a whole report belongs behind a link.
LONGEST: Final = 20_000
MOST_ITEMS: Final = 50
UNKNOWN: Final = "unknown_name"
PAST: Final = "past"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,79}")
#: Closed with a workaround, a ticket stays linked to what still has to be solved.
_STAYS_LINKED: Final = frozenset({ResolutionCode.SOLVED_WORKAROUND, ResolutionCode.KNOWN_ERROR})


class _Seen(NamedTuple):
    """What a check may look at."""

    facts: ClosureFacts
    people: frozenset[str]
    categories: tuple[str, ...]
    today: date
    is_grave: bool


class _Check(NamedTuple):
    """One requirement: where, what is expected, and whether it is unmet."""

    pointer: str
    expected: str
    code: str
    fails: Callable[[_Seen], bool]


def is_grave(policy: Policy, ticket: Ticket) -> bool:
    """Tell whether a ticket is of the highest class or of a gated one; it is looked back at and not closed alone.

    A class that the policy does not have counts as grave.
    """
    if ticket.class_name is None:
        return False
    by_name = {each.name: each for each in policy.classes}
    own = by_name.get(ticket.class_name)
    return own is None or own.gated or own is policy.classes[0]


def missing(context: Context, ticket: Ticket, facts: ClosureFacts) -> tuple[Problem, ...]:
    """Name every part that a closure lacks or that cannot stand as it is."""
    policy = context.playbook.policy
    seen = _Seen(
        facts=facts,
        people=frozenset(context.playbook.directory.people),
        categories=policy.closing.cause_categories,
        today=context.now.date(),
        is_grave=is_grave(policy, ticket),
    )
    unmet = [_problem(check) for check in _CHECKS if check.fails(seen)]
    unmet += _of_fix(seen)
    unmet += [problem for number in range(len(facts.prevention)) for problem in _of_prevention(seen, number)]
    return (*unmet, *review_gaps(facts.review, is_grave=seen.is_grave), *_too_long(facts))


def _problem(check: _Check) -> Problem:
    return Problem(pointer=check.pointer, expected=check.expected, code=check.code)


def _blank(text: str) -> bool:
    return not text.strip()


# --- the parts that every closure has ---------------------------------------------------------------------------------


def _cause_unsaid(seen: _Seen) -> bool:
    return seen.facts.root_cause.confidence is not Confidence.UNKNOWN and _blank(seen.facts.root_cause.text)


def _category_unsaid(seen: _Seen) -> bool:
    cause = seen.facts.root_cause
    return cause.confidence is not Confidence.UNKNOWN and cause.category is None


def _category_unknown(seen: _Seen) -> bool:
    return seen.facts.root_cause.category not in {None, *seen.categories}


def _workaround_unsaid(seen: _Seen) -> bool:
    return _blank(seen.facts.workaround.text) and not seen.facts.workaround.none


def _workaround_twofold(seen: _Seen) -> bool:
    return not _blank(seen.facts.workaround.text) and seen.facts.workaround.none


def _workaround_denied(seen: _Seen) -> bool:
    return seen.facts.resolution_code is ResolutionCode.SOLVED_WORKAROUND and seen.facts.workaround.none


def _unlinked(seen: _Seen) -> bool:
    facts = seen.facts
    return facts.resolution_code in _STAYS_LINKED and facts.known_error_id is None and facts.problem_id is None


def _nothing_prevents(seen: _Seen) -> bool:
    facts = seen.facts
    return not facts.prevention and (seen.is_grave or _blank(facts.prevention_declined))


def _prevention_twofold(seen: _Seen) -> bool:
    return bool(seen.facts.prevention) and not _blank(seen.facts.prevention_declined)


def _badly_named(name: str) -> Callable[[_Seen], bool]:
    def fails(seen: _Seen) -> bool:
        given = getattr(seen.facts, name)
        return given is not None and _ID.fullmatch(given) is None

    return fails


_AN_ID: Final = "an id of letters, digits and . _ : / # -, at most 80 characters"
_CHECKS: Final = (
    _Check("/summary", "what happened and how it was solved", MISSING, lambda seen: _blank(seen.facts.summary)),
    _Check(
        "/resolution_code",
        f"one of {', '.join(ResolutionCode)}",
        MISSING,
        lambda seen: seen.facts.resolution_code is None,
    ),
    _Check(
        "/closure_cause",
        "confirmed_by_customer or auto_after_days",
        MISSING,
        lambda seen: seen.facts.closure_cause is None,
    ),
    _Check(
        "/closure_cause",
        "confirmed_by_customer or auto_after_days; a ticket that belongs to another one is merged, not closed",
        INVALID,
        lambda seen: seen.facts.closure_cause is ClosureCause.MERGED,
    ),
    _Check(
        "/root_cause/confidence",
        "confirmed, suspected or unknown",
        MISSING,
        lambda seen: seen.facts.root_cause.confidence is None,
    ),
    _Check("/root_cause/text", "what produced the damage, or a confidence of unknown", MISSING, _cause_unsaid),
    _Check("/root_cause/category", "a category of the policy, or a confidence of unknown", MISSING, _category_unsaid),
    _Check("/root_cause/category", "a category that the policy lists", UNKNOWN, _category_unknown),
    _Check("/workaround", "a text, or none: true", MISSING, _workaround_unsaid),
    _Check("/workaround", "a text or none: true, not both", INVALID, _workaround_twofold),
    _Check("/workaround/text", "the workaround that solved it", MISSING, _workaround_denied),
    _Check("/known_error_id", "the known error, or a problem_id, that stays open", MISSING, _unlinked),
    _Check("/prevention", "at least one action, each with owner and due date", MISSING, _nothing_prevents),
    _Check("/prevention_declined", "actions or a reason for none, not both", INVALID, _prevention_twofold),
    _Check("/known_error_id", _AN_ID, INVALID, _badly_named("known_error_id")),
    _Check("/problem_id", _AN_ID, INVALID, _badly_named("problem_id")),
    _Check("/change_id", _AN_ID, INVALID, _badly_named("change_id")),
    _Check(
        "/prevention",
        f"at most {MOST_ITEMS} actions",
        INVALID,
        lambda seen: len(seen.facts.prevention) > MOST_ITEMS,
    ),
)


# --- what somebody has to do ------------------------------------------------------------------------------------------


def _of_fix(seen: _Seen) -> Iterator[Problem]:
    fix = seen.facts.permanent_fix
    if fix.state is None:
        yield Problem(pointer="/permanent_fix/state", expected="done, planned or declined", code=MISSING)
    if _blank(fix.description):
        expected = "what takes the problem away, or why nothing does"
        yield Problem(pointer="/permanent_fix/description", expected=expected, code=MISSING)
    if fix.state is FixState.PLANNED:
        yield from _of_duty(seen, "/permanent_fix", fix.owner, fix.due)
    if fix.state is FixState.DONE and seen.is_grave and seen.facts.change_id is None:
        yield Problem(pointer="/change_id", expected="the change that carries the fix", code=MISSING)


def _of_prevention(seen: _Seen, number: int) -> Iterator[Problem]:
    place, action = f"/prevention/{number}", seen.facts.prevention[number]
    if _blank(action.description):
        yield Problem(pointer=f"{place}/description", expected="what is done", code=MISSING)
    yield from _of_duty(seen, place, action.owner, action.due)


def _of_duty(seen: _Seen, place: str, owner: str | None, due: date | None) -> Iterator[Problem]:
    if owner is None:
        yield Problem(pointer=f"{place}/owner", expected="somebody of the roster", code=MISSING)
    elif owner not in seen.people:
        yield Problem(pointer=f"{place}/owner", expected="somebody of the roster", code=UNKNOWN)
    if due is None:
        yield Problem(pointer=f"{place}/due", expected="the day by which it is done", code=MISSING)
    elif due < seen.today:
        yield Problem(pointer=f"{place}/due", expected="a day that is not over yet", code=PAST)


# --- lengths ----------------------------------------------------------------------------------------------------------


def _too_long(facts: ClosureFacts) -> Iterator[Problem]:
    for pointer, text in texts_of(facts):
        if len(text) > LONGEST:
            expected = f"text of at most {LONGEST} characters; put the rest behind a link"
            yield Problem(pointer=pointer, expected=expected, code="too_long")


def texts_of(facts: ClosureFacts) -> Sequence[tuple[str, str]]:
    """Return every free text of a closure by its place."""
    found = [
        ("/summary", facts.summary),
        ("/root_cause/text", facts.root_cause.text),
        ("/workaround/text", facts.workaround.text),
        ("/permanent_fix/description", facts.permanent_fix.description),
        ("/prevention_declined", facts.prevention_declined),
        *((f"/prevention/{number}/description", item.description) for number, item in enumerate(facts.prevention)),
    ]
    if (review := facts.review) is not None:
        found += [(f"/review/{name}", getattr(review, name)) for name in PROSE]
        found += [(f"/review/milestones/{number}/what", item.what) for number, item in enumerate(review.milestones)]
    return found
