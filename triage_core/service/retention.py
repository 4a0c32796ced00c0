"""Which texts go because their time is over, by the policy that holds now?

Only words go: every timeline keeps its lines, adds one that says what went and why, and still verifies. Figures are
made of times and codes and do not change.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.model import SYSTEM
from triage_core.domain.policy.retention import Fate
from triage_core.domain.retention import HeldText, plan, shortest
from triage_core.domain.value import Value
from triage_core.observability import logger
from triage_core.service.letting_go import ATTEMPTS, LettingGo
from triage_core.service.playbooks import NoPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.model import Ticket
    from triage_core.domain.policy.retention import RetentionRule
    from triage_core.domain.retention import Planned

_LOG: Final = logger("triage.retention")
#: Tickets read at a time.
_PAGE: Final = 200


class Count(Value, frozen=True, kw_only=True):
    """How many texts of a kind meet a fate under a rule."""

    rule: str
    fate: Fate
    kind: str
    texts: int


class Report(Value, frozen=True, kw_only=True):
    """What retention would do, or did."""

    tenant: str
    at: datetime
    is_dry_run: bool
    tickets_looked_at: int = 0
    tickets: int = 0
    counts: tuple[Count, ...] = ()
    #: Tickets that changed so often meanwhile that they wait for the next run.
    busy: tuple[str, ...] = ()

    @property
    def texts(self) -> int:
        """How many texts it was in all."""
        return sum(count.texts for count in self.counts)


class Retaining(LettingGo):
    """Retention by the policy, as use cases over a store."""

    def plan(self, tenant: str) -> Report:
        """Tell what is due under the active policy, and change nothing."""
        return self._go(tenant, is_dry_run=True)

    def run(self, tenant: str) -> Report:
        """Do what is due under the active policy; what fails on one ticket does not stop the others."""
        return self._go(tenant, is_dry_run=False)

    def run_where_possible(self, tenant: str) -> Report | None:
        """Do the same without anybody asking; nothing where no policy says what is due."""
        try:
            report = self.run(tenant)
        except NoPolicy:
            return None
        if report.texts or report.busy:
            _LOG.info("retained", tenant=tenant, texts=report.texts, tickets=report.tickets, busy=len(report.busy))
        return report

    def _go(self, tenant: str, *, is_dry_run: bool) -> Report:
        now = self.now()
        self.playbooks.refresh(tenant)
        rules = self.playbooks.active(tenant, now).policy.retention.rules
        counts: Counter[tuple[str, Fate, str]] = Counter()
        looked = touched = 0
        busy: list[str] = []
        for ticket in self._with_texts(tenant, rules, now):
            looked += 1
            if not (planned := self._due(ticket, rules, now)):
                continue
            if not is_dry_run and not self._settled(ticket.tenant, ticket.id, rules, now):
                busy.append(ticket.id)
                continue
            touched += 1
            counts.update((item.rule, item.fate, item.kind) for item in planned)
        found = tuple(
            Count(rule=rule, fate=fate, kind=kind, texts=number)
            for (rule, fate, kind), number in sorted(counts.items())
        )
        return Report(
            tenant=tenant,
            at=now,
            is_dry_run=is_dry_run,
            tickets_looked_at=looked,
            tickets=touched,
            counts=found,
            busy=tuple(busy),
        )

    def _with_texts(self, tenant: str, rules: Iterable[RetentionRule], now: datetime) -> Iterator[Ticket]:
        """Return every ticket that has a text old enough for any rule."""
        if (least := shortest(rules)) is None:
            return
        after = ""
        while found := self.store.texts_due(tenant, now - least, after, _PAGE):
            after = found[-1]
            yield from filter(None, (self.store.ticket(tenant, ticket_id) for ticket_id in found))

    def _due(self, ticket: Ticket, rules: Iterable[RetentionRule], now: datetime) -> tuple[Planned, ...]:
        texts = self.store.texts(ticket.tenant, ticket.id)
        held = [HeldText(id=text.id, kind=text.kind, at=text.at) for text in texts]
        planned = plan(ticket, held, rules, now)
        if not any(item.fate is Fate.PSEUDONYMISE for item in planned):
            return planned
        return plan(ticket, held, rules, now, self._done(ticket))

    def _done(self, ticket: Ticket) -> frozenset[tuple[str, Fate]]:
        entries = (line.entry for line in self.store.timeline(ticket.tenant, ticket.id))
        told = (entry.facts for entry in entries if entry.kind is Kind.TEXTS_ERASED)
        return frozenset((name, Fate(facts["fate"])) for facts in told for name in facts["texts"])

    def _settled(self, tenant: str, ticket_id: str, rules: Iterable[RetentionRule], now: datetime) -> bool:
        for _ in range(ATTEMPTS):
            ticket = self.ticket(tenant, ticket_id)
            if not (planned := self._due(ticket, rules, now)):
                return True
            try:
                self.let_go(ticket, planned, SYSTEM)
            except StaleTicket:
                continue
            return True
        return False
