"""Which changes of the policy would have avoided errors, what would each newly get wrong, and does it hold elsewhere?

Changes are tried on two thirds of the judged tickets. What is proposed must also be worth it on the last third, which
the search did not see, because a search over many changes always finds one that fits the tickets it looked at.
"""

from __future__ import annotations

from hashlib import sha256
from math import fsum
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.calibration.candidates import FEWEST, candidates
from triage_core.domain.calibration.edits import Edit, EditKind, edited
from triage_core.domain.calibration.examples import Example, said_by
from triage_core.domain.calibration.judging import cost_of
from triage_core.domain.calibration.past import said_of
from triage_core.domain.calibration.phrases import phrases_of
from triage_core.domain.decision import Decision
from triage_core.domain.errors import TriageError
from triage_core.domain.rulebook import Rulebook
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from triage_core.domain.calibration.judging import Judged
    from triage_core.domain.calibration.past import Said
    from triage_core.domain.policy import Policy

#: One ticket in so many is held out.
_HELD_OUT: Final = 3
#: Of two proposals that mend mostly the same tickets, the better one is enough.
_SAME: Final = 0.5
#: Less than this is nothing but rounding.
_NOTHING: Final = 1e-9
_MOST: Final = 10


class Balance(Value, frozen=True, kw_only=True):
    """What a change would have done to some judged tickets: tickets, and cost in the week by weights."""

    mended: int = 0
    broken: int = 0
    saved: float = 0.0
    added: float = 0.0

    @property
    def net(self) -> float:
        """What is won in the end."""
        return self.saved - self.added


class Proposal(Value, frozen=True, kw_only=True):
    """A change, what it would have mended, and its cost in the other direction."""

    edits: tuple[Edit, ...]
    searched: Balance
    held_out: Balance
    #: Tickets whose answer would be less wrong, and those whose answer would be more wrong than it was.
    mends: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    #: Escalations that it would bring about among the judged tickets, and those it would do away with.
    escalates: int = 0
    spares: int = 0

    def __str__(self) -> str:
        """Read as one line."""
        return " and ".join(map(str, self.edits))

    @property
    def net(self) -> float:
        """What is won on all judged tickets."""
        return self.searched.net + self.held_out.net


class _Trial(Value, frozen=True, kw_only=True):
    example: Example
    decision: Decision
    cost: float
    held_out: bool


def proposals(
    policy: Policy, examples: Sequence[Example], holds: Callable[[Policy], bool] = lambda _: True
) -> tuple[Proposal, ...]:
    """Return the changes that are worth it, the best first; `holds` says whether a changed policy holds together.

    Each is a change of the policy as it stands; of several that mend mostly the same tickets only the best is there.
    """
    book = Rulebook(policy)
    trials = [_trial(book, example) for example in examples]
    asked = dict.fromkeys(candidates(book, [trial.example for trial in trials]))
    worth = [found for edits in asked if (found := _first_look(book, trials, edits)) is not None]
    worth.sort(key=lambda found: (-round(found.net, 9), _fussiness(found), str(found)))
    chosen: list[Proposal] = []
    for found in worth:
        if len(chosen) < _MOST and not any(_overlap(found, better) for better in chosen):
            sure = _tried(policy, trials, found.edits)
            chosen.extend([sure] if sure is not None and holds(edited(policy, found.edits)) else [])
    return tuple(chosen)


_WORDS: Final = frozenset({EditKind.ADD_TERM, EditKind.REMOVE_TERM})


def _first_look(book: Rulebook, trials: Sequence[_Trial], edits: tuple[Edit, ...]) -> Proposal | None:
    if _WORDS.issuperset(edit.kind for edit in edits):
        return _supposed(book, trials, edits)
    return _tried(book.policy, trials, edits)


def _fussiness(found: Proposal) -> int:
    """Count the digits that are no closing noughts: of two sizes that are worth the same, people want the round one."""
    sizes = (edit.after or "" for edit in found.edits if edit.kind is EditKind.THRESHOLD)
    return sum(len(size.rstrip("0")) for size in sizes)


def _trial(book: Rulebook, example: Example) -> _Trial:
    """Let the policy as it stands answer, whatever version decided the ticket then."""
    past = example.past
    decision = book.decide(past.intake, past.text, past.given)
    one = replace(example.judged, said=said_of(decision.outcome))
    return _Trial(
        example=replace(example, judged=one),
        decision=decision,
        cost=_cost(one, one.said, book.policy),
        held_out=_is_held_out(past.id),
    )


def _is_held_out(ticket_id: str) -> bool:
    """Choose by the id, so that a ticket is always on the same side, whoever searches and whenever."""
    digest = sha256(f"held out\n{ticket_id}".encode("utf-8", "surrogatepass")).digest()
    return digest[0] % _HELD_OUT == 0


def _tried(policy: Policy, trials: Sequence[_Trial], edits: tuple[Edit, ...]) -> Proposal | None:
    """Try a change; none where it cannot be read, mends too few, or is not worth it on both sides."""
    try:
        after = Rulebook(edited(policy, edits))
    except TriageError:
        return None
    return _weighed(policy, edits, [(trial, said_by(after, trial.example.past)) for trial in trials])


def _supposed(book: Rulebook, trials: Sequence[_Trial], edits: tuple[Edit, ...]) -> Proposal | None:
    """Try a change of words without making a policy of it, which takes long where there are many words."""
    added = next((edit for edit in edits if edit.kind is EditKind.ADD_TERM), None)
    removed = next((edit for edit in edits if edit.kind is EditKind.REMOVE_TERM), None)
    lost = (removed.place, str(removed.before)) if removed else None
    said = []
    for trial in trials:
        past, decision = trial.example.past, trial.decision
        found = added.place if added and str(added.after) in phrases_of(past.text) else None
        touched = found is not None or lost is not None
        outcome = book.supposing(decision, past.intake, past.given, found, lost) if touched else decision.outcome
        said.append((trial, said_of(outcome)))
    return _weighed(book.policy, edits, said)


def _weighed(policy: Policy, edits: tuple[Edit, ...], said: Iterable[tuple[_Trial, Said]]) -> Proposal | None:
    costs = [(trial, answer, _cost(trial.example.judged, answer, policy)) for trial, answer in said]
    changed = [(trial, answer, cost) for trial, answer, cost in costs if cost != trial.cost]
    sides = {side: _balance(each for each in changed if each[0].held_out is side) for side in (False, True)}
    mends = tuple(trial.example.past.id for trial, _, cost in changed if cost < trial.cost)
    if len(mends) < FEWEST or any(side.net <= _NOTHING for side in sides.values()):
        return None
    moves = [(trial.example.judged.said.escalate, answer.escalate) for trial, answer, _ in changed]
    return Proposal(
        edits=edits,
        searched=sides[False],
        held_out=sides[True],
        mends=mends,
        breaks=tuple(trial.example.past.id for trial, _, cost in changed if cost > trial.cost),
        escalates=moves.count((False, True)),
        spares=moves.count((True, False)),
    )


def _cost(one: Judged, answer: Said, policy: Policy) -> float:
    return cost_of(answer, one.verdict, one.rank, policy.calibration)


def _balance(changed: Iterable[tuple[_Trial, Said, float]]) -> Balance:
    gains = [trial.example.judged.weight * (trial.cost - cost) for trial, _, cost in changed]
    better, worse = [gain for gain in gains if gain > 0], [-gain for gain in gains if gain < 0]
    return Balance(mended=len(better), broken=len(worse), saved=fsum(better), added=fsum(worse))


def _overlap(one: Proposal, other: Proposal) -> bool:
    here, there = set(one.mends), set(other.mends)
    return len(here & there) > _SAME * min(len(here), len(there))
