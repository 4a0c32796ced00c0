"""What does an alert of Azure Monitor (common alert schema) become?"""

from __future__ import annotations

from typing import Final

from triage_core.channels.document import Document, joined, parse
from triage_core.channels.normalised import ChannelSettings, Normalised, TicketKey, identity
from triage_core.domain.happening import Event, Happened
from triage_core.domain.submission import Submission

SOURCE: Final = "azure_monitor"
_SHOWN: Final = 20
#: What of the essentials settings may map to intake fields.
_GIVEN: Final = (
    "severity",
    "alertRule",
    "signalType",
    "monitoringService",
    "targetResourceType",
    "targetResourceGroup",
)


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read one alert; fired and resolved carry the same alert id, so they are one ticket."""
    essentials = parse(SOURCE, raw, "data").part("/essentials")
    essentials.need({"/alertId": "the alert's id, inside of data/essentials", "/monitorCondition": "Fired or Resolved"})
    alert_id = identity(essentials.text("/alertId"))
    source = settings.source or SOURCE
    systems = essentials.texts("/configurationItems") or essentials.texts("/alertTargetIDs")
    given: dict[str, object] = {name: essentials.text(f"/{name}") for name in _GIVEN if name in settings.fields}
    intake, constants = settings.intake(given | {"affected_system": systems[0] if systems else ""})
    submission = Submission(
        tenant=settings.tenant,
        source=source,
        source_id=alert_id,
        channel="monitoring",
        created_at=essentials.moment("/firedDateTime"),
        subject=_subject(essentials),
        body=_body(essentials, systems),
        requester=f"azure:{essentials.text('/monitoringService') or 'monitor'}",
        intake=intake,
        mode=settings.mode,
    )
    events = _resolved(essentials, alert_id)
    return Normalised(
        submission=submission,
        events=events,
        about=TicketKey(source=source, source_id=alert_id) if events else None,
        thread_keys=tuple(f"azure:{identity(essentials.text(name))}" for name in _threads(essentials)),
        constants=constants,
    )


def _threads(essentials: Document) -> tuple[str, ...]:
    return tuple(name for name in ("/originAlertId", "/alertRuleID") if essentials.text(name))


def _subject(essentials: Document) -> str:
    rule = essentials.text("/alertRule") or "Alert"
    severity = essentials.text("/severity")
    return f"{rule} ({severity})" if severity else rule


def _body(essentials: Document, systems: tuple[str, ...]) -> str:
    facts = (f"{name}: {essentials.text(f'/{name}')}" for name in ("severity", "signalType", "monitoringService"))
    return joined((essentials.text("/description"), *facts, *(f"target: {each}" for each in systems[:_SHOWN])))


def _resolved(essentials: Document, alert_id: str) -> tuple[Event, ...]:
    if essentials.text("/monitorCondition").lower() != "resolved":
        return ()
    at = essentials.moment("/resolvedDateTime")
    stamp = essentials.text("/resolvedDateTime")
    return (Event(what=Happened.RESOLVED, at=at, source_event_id=identity(f"{alert_id}:resolved:{stamp}")),)
