"""What does an incident of the ServiceNow table API become, with raw values, display values or both?"""

from __future__ import annotations

from typing import Final

from triage_core.channels.document import Document, parse
from triage_core.channels.normalised import ChannelSettings, Normalised, TicketKey, headline
from triage_core.channels.refusals import PayloadUnreadable
from triage_core.domain.happening import Event, Happened
from triage_core.domain.submission import Submission

SOURCE: Final = "servicenow"
#: Choice values and labels of a plain instance, in front of what settings say.
_LEVELS: Final = {
    "1": "high", "2": "medium", "3": "low",
    "1 - high": "high", "2 - medium": "medium", "3 - low": "low",
    "1 - critical": "high", "4": "low", "4 - low": "low",
}  # fmt: skip
_STATES: Final = {
    "2": Happened.RESUMED, "in progress": Happened.RESUMED,
    "3": Happened.WAITING_CUSTOMER, "on hold": Happened.WAITING_CUSTOMER,
    "6": Happened.RESOLVED, "resolved": Happened.RESOLVED,
    "7": Happened.CLOSED, "closed": Happened.CLOSED,
    "8": Happened.VOIDED, "canceled": Happened.VOIDED,
}  # fmt: skip
#: Reasons to hold that wait for the caller; every other one waits for a third party.
_CALLER: Final = {"", "1", "awaiting caller"}
_CHANNELS: Final = {
    "email": "email", "phone": "phone", "self-service": "web_form", "web": "web_form", "chat": "chat",
    "virtual_agent": "chat", "event": "monitoring", "monitoring": "monitoring",
}  # fmt: skip


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read one incident, alone or under `result`; ask for one record at a time."""
    incident = _incident(raw)
    incident.need({"/number": "the incident's number"})
    number = _raw(incident, "number")
    intake, constants = settings.intake(_given(incident, settings))
    description = _raw(incident, "description")
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=number,
        source_version=_version(incident),
        channel=_CHANNELS.get(_raw(incident, "contact_type").lower(), SOURCE),
        created_at=incident.moment("/opened_at", "/sys_created_on"),
        subject=_raw(incident, "short_description") or headline(description),
        body=description,
        customer=_shown(incident, "company") or None,
        requester=_shown(incident, "caller_id") or None,
        intake=intake,
        mode=settings.mode,
    )
    events = _events(incident)
    about = TicketKey(source=submission.source, source_id=number) if events else None
    return Normalised(submission=submission, events=events, about=about, constants=constants)


def _incident(raw: bytes) -> Document:
    """Flatten each field to its raw value, and keep what it shows beside it."""
    found = parse(SOURCE, raw, "result")
    record = found.parts("/result")[0] if found.parts("/result") else found
    if len(found.items("/result")) > 1:
        raise PayloadUnreadable(SOURCE, "one incident; send the records of a list one by one")
    flat = {name: _field(value, "value") for name, value in record.data.items()}
    shown = {f"{name}.shown": _field(value, "display_value") for name, value in record.data.items()}
    return Document(SOURCE, flat | shown)


def _field(value: object, wanted: str) -> object:
    if not isinstance(value, dict):
        return value
    return value.get(wanted) or value.get("display_value") or value.get("value")


def _raw(incident: Document, name: str) -> str:
    return incident.text(f"/{name}")


def _shown(incident: Document, name: str) -> str:
    return incident.text(f"/{name}.shown")


def _version(incident: Document) -> str:
    return incident.text("/sys_mod_count") or incident.text("/sys_updated_on") or "1"


def _given(incident: Document, settings: ChannelSettings) -> dict[str, object]:
    """Return the levels in our words, and the fields that settings map as the instance shows them."""
    levels = {name: _raw(incident, name) for name in ("impact", "urgency")}
    given: dict[str, object] = {name: _LEVELS.get(level.casefold(), level) for name, level in levels.items()}
    given |= {"affected_system": _shown(incident, "cmdb_ci"), "category": _raw(incident, "category")}
    return given | {name: _shown(incident, name) for name in settings.fields}


def _events(incident: Document) -> tuple[Event, ...]:
    state = _raw(incident, "state").casefold() or _raw(incident, "incident_state").casefold()
    what = _STATES.get(state)
    if what is None:
        return ()
    if what is Happened.WAITING_CUSTOMER and _raw(incident, "hold_reason").casefold() not in _CALLER:
        what = Happened.WAITING_THIRD_PARTY
    return (
        Event(
            what=what,
            at=incident.moment("/sys_updated_on"),
            source_event_id=f"servicenow:{_raw(incident, 'number')}:state:{state}:{_version(incident)}",
            reason="canceled in ServiceNow" if what is Happened.VOIDED else "",
        ),
    )
