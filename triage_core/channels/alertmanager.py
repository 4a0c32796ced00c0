"""What does a notification of Prometheus Alertmanager (webhook, version 4) become?

One group of alerts is one ticket for as long as it fires: the group key alone would let next month's outage vanish in
this month's closed ticket, so the moment at which the oldest alert of the notification began belongs to the id.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from triage_core.channels.document import Document, joined, parse
from triage_core.channels.normalised import ChannelSettings, Normalised, TicketKey, headline, identity
from triage_core.domain.happening import Event, Happened
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SOURCE: Final = "alertmanager"
_MAX_ALERTS: Final = 200
_SHOWN: Final = 50


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read one notification; a group that has resolved reports that, and is a ticket as well if it never was one."""
    notice = parse(SOURCE, raw)
    notice.need({"/groupKey": "the group's key", "/alerts/0/startsAt": "the alerts of the group with their start"})
    alerts = notice.parts("/alerts")[:_MAX_ALERTS]
    group = identity(notice.text("/groupKey"))
    source_id = identity(f"{notice.text('/groupKey')}@{_began(alerts) or ''}")
    source = settings.source or SOURCE
    submission, constants = _submission(notice, alerts, settings, source_id)
    events = _resolved(notice, alerts, source_id)
    return Normalised(
        submission=submission,
        events=events,
        about=TicketKey(source=source, source_id=source_id) if events else None,
        thread_keys=(f"alertmanager:{group}", *_fingerprints(alerts)),
        constants=constants,
    )


def _submission(
    notice: Document, alerts: list[Document], settings: ChannelSettings, source_id: str
) -> tuple[Submission, tuple[str, ...]]:
    labels = notice.scalars("/groupLabels") | notice.scalars("/commonLabels") or alerts[0].scalars("/labels")
    intake, constants = settings.intake(dict(labels))
    body = joined((*_said(notice.scalars("/commonAnnotations")), *(_line(alert) for alert in alerts[:_SHOWN])))
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=source_id,
        channel="monitoring",
        created_at=_began(alerts),
        subject=_subject(notice, alerts, body),
        body=body,
        requester=f"alertmanager:{notice.text('/receiver')}",
        intake=intake,
        mode=settings.mode,
    )
    return submission, constants


def _subject(notice: Document, alerts: list[Document], body: str) -> str:
    name = notice.text("/commonLabels/alertname", "/groupLabels/alertname") or alerts[0].text("/labels/alertname")
    summary = notice.text("/commonAnnotations/summary") or alerts[0].text("/annotations/summary")
    return ": ".join(filter(None, (name, summary))) or headline(body)


def _line(alert: Document) -> str:
    annotations = alert.text("/annotations/summary", "/annotations/description", "/annotations/message")
    labels = ", ".join(f"{name}={value}" for name, value in sorted(alert.scalars("/labels").items()))
    return " ".join(filter(None, (f"[{alert.text('/status') or 'firing'}]", annotations, labels)))


def _said(annotations: dict[str, str | int | float | bool | None]) -> Iterable[str]:
    return (f"{name}: {value}" for name, value in sorted(annotations.items()))


def _began(alerts: list[Document]) -> datetime | None:
    return min((found for alert in alerts if (found := alert.moment("/startsAt"))), default=None)


def _resolved(notice: Document, alerts: list[Document], source_id: str) -> tuple[Event, ...]:
    if notice.text("/status").lower() != "resolved":
        return ()
    at = max((found for alert in alerts if (found := alert.moment("/endsAt"))), default=None)
    stamp = sha256(f"{source_id}:{at}".encode()).hexdigest()[:32]
    return (Event(what=Happened.RESOLVED, at=at, source_event_id=f"alertmanager:{stamp}:resolved"),)


def _fingerprints(alerts: list[Document]) -> Iterable[str]:
    found = (alert.text("/fingerprint") for alert in alerts[:_SHOWN])
    return tuple(dict.fromkeys(f"alert:{identity(each)}" for each in found if each))
