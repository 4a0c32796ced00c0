"""Which tickets does the study's desk get, what would be right for each, and what becomes of it?

The same seed gives the same tickets on every machine. The truth is noisy, as people's judgement is: a few tickets are
worth a class more or less than their circumstances say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.calibration.examples import said_by
from triage_core.domain.calibration.labelling import Verdict
from triage_core.domain.calibration.past import Past, Said, Sign
from triage_core.study.planting import ALWAYS
from triage_core.study.topics import ASIDES, CLOSINGS, OPENINGS, TOPICS, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.playbook import Playbook
    from triage_core.domain.rulebook import Rulebook

#: A Monday.
BEGINS: Final = datetime(2026, 3, 2, tzinfo=UTC)
WEEK: Final = timedelta(days=7)
_MINUTE: Final = timedelta(minutes=1)
_MINUTES: Final = 7 * 24 * 60
#: So often people would judge a ticket a class higher or lower than its circumstances say.
_NOISE: Final = 0.03
#: From so many affected people on a ticket is worth the second class.
_CROWD: Final = 50
_LEVELS: Final = ("high", "medium", "low")
#: How likely a person corrects an error of automation, and how likely a customer complains about nothing.
_NOTICED, _GRUMBLED = 0.35, 0.02
_UNDECIDED: Final = Said(class_name="", class_rank=0)


class Truth(NamedTuple):
    """A ticket that nobody decided yet, and what would be right."""

    past: Past
    verdict: Verdict


class Lived(NamedTuple):
    """A ticket that a policy decided, what would have been right, and what became of it."""

    past: Past
    verdict: Verdict


def arriving(sound: Playbook, week: int, count: int, seed: int) -> Iterator[Truth]:
    """Return the tickets of a week, numbered from 0, in the order of their arrival."""
    rng = Random(f"{seed}/{week}")  # noqa: S311 - made-up tickets need no cryptographic chance
    moments = sorted(rng.randrange(_MINUTES) for _ in range(count))
    for number, minute in enumerate(moments):
        at = BEGINS + week * WEEK + minute * _MINUTE
        yield _ticket(rng, sound, f"w{week:02}-{number:04}", at)


def _ticket(rng: Random, sound: Playbook, name: str, at: datetime) -> Truth:
    topic = rng.choices(TOPICS, [topic.share for topic in TOPICS])[0]
    users = _affected(rng, topic)
    impact, urgency = (_near(rng, usual) for usual in topic.usually)
    intake = {**ALWAYS, "impact": impact, "urgency": urgency, "users_affected": users}
    reply = at + _MINUTE * (1 + int(rng.expovariate(1 / 90)))
    past = Past(
        id=name,
        created_at=at,
        intake=intake,
        text=_text(rng, topic),
        said=_UNDECIDED,
        first_reply_at=reply,
        resolved_at=reply + _MINUTE * int(rng.expovariate(1 / 900)),
    )
    return Truth(past, _right(rng, sound, topic, intake, users))


def _affected(rng: Random, topic: Topic) -> int:
    if topic.name == "standstill":
        return rng.randrange(30, 400)
    return rng.choices((rng.randrange(1, 5), rng.randrange(5, 40), rng.randrange(50, 120)), (80, 16, 4))[0]


def _near(rng: Random, usual: str) -> str:
    """Return what people choose: mostly what is usual."""
    return usual if rng.random() < 0.75 else rng.choice(_LEVELS)  # noqa: PLR2004 - three in four


def _text(rng: Random, topic: Topic) -> str:
    parts = [rng.choice(OPENINGS), rng.choice(topic.sentences), *rng.sample(ASIDES, 2), rng.choice(CLOSINGS)]
    return "\n".join(parts)


def _right(rng: Random, sound: Playbook, topic: Topic, intake: dict[str, object], users: int) -> Verdict:
    """Say what is right by what happened: the matrix, the topic's own floor, the number of people, and some noise."""
    names = [item.name for item in sound.policy.classes]
    row = sound.rules.row({"impact": intake["impact"], "urgency": intake["urgency"]})
    floors = [row.rank, *([names.index(topic.at_least)] if topic.at_least else []), *([1] if users >= _CROWD else [])]
    rank = min(floors)
    if rng.random() < _NOISE and not topic.escalate and rank:
        rank = min(len(names) - 1, max(1, rank + rng.choice((-1, 1))))
    return Verdict(class_name=names[rank], escalate=topic.escalate or rank == 0, tags=topic.tags)


def lived(book: Rulebook, truth: Truth, seed: int) -> Lived:
    """Let a policy decide a ticket, and people notice some of what it got wrong."""
    rng = Random(f"{seed}/{truth.past.id}")  # noqa: S311 - as above
    said, right = said_by(book, truth.past), truth.verdict
    rank = book.ranks[right.class_name]
    late = (
        truth.past.first_reply_at is not None and truth.past.first_reply_at - truth.past.created_at > 6 * 60 * _MINUTE
    )
    signs = [
        *([Sign.RAISED] if rank < said.class_rank and rng.random() < _NOTICED else []),
        *([Sign.LOWERED] if rank > said.class_rank and rng.random() < _NOTICED else []),
        *([Sign.ESCALATED_LATE] if right.escalate and not said.escalate and rng.random() < _NOTICED else []),
        *([Sign.COMPLAINED] if rng.random() < _GRUMBLED else []),
        *([Sign.BREACHED] if late else []),
    ]
    past = Past(
        **{name: getattr(truth.past, name) for name in Past.__struct_fields__ if name not in {"said", "signs"}},
        said=said,
        signs=tuple(signs),
    )
    return Lived(past, right)
