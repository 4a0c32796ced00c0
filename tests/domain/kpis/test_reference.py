"""Do the figures of random histories equal those of a slow and independent computation?"""

from __future__ import annotations

import json
from datetime import timedelta
from statistics import fmean, median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.kpis import reference
from tests.sample_cases import AGENT, LEAD
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.domain.errors import TriageError
from triage_core.domain.feedback import About, Feedback
from triage_core.domain.happening import Event, Happened
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.gathering import facts_of
from triage_core.domain.kpis.measuring import Dimension, Figure, measure, measure_by
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.ruling import PolicyRules
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.overriding import Correction
from triage_core.service.escalations import Escalations

HALF_HOUR = timedelta(minutes=30)
LEVELS = ("high", "medium", "low")
GIVEN = st.one_of(
    st.just({}),
    st.builds(
        lambda impact, urgency: {**COMPLETE, "impact": impact, "urgency": urgency}, *[st.sampled_from(LEVELS)] * 2
    ),
)
#: What happens most often stands here more than once.
HAPPENED = st.sampled_from(
    [
        *[Happened.AGENT_REPLIED, Happened.RESOLVED] * 3,
        *[Happened.CUSTOMER_REPLIED, Happened.REOPENED, Happened.RESUMED] * 2,
        *(Happened.WAITING_CUSTOMER, Happened.WAITING_THIRD_PARTY, Happened.CLOSED, Happened.VOIDED),
    ]
)
FIRST = [("submit", COMPLETE), ("submit", {**COMPLETE, "impact": "high", "urgency": "high"}), ("submit", {})]
ACTS = st.one_of(
    st.tuples(st.just("submit"), GIVEN),
    st.tuples(st.just("pass"), st.integers(1, 200)),
    st.tuples(st.just("record"), st.integers(1, 3), HAPPENED, st.integers(0, 20)),
    st.tuples(st.just("override"), st.integers(1, 3), st.sampled_from(["P1", "P2", "P3"])),
    st.tuples(st.just("correct"), st.integers(1, 3), st.sampled_from(LEVELS)),
    st.tuples(st.just("complete"), st.integers(1, 3)),
    st.tuples(st.just("rate"), st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.just("acknowledge"), st.integers(1, 3)),
)


class History:
    """A desk on which anything may happen; what it refuses does not."""

    def __init__(self, acts: list[tuple[Any, ...]]) -> None:
        """Let everything happen."""
        self.desk, self.number = SampleDesk(), 0
        for act in acts:
            try:
                getattr(self, f"_{act[0]}")(*act[1:])
            except TriageError:
                continue

    def _submit(self, intake: dict[str, Any]) -> None:
        self.number += 1
        self.desk.submit(self.number, intake=intake)

    def _pass(self, half_hours: int) -> None:
        self.desk.passes(half_hours * HALF_HOUR / 2)
        self.desk.tick()

    def _record(self, ticket: int, what: Happened, ago: int) -> None:
        event = Event(what=what, at=self.desk.now - ago * HALF_HOUR, assisted=bool(ago % 2), reason="it is so")
        self.desk.triage.record(TENANT, f"t{ticket}", event, LEAD)

    def _override(self, ticket: int, class_name: str) -> None:
        self._corrected(ticket, Correction(class_name=class_name, reason="I know it better"))

    def _correct(self, ticket: int, urgency: str) -> None:
        self._corrected(ticket, Correction(intake={"urgency": urgency}, reason="They called"))

    def _corrected(self, ticket: int, correction: Correction) -> None:
        self.desk.triage.override(TENANT, f"t{ticket}", correction, LEAD)

    def _complete(self, ticket: int) -> None:
        self.desk.triage.complete(TENANT, f"t{ticket}", COMPLETE, AGENT)

    def _rate(self, ticket: int, rating: int) -> None:
        feedback = Feedback(about=About.SATISFACTION, rating=rating)
        self.desk.triage.hear(TENANT, f"t{ticket}", feedback, AGENT)

    def _acknowledge(self, ticket: int) -> None:
        Escalations(self.desk.triage).acknowledge(TENANT, f"t{ticket}-e1", LEAD)

    def bodies(self) -> list[list[str]]:
        """Return every timeline as it is stored."""
        return [[body for _, body, _ in lines] for _, lines in self.desk.store.chains(TENANT)]


def same(figure: Figure, cases: list[float]) -> None:
    assert figure.n == len(cases)
    if figure.spread is None:
        assert figure.count == sum(cases)
        return
    if cases:
        found = figure.spread
        expected = fmean(cases), median(cases), reference.p90(cases)
        assert (found.mean, found.median, found.p90) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=4, max_size=30), window=st.tuples(st.integers(0, 10), st.integers(1, 30)))
def test_figures_equal_a_slow_reference_on_random_histories(
    acts: list[tuple[Any, ...]], window: tuple[int, int]
) -> None:
    history = History([*FIRST, *acts])
    desk, bodies = history.desk, history.bodies()
    start = desk.now.replace(hour=0) - timedelta(days=window[1])
    span = Span(start=start, end=start + timedelta(days=window[1] + 2))
    rules = PolicyRules(lambda version: desk.triage.playbooks.version(TENANT, version))
    facts = [each for body in bodies if (each := facts_of(body, rules))]
    terms = Terms(now=desk.now)
    found = measure(facts, span, terms)
    timelines = [[json.loads(line) for line in body] for body in bodies]
    for name, cases in reference.figures(timelines, span.start, span.end, desk.now).items():
        same(found.figures[Kpi(name)], cases)
    for name, ages in reference.unfinished(timelines, desk.now).items():
        figure = found.figures[Kpi(name)]
        assert (figure.open_n, figure.oldest_open) == (len(ages), pytest.approx(ages[0]) if ages else None)
    for dimension in (Dimension.SUPPORT_TIER, Dimension.WEEK, Dimension.SEVERITY):
        parts = measure_by(facts, span, terms, dimension).values()
        for kpi, figure in found.figures.items():
            assert sum(part.figures[kpi].n for part in parts) == figure.n
