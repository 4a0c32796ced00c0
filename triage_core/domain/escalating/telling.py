"""How is what happened to an escalation told in plain words?

Moments and names come back from a store as texts, so both are written by whoever asks.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import Standing
from triage_core.domain.model import ActorKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Actor


class Voice(NamedTuple):
    """In whose words something is told."""

    names: Mapping[str, str]
    #: Writes a moment the way its reader reads it.
    when: Callable[[datetime], str]

    def person(self, person_id: object) -> str:
        """Name somebody; who has left the roster keeps the id."""
        return self.names.get(str(person_id), str(person_id))

    def people(self, ids: Iterable[object]) -> str:
        """Name several people, or nobody."""
        return ", ".join(self.person(each) for each in ids) or "nobody"

    def moment(self, at: datetime | str) -> str:
        """Write a moment."""
        return self.when(datetime.fromisoformat(at) if isinstance(at, str) else at)

    def actor(self, actor: Actor) -> str:
        """Name who acted; a customer's id may be an address."""
        if actor.kind is ActorKind.PERSON:
            return self.person(actor.id)
        return _OTHERS.get(actor.kind, actor.id)


_OTHERS: Final = {ActorKind.SYSTEM: "the service", ActorKind.CUSTOMER: "the customer"}


# --- why --------------------------------------------------------------------------------------------------------------


def cause(name: str) -> str:
    """Say in a clause what a cause means; one without words of its own is told by its name."""
    kind, _, what = name.partition(":")
    told = _CAUSES.get(kind)
    return told(what) if told else name.replace("_", " ")


def _metric(what: str) -> str:
    return what.partition("/")[0].replace("_", " ")


def _at_risk(what: str) -> str:
    share = what.rpartition("at_risk_")[2]
    return f"{share} of the time for the promise “{_metric(what)}” is used up"


def _again(said: str) -> Callable[[str], str]:
    def told(what: str) -> str:
        name, again, _ = what.partition("/")
        return f"{said} {name}{', and it was reopened' if again else ''}"

    return told


_CAUSES: Final[dict[str, Callable[[str], str]]] = {
    "class": _again("its class is"),
    "tag": _again("it carries the risk tag"),
    "at_risk": _at_risk,
    "breach": lambda what: f"the promise “{_metric(what)}” was missed",
    "person": lambda _: "a person asked for it",
    "incident": lambda _: "several tickets look like one incident",
    "declared": lambda _: "a person declared an incident",
    "repeated": lambda often: f"the customer wrote {often} times without an answer",
    "blocked": lambda _: "words of a serious risk stand in a ticket that is incomplete",
    "approval": lambda _: "nobody decided about a text in time",
    "bypass": lambda _: "a text went out past its gate",
}


# --- what -------------------------------------------------------------------------------------------------------------


def movement(entry: Entry, voice: Voice) -> str:
    """Say in a sentence what a line of the log reports; one without words of its own is told by its kind."""
    told = _MOVEMENTS.get(entry.kind)
    return told(entry, entry.facts, voice) if told else entry.kind.rpartition(".")[2].replace("_", " ")


_Facts = dict[str, Any]


def _raised(_: Entry, facts: _Facts, voice: Voice) -> str:
    by = f" by {voice.person(facts['by'])}" if facts.get("by") else ""
    return f"Raised{by}: {cause(str(facts['cause']))}"


def _joined(_: Entry, facts: _Facts, __: Voice) -> str:
    return f"Another cause came: {cause(str(facts['cause']))}"


def _called(_: Entry, facts: _Facts, voice: Voice) -> str:
    place = f"level {facts['level']}" + (f", round {facts['round']}" if facts["round"] > 1 else "")
    paged = ", by the on-call service too" if facts.get("paged") else ""
    return f"Called {voice.people(facts['people'])} ({place}{paged})"


def _gap(_: Entry, facts: _Facts, __: Voice) -> str:
    return f"Nobody of level {facts['level']} can be reached"


def _held_back(_: Entry, facts: _Facts, voice: Voice) -> str:
    return f"The next call waits until {voice.moment(facts['until'])}: {waiting(str(facts['reason']))}"


def waiting(reason: str) -> str:
    """Say why a call waits."""
    return _WAITS.get(reason, reason)


_WAITS: Final = {"hours": "nobody is there before", "maintenance": "maintenance holds it back"}


def _exhausted(_: Entry, facts: _Facts, __: Voice) -> str:
    return f"Nobody took it over: {facts['reason']}"


def _acknowledged(entry: Entry, facts: _Facts, voice: Voice) -> str:
    return f"{voice.actor(entry.actor)} took it over; news are due by {voice.moment(facts['checkpoint_at'])}"


def _posted(entry: Entry, facts: _Facts, voice: Voice) -> str:
    late = "" if facts.get("on_time") else ", late"
    return f"{voice.actor(entry.actor)} told how it stands{late}; next news by {voice.moment(facts['next_at'])}"


def _missed(_: Entry, facts: _Facts, voice: Voice) -> str:
    until = voice.moment(facts["lease_until"])
    return f"No news came in time; {voice.person(facts['holder'])} was reminded and has until {until}"


def _lapsed(_: Entry, facts: _Facts, voice: Voice) -> str:
    return f"Nothing was heard of {voice.person(facts['holder'])}; people are called again"


def _offered(entry: Entry, facts: _Facts, voice: Voice) -> str:
    until = voice.moment(facts["expires_at"])
    return f"{voice.actor(entry.actor)} offered it to {voice.person(facts['to'])} until {until}"


def _transferred(_: Entry, facts: _Facts, voice: Voice) -> str:
    return f"{voice.person(facts['to'])} took it over from {voice.person(facts['from'])}"


def _kept(_: Entry, facts: _Facts, voice: Voice) -> str:
    said = f"{voice.person(facts['by'])} declined it" if facts.get("by") else "Nobody accepted it in time"
    return f"{said}; {voice.person(facts['holder'])} goes on"


def _ended(_: Entry, facts: _Facts, voice: Voice) -> str:
    by = f" by {voice.person(facts['by'])}" if facts.get("by") else ""
    with_ticket = str(facts["reason"]).startswith("ticket.") and facts["outcome"] == Standing.RESOLVED
    why = "the ticket was solved" if with_ticket else _OUTCOMES.get(facts["outcome"], facts["outcome"])
    return f"Ended{by}: {why}"


_OUTCOMES: Final[dict[str, str]] = {
    Standing.RESOLVED: "resolved",
    Standing.EXPIRED: "it grew older than its ladder lets it",
    Standing.SUPERSEDED: "the ticket became graver, and a graver escalation took its place",
    Standing.COVERED: "the incident of the ticket is escalated in its place",
    Standing.CANCELLED: "the ticket was merged or is void",
}

_MOVEMENTS: Final[dict[Kind, Callable[[Entry, _Facts, Voice], str]]] = {
    Kind.ESCALATION_RAISED: _raised,
    Kind.ESCALATION_JOINED: _joined,
    Kind.ESCALATION_CALLED: _called,
    Kind.ESCALATION_GAP: _gap,
    Kind.ESCALATION_HELD_BACK: _held_back,
    Kind.ESCALATION_EXHAUSTED: _exhausted,
    Kind.ESCALATION_ACKNOWLEDGED: _acknowledged,
    Kind.CHECKPOINT_POSTED: _posted,
    Kind.CHECKPOINT_MISSED: _missed,
    Kind.ESCALATION_LAPSED: _lapsed,
    Kind.ESCALATION_OFFERED: _offered,
    Kind.ESCALATION_TRANSFERRED: _transferred,
    Kind.ESCALATION_KEPT: _kept,
    Kind.ESCALATION_RESOLVED: _ended,
    Kind.ESCALATION_EXPIRED: _ended,
}
