"""How does a person get what is kept of them, or have it erased?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from triage_core.domain.errors import StaleTicket
from triage_core.domain.policy.retention import Fate
from triage_core.domain.profile import person_key
from triage_core.domain.redaction import redact
from triage_core.domain.retention import OVER, Planned
from triage_core.domain.value import Value
from triage_core.service.letting_go import ASKED, ATTEMPTS, LettingGo, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.model import Actor, Ticket


class Erased(Value, frozen=True, kw_only=True):
    """What was erased for a person, and what was not."""

    tenant: str
    tickets: tuple[str, ...] = ()
    texts: int = 0
    profiles: int = 0
    #: Tickets that are still worked on; erase again once they are closed.
    open: tuple[str, ...] = ()
    #: Articles that were learned from the person's tickets; their words were redacted, and somebody should look.
    articles: tuple[str, ...] = ()


class Kept(Value, frozen=True, kw_only=True):
    """One ticket of a person, with all that is kept of it."""

    ticket: dict[str, Any]
    texts: tuple[dict[str, Any], ...]
    timeline: tuple[dict[str, Any], ...]


class Export(Value, frozen=True, kw_only=True):
    """Everything that is kept of a person."""

    tenant: str
    requester_key: str
    profiles: tuple[dict[str, Any], ...]
    tickets: tuple[Kept, ...]


class Persons(LettingGo):
    """What is kept of persons, as use cases over a store."""

    def export(self, tenant: str, requester: str, *, whole: bool = False) -> Export:
        """Return everything that is kept of a person, named by the address that the tickets came from.

        Secrets and what else can be recognised is redacted but for that address, since others may stand in it too;
        `whole` leaves every word as it is, for the person's own eyes.
        """
        own = requester.strip().casefold()

        def clean(words: str) -> str:
            return words if whole else redact(words, may_stay=lambda found: found.casefold() == own).text

        key = self._key(tenant, requester)
        rows = self.store.profiles(tenant, None, key)
        return Export(
            tenant=tenant,
            requester_key=key,
            profiles=tuple(msgspec.to_builtins(row.profile) for row in rows if row.requester_key == key),
            tickets=tuple(self._kept(ticket, clean) for ticket in self.store.of_requester(tenant, key)),
        )

    def _key(self, tenant: str, requester: str) -> str:
        return person_key(self.store.digest_key(tenant), requester)

    def _kept(self, ticket: Ticket, clean: Callable[[str], str]) -> Kept:
        texts = self.store.texts(ticket.tenant, ticket.id)
        entries = [line.entry for line in self.store.timeline(ticket.tenant, ticket.id)]
        return Kept(
            ticket=msgspec.to_builtins(ticket),
            texts=tuple(
                {"kind": text.kind, "at": text.at.isoformat(), "text": in_words(text, clean)} for text in texts
            ),
            timeline=tuple({"at": entry.at.isoformat(), "what": entry.kind.value} for entry in entries),
        )

    def erase(self, tenant: str, requester: str, actor: Actor) -> Erased:
        """Erase every text of a person's closed tickets, what they were compared by, and the person's profile.

        Tickets that are still worked on keep theirs and are named. The timelines keep keyed fingerprints, which name
        nobody without the tenant's key.
        """
        key = self._key(tenant, requester)
        tickets = self.store.of_requester(tenant, key)
        over = [ticket for ticket in tickets if ticket.state in OVER]
        erased = sum(self._forget(ticket, actor) for ticket in over)
        articles = [one.id for ticket in over if (one := self.store.knowledge.get(tenant, ticket.id)) is not None]
        return Erased(
            tenant=tenant,
            tickets=tuple(ticket.id for ticket in over),
            texts=erased,
            profiles=self.store.drop_profiles(tenant, key),
            open=tuple(ticket.id for ticket in tickets if ticket.state not in OVER),
            articles=tuple(articles),
        )

    def _forget(self, ticket: Ticket, actor: Actor) -> int:
        for _ in range(ATTEMPTS):
            ticket = self.ticket(ticket.tenant, ticket.id)
            texts = self.store.texts(ticket.tenant, ticket.id)
            planned = tuple(
                Planned(text_id=text.id, kind=text.kind, fate=Fate.ERASE, rule=ASKED, due_at=self.now())
                for text in texts
            )
            try:
                self.let_go(ticket, planned, actor, forgets_sender=True)
            except StaleTicket:
                continue
            return len(planned)
        raise StaleTicket
