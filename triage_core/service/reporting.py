"""Which figures, baselines and reports does a tenant have?

A report that was issued and a baseline that was frozen are kept as they were told, whatever becomes of the tickets.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec

from triage_core.contract.events import EventType
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.domain.kpis.baseline import Baseline, CheckedMovement, check_span, check_tickets, freeze, movement_by
from triage_core.domain.kpis.clients import CustomerReport, customer_report
from triage_core.domain.kpis.facts import TicketFacts
from triage_core.domain.kpis.gathering import facts_of
from triage_core.domain.kpis.measuring import Dimension, Figures, Measured, Observed
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.people import PolicyPeople
from triage_core.domain.kpis.ruling import PolicyRules
from triage_core.domain.kpis.weekly import Learned, Surroundings, WeeklyReport, weekly, with_labels
from triage_core.domain.kpis.weeks import Span, last_over, span_of, week_at, weeks_back
from triage_core.domain.model import ActorKind, Record
from triage_core.domain.policy.people import Right
from triage_core.domain.zones import home_zone
from triage_core.ports import Evidence, Message
from triage_core.report_ports import HasReports, StoredReport
from triage_core.service.outgoing import body_of
from triage_core.service.playbooks import NoPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from triage_core.domain.model import Actor
    from triage_core.domain.playbook import Playbook
    from triage_core.service.playbooks import Playbooks

_WEEKLY: Final = "weekly"
_BASELINE: Final = "baseline"
#: Weeks that nobody issued are made up for, but no more than these.
_MADE_UP: Final = 8
#: The end of a span is the first moment outside.
_INSTANT: Final = timedelta(microseconds=1)
_MAY_FREEZE: Final = (Right.CHANGE_STAGE, Right.ADMINISTER)
_REPORT: Final = msgspec.json.Decoder(WeeklyReport)
_FROZEN: Final = msgspec.json.Decoder(Baseline)


class BaselineMissing(TriageError):
    """No baseline of this number was frozen."""

    code = "baseline_missing"

    def __init__(self) -> None:
        """Say how one is."""
        super().__init__("no such baseline; freeze one with triage report freeze, and name it by its number")


class CustomerNotFound(TriageError):
    """No ticket of a tenant is a customer's."""

    code = "customer_not_found"

    def __init__(self) -> None:
        """Say which names count."""
        super().__init__(
            "there is no such customer among the tickets; write the name as the tickets have it "
            "(triage report kpis --by customer lists them)"
        )


class ReportStore(Evidence, HasReports, Protocol):
    """What reports are read from and kept in."""


def nothing_learned(_tenant: str, _week: str) -> Learned:
    """Stand for a tenant without calibration."""
    return Learned()


class Asked(NamedTuple):
    """Which figures somebody wants."""

    span: Span
    by: Dimension | None = None
    #: Of one customer's tickets only.
    customer: str | None = None


class Reporting:
    """The figures of all tenants."""

    def __init__(
        self,
        store: ReportStore,
        playbooks: Playbooks,
        now: Callable[[], datetime],
        learned: Callable[[str, str], Learned] = nothing_learned,
    ) -> None:
        """Read a store; `learned` says what people's labels add to a tenant's week."""
        self._store, self._playbooks, self._now, self._learned = store, playbooks, now, learned

    # --- figures --------------------------------------------------------------------------------------------------

    def facts(self, tenant: str) -> list[TicketFacts]:
        """Return the facts of every record of a tenant."""
        rules = PolicyRules(lambda version: self._playbooks.version(tenant, version))
        told = (facts_of((body for _, body, _ in lines), rules) for _, lines in self._store.chains(tenant))
        return [facts for facts in told if facts is not None]

    def zone(self, tenant: str) -> ZoneInfo:
        """Return the zone whose weeks count; raises `NoPolicy`."""
        return home_zone(self._playbook(tenant).policy)

    def week(self, tenant: str, name: str | None = None) -> Span:
        """Return when a week is, the latest that is over where none is named; raises `WeekUnknown` and `NoPolicy`."""
        zone = self.zone(tenant)
        return span_of(name or last_over(self._now(), zone), zone)

    def figures(self, tenant: str, asked: Asked) -> Measured:
        """Return the figures of a span, told apart where asked."""
        terms, customer, span = self._terms(tenant), asked.customer, asked.span
        observed = Observed((each for each in self.facts(tenant) if customer in {None, each.customer}), terms)
        parts = {"": observed.figures(span)} if asked.by is None else observed.by(span, asked.by, self.zone(tenant))
        return Measured(tenant=tenant, span=span, measured_at=terms.now, by=asked.by, parts=parts)

    def customer(self, tenant: str, customer: str, span: Span) -> CustomerReport:
        """Return what one customer may read about its own tickets."""
        return customer_report(self.facts(tenant), (tenant, customer), span, self._terms(tenant))

    def check_customer(self, tenant: str, customer: str) -> None:
        """Refuse a customer whom no ticket of the tenant names; raises `CustomerNotFound`."""
        if all(each.customer != customer for each in self.facts(tenant)):
            raise CustomerNotFound

    def latest_week(self, tenant: str) -> str | None:
        """Return the latest week in which a ticket was created; none where there is no ticket."""
        created = (each.created_at for each in self.facts(tenant) if each.is_counted and each.record is Record.TICKET)
        latest = max(created, default=None)
        return week_at(latest, self.zone(tenant)) if latest else None

    def _terms(self, tenant: str) -> Terms:
        return Terms(now=self._now(), reopen_window=self._playbook(tenant).policy.reopen_window)

    def _playbook(self, tenant: str) -> Playbook:
        return self._playbooks.active(tenant, self._now())

    # --- the baseline ---------------------------------------------------------------------------------------------

    def freeze(self, tenant: str, actor: Actor, span: Span, note: str = "") -> Baseline:
        """Freeze the figures of a span, as a named person by right.

        Raises `NotPermitted`, `BaselineSpan` and `BaselineEmpty`.
        """
        return self.frozen(tenant, actor, self.to_freeze(tenant, actor, span), note)

    def to_freeze(self, tenant: str, actor: Actor, span: Span) -> Figures:
        """Return the figures that a person may freeze, with everything checked; raises what `freeze` raises."""
        self._check(tenant, actor)
        check_span(span, self._now())
        figures = Observed(self.facts(tenant), self._terms(tenant)).figures(span)
        check_tickets(figures)
        labels = self._learned(tenant, week_at(span.end - _INSTANT, self.zone(tenant))).calibration
        return with_labels(figures, labels)

    def frozen(self, tenant: str, actor: Actor, figures: Figures, note: str = "") -> Baseline:
        """Keep figures that `to_freeze` returned as the next baseline."""
        while True:
            number = len(self.baselines(tenant)) + 1
            baseline = freeze(figures, self._now(), actor.id, note, number)
            if self._keep(tenant, _BASELINE, str(number), baseline):
                return baseline

    def _check(self, tenant: str, actor: Actor) -> None:
        directory = self._playbook(tenant).directory
        person = directory.people.get(actor.id) if actor.kind is ActorKind.PERSON else None
        if person is None or not any(directory.may(person.roles, right) for right in _MAY_FREEZE):
            raise NotPermitted(
                "freeze a baseline", {role for right in _MAY_FREEZE for role in directory.holders(right)}
            )

    def baselines(self, tenant: str) -> tuple[Baseline, ...]:
        """Return what was frozen, the oldest first."""
        return tuple(_FROZEN.decode(stored.document) for stored in self._store.reports.all(tenant, _BASELINE))

    def frozen_at(self, tenant: str) -> datetime | None:
        """Return when the latest baseline was frozen; none where there is none."""
        known = self._store.reports.all(tenant, _BASELINE)
        return known[-1].at if known else None

    def baseline(self, tenant: str, number: int | None = None) -> Baseline | None:
        """Return the latest baseline, or the one of a number; raises `BaselineMissing` for an unknown one."""
        known = self.baselines(tenant)
        if number is None:
            return known[-1] if known else None
        found = next((each for each in known if each.number == number), None)
        if found is None:
            raise BaselineMissing
        return found

    def movements(
        self, tenant: str, number: int | None = None, began_at: datetime | None = None
    ) -> tuple[CheckedMovement, ...]:
        """Return how far figures moved by every day of report, counted from a start or from the freezing."""
        baseline = self.baseline(tenant, number)
        if baseline is None:
            raise BaselineMissing
        observed = Observed(self.facts(tenant), self._terms(tenant))
        return movement_by(baseline, observed, began_at or baseline.frozen_at, self._now())

    # --- the weekly report ----------------------------------------------------------------------------------------

    def weekly(self, tenant: str, week: str | None = None) -> WeeklyReport:
        """Return the report of a week as it was issued, or as things stand; raises `WeekUnknown` and `NoPolicy`."""
        zone = self.zone(tenant)
        name = week or last_over(self._now(), zone)
        span_of(name, zone)
        stored = self._store.reports.get(tenant, _WEEKLY, name)
        return _REPORT.decode(stored.document) if stored else self._made(tenant, name, self.facts(tenant))

    def _made(self, tenant: str, week: str, facts: list[TicketFacts]) -> WeeklyReport:
        around = Surroundings(
            tenant=tenant,
            zone=self.zone(tenant),
            terms=self._terms(tenant),
            people=PolicyPeople(self._playbook(tenant).policy),
            baseline=self.baseline(tenant),
            learned=self._learned(tenant, week),
        )
        return weekly(facts, week, around)

    def issue(self, tenant: str) -> tuple[str, ...]:
        """Issue the reports of weeks that are over and tell the outside, each once; return the weeks."""
        zone = self.zone(tenant)
        last = last_over(self._now(), zone)
        if self._store.reports.get(tenant, _WEEKLY, last) is not None:
            return ()
        facts = self.facts(tenant)
        due = self._due(tenant, last, facts)
        return tuple(week for week in due if self._told(tenant, self._made(tenant, week, facts)))

    def issue_everywhere(self) -> dict[str, tuple[str, ...]]:
        """Issue what is due in every tenant that has tickets and a policy; return the weeks by tenant."""
        return {tenant: weeks for tenant in self._store.tenants() if (weeks := self._issued_in(tenant))}

    def _issued_in(self, tenant: str) -> tuple[str, ...]:
        try:
            return self.issue(tenant)
        except NoPolicy:
            return ()

    def _due(self, tenant: str, last: str, facts: Iterable[TicketFacts]) -> tuple[str, ...]:
        """Return the weeks since the last report; the first report is that of the latest week that had a ticket."""
        zone = self.zone(tenant)
        known = {stored.name for stored in self._store.reports.all(tenant, _WEEKLY)}
        if not known:
            end = span_of(last, zone).end
            return (last,) if any(each.created_at < end for each in facts) else ()
        latest = max(known)
        return tuple(week for week in weeks_back(last, _MADE_UP, zone) if week > latest)

    def _told(self, tenant: str, report: WeeklyReport) -> bool:
        now, name = self._now(), f"weekly-{report.week}"
        kind = EventType.REPORT_WEEKLY_READY.value
        told = {"id": name, "type": kind, "at": now, "tenant": tenant, "report_id": name, "report_week": report.week}
        message = Message(id=name, type=kind, payload=body_of(told), at=now)
        return self._keep(tenant, _WEEKLY, report.week, report, message)

    def _keep(
        self, tenant: str, kind: str, name: str, told: WeeklyReport | Baseline, message: Message | None = None
    ) -> bool:
        document = msgspec.json.encode(told).decode()
        report = StoredReport(tenant=tenant, kind=kind, name=name, at=self._now(), document=document)
        return self._store.reports.add(report, message)
