"""How is the sample of a week drawn, once, and found again?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.calibration.drawing import Plan, draw
from triage_core.domain.calibration.labelling import Sample
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.domain.kpis.weeks import last_over, span_of, week_at
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.people import Right
from triage_core.domain.zones import home_zone
from triage_core.learning_ports import HasLearning, RecordMoved
from triage_core.policyfile import diff_policies
from triage_core.ports import Policies
from triage_core.service.records import RecordBook
from triage_core.service.remembering import PastStore, latest_arrival, pasts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.playbook import Playbook
    from triage_core.service.playbooks import Playbooks

#: So many weeks are learned from together.
WEEKS: Final = 8
_START_BYTES: Final = 8
_REVIEWERS: Final = (Right.OVERRIDE_CLASS, Right.CHANGE_POLICY)


class SampleNotFound(TriageError):
    """There is no such sample."""

    code = "sample_not_found"

    def __init__(self) -> None:
        """Say how one comes into being."""
        super().__init__("there is no such sample; draw one with: triage calibrate sample")


class WeekNotOver(TriageError):
    """A sample is to be drawn of a week that is not over."""

    code = "week_not_over"

    def __init__(self) -> None:
        """Say when it can be drawn."""
        super().__init__("this week is not over; draw the sample when it is, so that every ticket of it can be drawn")


class SampleEmpty(TriageError):
    """No ticket lies in the week that a sample is to be drawn of."""

    code = "sample_empty"

    def __init__(self, latest: str | None) -> None:
        """Name the latest week that has tickets."""
        where = f"the latest week that has some is {latest} (--week {latest})" if latest else "nor in any other"
        super().__init__(f"no ticket lies in this week, so there is nothing to judge; {where}")


class CalibrationStore(PastStore, Policies, HasLearning, Protocol):
    """What the calibration reads and writes."""


class SampleBook:
    """The samples of all tenants."""

    def __init__(self, store: CalibrationStore, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Keep samples in a store."""
        self._store, self._playbooks, self._now = store, playbooks, now
        self._samples: Final = RecordBook(store.learning, "sample", Sample)

    def draw(self, tenant: str, actor: Actor, week: str | None = None, start: str | None = None) -> Sample:
        """Draw the sample of a week, the last that is over where none is named; a week is drawn once.

        Raises `NotPermitted`, `WeekUnknown`, `WeekNotOver` and `SampleEmpty`.
        """
        now = self._now()
        book = self._playbooks.active(tenant, now)
        if actor.kind is ActorKind.PERSON:
            check_reviewer(book, actor, "draw a sample")
        zone = home_zone(book.policy)
        name = week or last_over(now, zone)
        span = span_of(name, zone)
        if (known := self._samples.get(tenant, name)) is not None:
            return known
        if span.end > now:
            raise WeekNotOver
        plan = self._plan(tenant, book, start or secrets.token_hex(_START_BYTES))
        drawn = draw(pasts(self._store, tenant, span), plan)
        if not drawn.tickets:
            latest = latest_arrival(self._store, tenant)
            raise SampleEmpty(week_at(latest, zone) if latest else None)
        sample = Sample(
            tenant=tenant,
            id=name,
            since=span.start,
            until=span.end,
            drawn_at=now,
            drawn_by=actor.id,
            policy_version=book.version,
            start=plan.start,
            changed_rules=plan.changed_rules,
            population=drawn.population,
            tickets=drawn.tickets,
        )
        return self._kept(sample, now)

    def _kept(self, sample: Sample, now: datetime) -> Sample:
        try:
            self._samples.put((sample.tenant, sample.id), 1, now, sample)
        except RecordMoved:  # somebody else drew it in between
            return self.get(sample.tenant, sample.id)
        return sample

    def _plan(self, tenant: str, book: Playbook, start: str) -> Plan:
        settings = book.policy.calibration
        return Plan(
            start=start,
            size=settings.sample_size,
            double_share=settings.double_share,
            changed_rules=self._changed_rules(tenant, book),
        )

    def _changed_rules(self, tenant: str, book: Playbook) -> tuple[str, ...]:
        """Return the rules that are new or different since the policy before."""
        known = sorted(self._store.policies(tenant), key=lambda stored: stored.active_from)
        places = [number for number, stored in enumerate(known) if stored.version == book.version]
        if not places or not places[0]:
            return ()
        before = self._playbooks.version(tenant, known[places[0] - 1].version)
        parts = [change.pointer.split("/") for change in diff_policies(before.policy, book.policy)]
        ids = {rule.id for rule in (*book.rules.text_rules, *book.rules.raise_rules)}
        return tuple(sorted(ids & {part for pointer in parts for part in pointer}))

    def latest(self, tenant: str, limit: int = WEEKS) -> tuple[Sample, ...]:
        """Return the latest samples, the newest first."""
        return self._samples.latest(tenant, limit)

    def get(self, tenant: str, sample_id: str) -> Sample:
        """Return a sample; raises `SampleNotFound`."""
        found = self._samples.get(tenant, sample_id)
        if found is None:
            raise SampleNotFound
        return found


def reviewers(book: Playbook) -> set[str]:
    return {role for right in _REVIEWERS for role in book.directory.holders(right)}


def check_reviewer(book: Playbook, actor: Actor, what: str) -> None:
    """Let people judge who may correct decisions; a platform judges nothing. Raises `NotPermitted`."""
    person = book.directory.people.get(actor.id) if actor.kind is ActorKind.PERSON else None
    if person is None or not any(book.directory.may(person.roles, right) for right in _REVIEWERS):
        raise NotPermitted(what, reviewers(book))
