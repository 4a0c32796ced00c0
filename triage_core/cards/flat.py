"""How is an escalation told to a flow, which can map fields but not lists?

Every field is a text or nothing, under the names of the contract. Names and moments are as machines want them; what
people read is harmless on any surface that a flow may put it on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.cards import wording
from triage_core.cards.budget import fitted, link
from triage_core.cards.harmless import harmless
from triage_core.cards.moments import stamp
from triage_core.cards.surface import ANYWHERE
from triage_core.domain.related import DUPLICATE, RELATED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from triage_core.cards.escalation import EscalationCard, Labelled

#: Notion takes no longer text in one piece.
_TEXT: Final = 2_000
_SENTENCES: Final = 300
_FACT: Final = 90

Fields = dict[str, str | None]


def fields(card: EscalationCard) -> Fields:
    """Return the card as flat fields; those that say nothing yet are null, and lists are empty instead."""
    return {**_which(card), **_what(card), **_who(card), **_until_when(card), **_blast(card), **_texts(card)}


def card_text(card: EscalationCard) -> str:
    """Return the card as one paragraph of facts, without a word of the customer."""
    facts = (*wording.facts(card), *wording.blast_radius(card)[:1])
    told = "; ".join(f"{fact.label}: {_said(fact.value, _FACT) or wording.UNKNOWN}" for fact in facts)
    standing = _said(f"{wording.notice(card)} {wording.next_step(card)}", _SENTENCES)
    return _said(f"{_said(wording.headline(card), _SENTENCES)}. {told}. {standing} {wording.meaning(card)}")


def _which(card: EscalationCard) -> Fields:
    return {
        "tenant": card.tenant,
        "ticket_id": card.ticket_id,
        "escalation_id": card.escalation_id,
        "escalation_kind": card.kind,
        "escalation_trigger": card.trigger,
        "escalation_standing": card.standing,
        "escalation_level": str(card.level) if card.level else None,
        "source": card.source,
        "source_id": card.source_id,
        "mode": card.mode,
        "page_url": link(card.page_url),
        "ticket_url": link(card.ticket_url),
    }


def _what(card: EscalationCard) -> Fields:
    return {
        "class": card.ticket_class.name if card.ticket_class else None,
        "severity": card.severity.name if card.severity else None,
        "risk_tags_csv": _names(card.tags),
        "queue": card.queue.name,
        "affected_system": card.system.name if card.system else None,
        "update_every_minutes": _minutes(card.update_every),
        "duplicate_of": next((each.to for each in card.related if each.kind == DUPLICATE), None),
        "related_csv": ",".join(each.to for each in card.related if each.kind == RELATED),
    }


def _who(card: EscalationCard) -> Fields:
    return {
        "owner": card.owner.name if card.owner else None,
        "owner_name": _said(card.owner.label) if card.owner else None,
        "acknowledged_by": card.holder.name if card.holder else None,
        "acknowledged_by_name": _said(card.holder.label) if card.holder else None,
        "called_csv": _names(card.called),
        "called_names": _said(wording.listed(card.called)),
        "next_called_csv": _names(card.upcoming),
        "next_called_names": _said(wording.listed(card.upcoming)),
        "raised_by": card.raised_by.name if card.raised_by else None,
    }


def _until_when(card: EscalationCard) -> Fields:
    moments = {
        "raised_at": card.raised_at,
        "acknowledge_by": card.acknowledge_by,
        "acknowledged_at": card.acknowledged_at,
        "lease_until": card.lease_until,
        "next_checkpoint_at": card.next_checkpoint_at,
        "ends_at": card.ends_at,
        "ended_at": card.ended_at,
    }
    return {name: _moment(at) for name, at in moments.items()} | {"deadline_text": _fact(wording.deadline(card))}


def _blast(card: EscalationCard) -> Fields:
    blast = card.blast
    return {
        "customers_affected": wording.customers(blast),
        "tenants_affected_csv": _csv(blast.tenants),
        "services_affected_csv": _csv(blast.services),
        "data_classes_csv": _csv(blast.data_classes),
        "regions_affected_csv": _csv(blast.regions),
        "affected_since": _moment(blast.since),
        "damage_trend": blast.trend,
        "damage_confidence": blast.confidence,
    }


def _texts(card: EscalationCard) -> Fields:
    return {
        "headline": _said(wording.headline(card)),
        "subject": _said(card.title) if card.title else None,
        "impact_statement": _said(card.impact) or None,
        "rationale": _said(card.rationale) or None,
        "next_step": _said(wording.next_step(card)),
        "card_text": card_text(card),
    }


def _fact(fact: wording.Fact) -> str:
    return _said(f"{fact.label} {fact.value}")


def _said(text: str, limit: int = _TEXT) -> str:
    return fitted(harmless(text), limit, ANYWHERE)


def _names(items: Iterable[Labelled]) -> str:
    return ",".join(item.name for item in items)


def _csv(items: Iterable[str]) -> str:
    return _said(",".join(item.replace(",", " ") for item in items))


def _moment(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _minutes(span: timedelta | None) -> str | None:
    return str(max(1, round(span.total_seconds() / 60))) if span else None
