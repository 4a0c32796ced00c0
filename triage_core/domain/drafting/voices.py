"""How are moments, spans, lists and what happened said in a language?

English and German have words of their own. In every other language moments are written in figures, and what cannot be
said without words stays unfilled, so that a person says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.entry import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NO_EVENTS: Final[Mapping[Kind, str]] = MappingProxyType({})


class Voice(NamedTuple):
    """The words of one language."""

    #: Filled with `weekday`, `day`, `month`, `date`, `year`, `time` and `zone`.
    moment: str = "{date} {time} ({zone})"
    weekdays: tuple[str, ...] = ("",) * 7
    months: tuple[str, ...] = ("",) * 12
    #: Names of time zones that differ from the English ones.
    zones: Mapping[str, str] = _NOTHING
    hours: str = "h"
    minutes: str = "min"
    seconds: str = "s"
    both: str = ", "
    #: How somebody is addressed whose name is not known or cannot be used.
    customer: str | None = None
    #: What belongs into a field that has no list of values, by its type.
    expected: Mapping[str, str] = _NOTHING
    #: What happened, for lines of the timeline that mean something to a customer; it is said so that it can stand in a
    #: message to them and in a report about them.
    events: Mapping[Kind, str] = _NO_EVENTS
    waits_for_others: str = ""
    escalated: str = ""
    lead: str = ""


ENGLISH: Final = Voice(
    moment="{weekday}, {day} {month} {year}, {time} ({zone})",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    hours="hours",
    minutes="minutes",
    seconds="seconds",
    both=" and ",
    customer="customer",
    expected=MappingProxyType({"number": "a number", "boolean": "yes or no", "text": "a short text"}),
    events=MappingProxyType(
        {
            Kind.SUBMITTED: "request received",
            Kind.COMPLETED: "all details at hand",
            Kind.TRIAGED: "request assessed",
            Kind.ASSIGNED: "request taken over",
            Kind.WORK_STARTED: "work begun",
            Kind.AGENT_REPLIED: "answer sent",
            Kind.CUSTOMER_REPLIED: "answer received",
            Kind.WAITING: "waiting for information",
            Kind.RESUMED: "work resumed",
            Kind.RESOLVED: "solution in place",
            Kind.REOPENED: "request opened again",
            Kind.CLOSED: "request closed",
        }
    ),
    waits_for_others="waiting for another company",
    escalated="priority given",
    lead="{name} took the lead",
)  # fmt: skip

GERMAN: Final = Voice(
    moment="{weekday}, {day}. {month} {year}, {time} Uhr ({zone})",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    zones=MappingProxyType({"CET": "MEZ", "CEST": "MESZ"}),
    hours="Stunden",
    minutes="Minuten",
    seconds="Sekunden",
    both=" und ",
    customer="liebe Kundin, lieber Kunde",
    expected=MappingProxyType({"number": "eine Zahl", "boolean": "ja oder nein", "text": "ein kurzer Text"}),
    events=MappingProxyType(
        {
            Kind.SUBMITTED: "Anfrage eingegangen",
            Kind.COMPLETED: "alle Angaben liegen vor",
            Kind.TRIAGED: "Anfrage eingeordnet",
            Kind.ASSIGNED: "Anfrage übernommen",
            Kind.WORK_STARTED: "Arbeit begonnen",
            Kind.AGENT_REPLIED: "Antwort gesendet",
            Kind.CUSTOMER_REPLIED: "Antwort erhalten",
            Kind.WAITING: "Warten auf Angaben",
            Kind.RESUMED: "Arbeit fortgesetzt",
            Kind.RESOLVED: "Lösung umgesetzt",
            Kind.REOPENED: "Anfrage wieder geöffnet",
            Kind.CLOSED: "Anfrage geschlossen",
        }
    ),
    waits_for_others="Warten auf ein anderes Unternehmen",
    escalated="Vorrang erteilt",
    lead="{name} hat die Leitung übernommen",
)  # fmt: skip

#: For every language without words of its own.
FIGURES: Final = Voice()
_VOICES: Final = {"en": ENGLISH, "de": GERMAN}
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


def voice_of(language: str) -> Voice:
    """Return the words of a language, whatever its region."""
    return _VOICES.get(language.partition("-")[0], FIGURES)


def moment(voice: Voice, at: datetime, zone: ZoneInfo) -> str:
    """Say a moment in a zone, and which zone that is."""
    local = at.astimezone(zone)
    return voice.moment.format(
        weekday=voice.weekdays[local.weekday()],
        day=local.day,
        month=voice.months[local.month - 1],
        year=local.year,
        date=f"{local:%Y-%m-%d}",
        time=f"{local:%H:%M}",
        zone=_zone_name(voice, local),
    )


def _zone_name(voice: Voice, local: datetime) -> str:
    """Return the zone's short name, or its distance from UTC where it has only figures."""
    name = local.tzname() or ""
    offset = f"{local:%z}"
    return voice.zones.get(name, name) if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"


def span(voice: Voice, time: timedelta) -> str:
    """Say how often something happens; never in days, since a day of a calendar is not a day of the sun.

    One hour is 60 minutes, so that `every` can stand before it.
    """
    if time > _HOUR and time % _HOUR == timedelta():
        return f"{time // _HOUR} {voice.hours}"
    if time > _MINUTE and time % _MINUTE == timedelta():
        return f"{time // _MINUTE} {voice.minutes}"
    return f"{time // timedelta(seconds=1)} {voice.seconds}"


def listed(items: Sequence[str], last: str) -> str:
    """Join items with commas, and the last one with a word."""
    return last.join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
