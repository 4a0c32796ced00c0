"""Chapter 6: who is called when a grave ticket comes in, and what if nobody answers, or falls silent afterwards?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rich.text import Text

from triage_core.cards.escalation import Backdrop, card_of
from triage_core.cards.mail import mail
from triage_core.demo import examples
from triage_core.demo.clock import HOME
from triage_core.demo.passing_time import sweep
from triage_core.demo.stage import FIRST, Stage
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import Escalation, Standing, id_of
from triage_core.domain.escalating.telling import Voice, movement
from triage_core.domain.model import SYSTEM
from triage_core.service.duty_desk import DutyDesk, RotaWish
from triage_core.service.escalations import Escalations
from triage_core.terminal import quoted
from triage_core.ticketfile import Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket

GRAVE_ID: Final = "m-9001"
#: A security matter with personnel files: the highest class.
_GRAVE: Final = Written(
    tenant=FIRST,
    source="mail",
    source_id=GRAVE_ID,
    channel="email",
    subject="Personnel files sent outside",
    body="I mailed the personnel files of our trainees to a wrong recipient outside the company.",
    requester="c.lang@lindwerk.example.com",
    intake={
        "impact": "medium",
        "urgency": "high",
        "affected_system": "mail",
        "customer_tier": "standard",
        "data_sensitivity": "restricted",
    },
)
_SILENCES: Final = frozenset({Kind.CHECKPOINT_MISSED, Kind.ESCALATION_LAPSED})
#: So many lines of the mail are shown: where it stands, until when, and who is called.
_SHOWN: Final = 12
#: Promises news and gives none; and the one who is called then.
_SILENT, _LAST = "jonas.ehrlich", "amira.haddad"
_NEWS: Final = timedelta(minutes=20)
_WHY: Final = "The mail was recalled, and nobody had opened it."


def escalation(stage: Stage) -> None:
    """Raise an escalation, let people be silent twice, and end it with a reason."""
    notice = "calls go up until a named person answers, and begin again when that person falls silent"
    stage.chapter(6, "Escalation: a named person answers, or the next one is called", notice)
    wish = RotaWish(rota=examples.rota_of(FIRST), reason="The rota of the examples.")
    DutyDesk(stage.triage.duty, stage.triage.playbooks).set_rota(FIRST, wish, stage.person("david.klein"))
    ticket = stage.take_in(_GRAVE)
    stage.say(f"{ticket.id} comes in as {ticket.class_name} {' '.join(ticket.tag_names)}; the mail to those called:")
    _show_mail(stage, ticket)
    name = id_of(ticket.id, _running(stage))
    calls = Escalations(stage.triage)
    _let_time_pass(stage, calls, name)
    stage.say(f"from the log of {name}: when, who, what and why")
    told = [line.entry for line in calls.log(FIRST, name) if line.entry.kind is not Kind.ESCALATION_JOINED]
    stage.table(*(_logged(stage, entry) for entry in told))
    for line in _left_out(stage, told):
        stage.say(line)
    _conclude(stage, name)


def _running(stage: Stage) -> Escalation:
    """Return the escalation of the grave ticket, also after its end."""
    found = stage.ticket(GRAVE_ID).escalation
    if found is None:
        raise LookupError(GRAVE_ID)
    return found


def _show_mail(stage: Stage, ticket: Ticket) -> None:
    called = _running(stage)
    call = next(iter(ahead(stage.triage.seen(ticket, SYSTEM, stage.clock.now()), ticket, most=1)), None)
    backdrop = Backdrop(
        page_url=f"https://triage.example.com/escalations/{id_of(ticket.id, called)}",
        zone=str(HOME),
        upcoming=call.people if call else (),
        upcoming_level=call.level if call else None,
        upcoming_at=call.at if call else None,
    )
    letter = mail(card_of(ticket, called, stage.books[FIRST].policy, backdrop))
    stage.paper(*[line for line in letter.body.splitlines() if line][:_SHOWN])


def _let_time_pass(stage: Stage, calls: Escalations, name: str) -> None:
    """Let nobody answer, then somebody who promises news and gives none, then somebody who ends it."""
    stage.clock.wait(minutes=12)
    sweep(stage)
    calls.acknowledge(FIRST, name, stage.person(_SILENT), stage.clock.now() + _NEWS)
    stage.clock.wait(minutes=35)
    sweep(stage)
    calls.acknowledge(FIRST, name, stage.person(_LAST))
    stage.clock.wait(minutes=9)
    calls.resolve(FIRST, name, _WHY, stage.person(_LAST))


def _logged(stage: Stage, entry: Entry) -> tuple[str | Text, ...]:
    voice = Voice(names={}, when=stage.at)
    style = "bold red" if entry.kind in _SILENCES else ""
    return stage.at(entry.at), voice.actor(entry.actor), Text(movement(entry, voice), style)


def _left_out(stage: Stage, told: list[Entry]) -> Iterator[str]:
    """Say why a level that is called once more reaches fewer people than before."""
    before: dict[int, tuple[str, ...]] = {}
    for entry in told:
        if entry.kind is not Kind.ESCALATION_CALLED:
            continue
        level, people = entry.facts["level"], tuple(entry.facts["people"])
        away = [_why_not(stage, each, entry.at) for each in before.get(level, ()) if each not in people]
        if away:
            yield f"not called at {stage.at(entry.at)}: {', '.join(away)}"
        before[level] = people


def _why_not(stage: Stage, person_id: str, at: datetime) -> str:
    directory = stage.books[FIRST].directory
    person = directory.person(person_id)
    why = directory.why_away(person, at, {})
    back = directory.there_from(person, at, at_any_hour=False)
    return f"{person_id} ({why}{f' until {stage.at(back)}' if back else ''})" if why else person_id


def _conclude(stage: Stage, name: str) -> None:
    ended = _running(stage)
    stage.say(f"{ended.ended_by} says why: {quoted(_WHY)}")
    is_over = ended.standing is Standing.RESOLVED and ended.ended_by == ended.holder == _LAST
    stage.claim(f"{name} was ended by the named person who held it, with a reason", is_over)
