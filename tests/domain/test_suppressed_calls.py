"""What does maintenance hold back, and what does it never hold back?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from tests.sample_cases import HOUR, LEAD, MINUTE, MONDAY, after, blank
from tests.sample_ladders import RULES, URGENT, ladder_policy
from triage_core.domain import overriding, ticking, triaging
from triage_core.domain.consequences import followed
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import Escalation
from triage_core.domain.overriding import Correction
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from triage_core.domain.lifecycle import Step
    from triage_core.domain.on_call import OnCall

BOOK = Playbook(ladder_policy())
UNTIL = MONDAY + 2 * HOUR


@dataclass(frozen=True)
class Works:
    """Maintenance of everything until a moment; somebody is on night duty from another one on."""

    until: datetime = UNTIL
    duty_from: datetime = MONDAY

    def on_duty(self, rota: str, at: datetime) -> str | None:
        """Return who is on duty."""
        return "kim" if rota == "nights" and at >= self.duty_from else None

    def held_until(
        self, intake: Mapping[str, object], tags: Collection[str], never: Collection[str], at: datetime
    ) -> datetime | None:
        """Hold back whatever may be."""
        del intake
        return None if set(tags) & set(never) or at >= self.until else self.until


def seen(minutes: int, works: Works, book: Playbook = BOOK, **more: Any) -> Context:
    return Context(playbook=book, now=MONDAY + minutes * MINUTE, on_call=cast("OnCall", works), **more)


def calls(steps: list[Step]) -> list[tuple[int, tuple[str, ...]]]:
    called = [step for step in steps if step.kind is Kind.ESCALATION_CALLED]
    return [(int(((step.at or MONDAY) - MONDAY) / MINUTE), step.facts["people"]) for step in called]


def escalation(steps: list[Step]) -> Escalation:
    found: Escalation = next(step.changes["escalation"] for step in reversed(steps) if "escalation" in step.changes)
    return found


def arrived(context: Context) -> list[Step]:
    ticket = blank()
    return followed(context, ticket, triaging.arrive(context, ticket, URGENT))


def test_calls_wait_until_the_maintenance_is_over_and_clocks_run_on() -> None:
    works = Works()
    steps = arrived(seen(0, works))
    assert (escalation(steps).held_back, escalation(steps).next_call_at) == ("maintenance", UNTIL)
    ticket = after(blank(), steps)
    later = ticking.due(seen(121, works), ticket)
    assert calls(later) == [(120, ("lee",))]
    assert Kind.SLA_BREACHED in {step.kind for step in later}


def test_a_preview_shows_the_calls_after_the_maintenance() -> None:
    ticket = after(blank(), arrived(seen(0, Works())))
    assert ahead(seen(1, Works()), ticket, 2) == (
        (UNTIL, 1, ("lee",)),
        (UNTIL + 5 * MINUTE, 1, ("lee",)),
    )


def test_a_risk_that_is_never_held_back_calls_at_once_though_the_ticket_waited() -> None:
    works = Works()
    ticket = after(blank(), arrived(seen(0, works)))
    told = replace(seen(10, works), actor=LEAD)
    wanted = Correction(add_tags=("security",), reason="It is an attack.")
    assert calls(followed(told, ticket, overriding.override(told, ticket, wanted))) == [(10, ("lee",))]


def test_another_cause_alone_does_not_end_the_waiting() -> None:
    works = Works()
    ticket = after(blank(), arrived(seen(0, works)))
    steps = ticking.due(seen(30, works), ticket)  # the first reply is missed
    assert Kind.ESCALATION_JOINED in {step.kind for step in steps}
    assert (calls(steps), escalation(steps).next_call_at) == ([], UNTIL)


def test_a_hole_in_a_rota_waits_for_the_next_turn() -> None:
    ladder = {"name": "major", "levels": [{"targets": ["rota:nights"], "timeout": "5m"}]}
    book = Playbook(ladder_policy(ladders=[ladder], rotas=["nights"], escalation={"rules": [RULES[0]]}))
    works = Works(until=MONDAY, duty_from=MONDAY + timedelta(hours=3, minutes=20))
    steps = arrived(seen(0, works, book))
    assert (calls(steps), escalation(steps).next_call_at) == ([], works.duty_from)
    assert calls(ticking.due(seen(202, works, book), after(blank(), steps))) == [(200, ("kim",))]
