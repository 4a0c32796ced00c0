"""Where does an escalation stand, until when, and what happens by itself if nobody does anything?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from triage_core.domain.escalating.ladders import plan_of
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import Escalation, Standing
from triage_core.domain.escalating.telling import waiting
from triage_core.domain.model import Outcome
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.sla import latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from triage_core.console.moments import Moments
    from triage_core.domain.context import Context
    from triage_core.domain.escalating.telling import Voice
    from triage_core.domain.model import Ticket

_OVER: Final = {
    Standing.RESOLVED: "It is over.",
    Standing.EXPIRED: "It ended by its age; nobody had solved it.",
    Standing.SUPERSEDED: "The ticket became graver; a graver escalation took its place.",
    Standing.COVERED: "The incident of the ticket is escalated in its place.",
    Standing.CANCELLED: "The ticket was merged or is void; there is nothing left to do.",
}


_NOBODY: Final = "If nobody acknowledges"
_NO_NEWS: Final = "If no news come"


class Outlook(NamedTuple):
    """In words: where it stands, until when somebody must do what, and what comes next."""

    #: How it looks at a glance: `alarm` while it is nobody's, `held` or `over`.
    tone: str
    standing: str
    deadline: Markup
    #: What comes by itself, and unless what.
    unless: str = ""
    ahead: tuple[Markup, ...] = ()


def outlook(seen: Context, ticket: Ticket, escalation: Escalation, told: tuple[Voice, Moments]) -> Outlook:
    """Tell where an escalation stands to the person who looks."""
    tell = _TELLERS.get(escalation.standing)
    if tell is None:
        ended = _by(escalation, *told)
        return Outlook(tone_of(escalation), _OVER[escalation.standing], ended)
    return tell(seen, ticket, escalation, told)


def tone_of(escalation: Escalation) -> str:
    """Say how an escalation looks at a glance; promised news that did not come are an alarm as well."""
    if not escalation.is_open:
        return "over"
    return "held" if escalation.standing is Standing.HELD and not escalation.reminded else "alarm"


def due_at(ticket: Ticket) -> datetime | None:
    """Return when somebody must have taken the escalation over, while nobody has."""
    clock = latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    return clock.due_at if clock is not None and clock.outcome is Outcome.OPEN else None


def deadline_of(ticket: Ticket, escalation: Escalation, moments: Moments) -> Markup:
    """Say until when somebody must do something, in words."""
    if escalation.standing is Standing.HELD and escalation.checkpoint_at is not None:
        return _until(moments, escalation.checkpoint_at, ("News are due by", "News were due at"))
    at = due_at(ticket)
    if not escalation.is_open or at is None:
        return Markup("")
    return _until(moments, at, ("Acknowledge by", "Should have been acknowledged by"))


def _until(moments: Moments, at: datetime, said: tuple[str, str]) -> Markup:
    before, after = said
    return Markup("{} {}, {}").format(before if moments.now <= at else after, moments.at(at), moments.away(at))


def _by(escalation: Escalation, voice: Voice, moments: Moments) -> Markup:
    if escalation.ended_at is None:
        return Markup("")
    by = f" by {voice.person(escalation.ended_by)}" if escalation.ended_by else ""
    return Markup("Ended {}{}").format(moments.at(escalation.ended_at), by)


def _calling(seen: Context, ticket: Ticket, escalation: Escalation, told: tuple[Voice, Moments]) -> Outlook:
    voice, moments = told
    called = f" Called: {voice.people(escalation.called)}." if escalation.called else ""
    waits = f" Calls wait: {waiting(escalation.held_back)}." if escalation.held_back else ""
    coming = tuple(
        Markup("At {}: calls {} (level {})").format(moments.at(call.at), voice.people(call.people), call.level)
        for call in ahead(seen, ticket)
    )
    standing = f"Nobody has taken it over yet.{called}{waits}"
    return Outlook(tone_of(escalation), standing, deadline_of(ticket, escalation, moments), _NOBODY, coming)


def _held(seen: Context, ticket: Ticket, escalation: Escalation, told: tuple[Voice, Moments]) -> Outlook:
    voice, moments = told
    is_mine = escalation.holder == seen.actor.id
    said = ["You hold it." if is_mine else f"{voice.person(escalation.holder)} holds it."]
    if escalation.reminded:
        said.append("The promised news are overdue.")
    if escalation.offer is not None:
        said.append(f"It is offered to {voice.person(escalation.offer.to)}, who has not answered yet.")
    coming = tuple(_without_news(seen, escalation, voice, moments))
    return Outlook(tone_of(escalation), " ".join(said), deadline_of(ticket, escalation, moments), _NO_NEWS, coming)


def _without_news(seen: Context, escalation: Escalation, voice: Voice, moments: Moments) -> Iterator[Markup]:
    holder = voice.person(escalation.holder)
    if escalation.offer is not None:
        lapses = moments.at(escalation.offer.expires_at)
        yield Markup("At {}: the offer lapses, and {} goes on").format(lapses, holder)
    again = escalation.lease_until
    if escalation.checkpoint_at is not None and not escalation.reminded:
        yield Markup("At {}: {} is reminded").format(moments.at(escalation.checkpoint_at), holder)
        grace = escalation.checkpoint_at + plan_of(seen, escalation).rule.checkpoint_grace
        again = min(again or grace, grace)
    if again is not None:
        yield Markup("At {}: people are called again").format(moments.at(again))


def _exhausted(_: Context, ticket: Ticket, escalation: Escalation, told: tuple[Voice, Moments]) -> Outlook:
    _voice, moments = told
    standing = f"Everybody was called, {escalation.calls} times in all, and nobody took it over. You still can."
    coming = (Markup("At {}: it ends by its age").format(moments.at(escalation.ends_at)),)
    return Outlook(tone_of(escalation), standing, deadline_of(ticket, escalation, moments), _NOBODY, coming)


_TELLERS: Final[dict[Standing, Callable[[Context, Ticket, Escalation, tuple[Voice, Moments]], Outlook]]] = {
    Standing.CALLING: _calling,
    Standing.HELD: _held,
    Standing.EXHAUSTED: _exhausted,
}
