"""Which small policies that keep their promises, and which tickets, do laws about decisions range over?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings

from tests.small_policy import document
from triage_core.domain.decision import NOTHING_GIVEN, Given
from triage_core.domain.policy import Policy

#: For laws that compile a policy or open a desk for every example: a third of what the profile asks for.
FEWER = settings(max_examples=settings().max_examples // 3)

#: Ordered fields, the most serious value first.
ORDERED: dict[str, tuple[str, ...]] = {
    "impact": ("high", "medium", "low"),
    "urgency": ("high", "medium", "low"),
    "customer_tier": ("vip", "enterprise", "standard"),
    "data_sensitivity": ("restricted", "internal", "public"),
}
FREE: dict[str, tuple[str, ...]] = {"affected_system": ("mail", "sso")}
CLASSES = ("C1", "C2", "C3", "C4")
TAGS = ("red", "green", "blue")
LEVELS = ("s1", "s2", "s3")
TERMS = ("alpha", "beta gamma", "delta", "gamma", "ΣΑΣ", "straße")
WORDS = ("alpha", "ALPHA,", "beta\n", "gamma", "Delta", "alphabet", "σας", "STRASSE", "—", "über")


@dataclass(frozen=True)
class Case:
    """A ticket as the rules see it."""

    fields: dict[str, Any]
    text: str
    given: Given = NOTHING_GIVEN


def field_types() -> dict[str, Any]:
    """Return the intake fields that the policies have."""
    lists = {name: {"values": list(values), "ordered": True, "required": True} for name, values in ORDERED.items()}
    free = {name: {"values": list(values), "required": True} for name, values in FREE.items()}
    own = {"users": {"type": "number", "minimum": 0}, "outside": {"type": "boolean"}}
    return {**document()["intake"]["fields"], **lists, **free, **own}


@st.composite
def grids(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """Draw a matrix in which neither more impact nor more urgency lowers the class."""
    drawn = {(i, u): draw(st.integers(0, len(CLASSES) - 1)) for i in range(3) for u in range(3)}
    rank = {(i, u): max(drawn[a, b] for a in range(i + 1) for b in range(u + 1)) for i, u in drawn}
    return {
        impact: {urgency: CLASSES[rank[i, u]] for u, urgency in enumerate(ORDERED["urgency"])}
        for i, impact in enumerate(ORDERED["impact"])
    }


@st.composite
def upper_sets(draw: st.DrawFn) -> dict[str, Any]:
    """Draw conditions that a more serious ticket fulfils as well."""
    names = draw(st.sets(st.sampled_from([*ORDERED, *FREE, "users", "outside"]), max_size=2))
    tests: dict[str, Any] = {}
    for name in sorted(names):
        if name in ORDERED:
            tests[name] = list(ORDERED[name][: draw(st.integers(1, 2))])
        elif name == "users":
            tests[name] = {"at_least": draw(st.integers(1, 5))}
        else:
            tests[name] = draw(st.sampled_from(FREE.get(name, ([True], [False]))))
    return tests


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def raise_rules(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """Draw a rule that raises."""
    some_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True)
    return {
        "id": f"raise-{number}",
        "when": draw(upper_sets()),
        "tags_any": draw(some_tags),
        "tags_all": draw(some_tags),
        "severity_at_least": draw(maybe(st.sampled_from(LEVELS))),
        "at_least": draw(maybe(st.sampled_from(CLASSES))),
        "by": draw(st.integers(0, 2)),
        "approvers": draw(st.sampled_from(([], ["lead"]))),
    }


@st.composite
def word_rules(draw: st.DrawFn, name: str, effect: dict[str, str]) -> dict[str, Any]:
    """Draw a rule on words, on fields, or on both."""
    terms = draw(st.lists(st.sampled_from(TERMS), max_size=3, unique=True))
    return {"id": name, "terms": terms, "when": draw(upper_sets()), **effect}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a small policy whose rules only ever raise."""
    floor = maybe(st.sampled_from(CLASSES))
    tag_rules = [
        draw(word_rules(f"tag-{n}", {"tag": draw(st.sampled_from(TAGS))})) for n in range(draw(st.integers(0, 3)))
    ]
    severity_rules = [
        draw(word_rules(f"severity-{n}", {"severity": draw(st.sampled_from(LEVELS))}))
        for n in range(draw(st.integers(0, 2)))
    ]
    classes = [{"name": name, "gated": n == 0} for n, name in enumerate(CLASSES)]
    levels = {name: {"calendar": "always", "targets": {}} for name in CLASSES}
    return Policy.model_validate(
        document(
            classes=classes,
            severity={
                "levels": [{"name": name, "at_least": draw(floor)} for name in LEVELS],
                "default": LEVELS[-1],
                "rules": severity_rules,
            },
            intake={"fields": field_types()},
            matrix={"grid": draw(grids())},
            raise_rules=[draw(raise_rules(n)) for n in range(draw(st.integers(0, 3)))],
            tags=[{"name": name, "at_least": draw(floor), "gated": draw(st.booleans())} for name in TAGS],
            tag_rules=tag_rules,
            score={},
            service_levels={"classes": levels},
            routing={"default_queue": "desk"},
        )
    )


@st.composite
def givens(draw: st.DrawFn) -> Given:
    """Draw what people settled; a tag is set or taken off, never both."""
    chosen = draw(st.dictionaries(st.sampled_from(TAGS), st.booleans(), max_size=2))
    return Given(
        tags=tuple(tag for tag, put in chosen.items() if put),
        cleared=tuple(tag for tag, put in chosen.items() if not put),
        severity=draw(maybe(st.sampled_from(LEVELS))),
    )


texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a ticket."""
    fields: dict[str, Any] = {name: draw(st.sampled_from(values)) for name, values in {**ORDERED, **FREE}.items()}
    users, outside = draw(maybe(st.integers(0, 6))), draw(maybe(st.booleans()))
    more = {"users": None if users is None else float(users), "outside": outside}
    fields |= {name: value for name, value in more.items() if value is not None}
    return Case(fields=fields, text=draw(texts), given=draw(givens()))


@st.composite
def more_serious(draw: st.DrawFn, case: Case, severity: str) -> Case:
    """Draw a ticket that is at least as serious in every respect; `severity` is the one found on `case`."""
    fields = dict(case.fields)
    for name, values in ORDERED.items():
        fields[name] = values[draw(st.integers(0, values.index(fields[name])))]
    if draw(st.booleans()):
        fields["users"] = fields.get("users", 0.0) + draw(st.integers(0, 4))
    worse = LEVELS[draw(st.integers(0, LEVELS.index(severity)))]
    added = [tag for tag in TAGS if tag not in case.given.cleared and draw(st.booleans())]
    return Case(
        fields=fields,
        text=f"{case.text} {draw(texts)}",
        given=Given(
            tags=tuple(dict.fromkeys((*case.given.tags, *added))),
            cleared=tuple(tag for tag in case.given.cleared if draw(st.booleans())),
            severity=None if case.given.severity is None and draw(st.booleans()) else worse,
        ),
    )
