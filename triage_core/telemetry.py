"""What is measured about the running service? Spans and figures; without OpenTelemetry's SDK they cost nothing.

The extra `telemetry` brings the SDK; where the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT), `start`
sends there. An application that has set OpenTelemetry up by itself needs no `start`.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from opentelemetry import metrics, trace

from triage_core.domain.entry import Kind
from triage_core.observability import correlation_id, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from opentelemetry.metrics import CallbackOptions

    from triage_core.hook_ports import Watch
    from triage_core.ports import Change

P = ParamSpec("P")
R = TypeVar("R")

_LOG: Final = logger("triage.telemetry")
_NAME: Final = "triage_core"
_TRACER: Final = trace.get_tracer(_NAME)
_METER: Final = metrics.get_meter(_NAME)

_COUNTED: Final = {
    Kind.SUBMITTED: _METER.create_counter("triage.tickets.submitted", description="Tickets taken in."),
    Kind.BLOCKED: _METER.create_counter("triage.tickets.blocked", description="Tickets found incomplete."),
    Kind.SLA_BREACHED: _METER.create_counter("triage.sla.breached", description="Targets missed."),
}
_SUPPRESSED: Final = _METER.create_counter(
    "triage.duplicates.suppressed", description="Requests and events that came again and had no second effect."
)
DELIVERED: Final = _METER.create_counter("triage.deliveries.sent", description="Events that a receiver took.")
DEAD: Final = _METER.create_counter("triage.deliveries.dead", description="Events that nobody took in the end.")
SENDS: Final = _METER.create_counter("triage.sends", description="Direct sends that ended, by their last state.")

#: What turns the sending on, as OpenTelemetry names it.
ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """Measure a piece of work; an error is told by its kind, for its words may be those of a ticket."""
    caller = correlation_id()
    told = attributes if caller is None else {**attributes, "correlation_id": caller}
    started = _TRACER.start_as_current_span(
        f"triage.{name}", attributes=told, record_exception=False, set_status_on_exception=False
    )
    with started as current:
        try:
            yield
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(trace.StatusCode.ERROR)
            raise


def measured(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Measure every call of a function."""

    def wrapped(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with span(name):
                return function(*args, **kwargs)

        return call

    return wrapped


def saved(change: Change) -> None:
    """Count what a change says that happened."""
    for line in change.lines:
        if (counter := _COUNTED.get(line.entry.kind)) is not None:
            counter.add(1, {"tenant": change.ticket.tenant, "mode": change.ticket.mode.value})


def suppressed(tenant: str) -> None:
    """Count a repetition that had no second effect."""
    _SUPPRESSED.add(1, {"tenant": tenant})


def watch(store: Watch, now: Callable[[], datetime]) -> None:
    """Show for how long the oldest timer, message and delivery have waited."""

    def ages(_options: CallbackOptions) -> Iterable[metrics.Observation]:
        at = now()
        found = store.vitals(at)
        waiting = {
            "timer": found.oldest_timer,
            "message": found.oldest_message,
            "delivery": found.oldest_delivery,
            "send": found.oldest_send,
        }
        for what, since in waiting.items():
            age = (at - since).total_seconds() if since else 0.0
            yield metrics.Observation(max(age, 0.0), {"of": what})

    _METER.create_observable_gauge(
        "triage.oldest_unprocessed", [ages], unit="s", description="How long the oldest of a kind has waited."
    )


def start(environment: Mapping[str, str]) -> bool:
    """Send to the collector that the environment names; tell whether there is one and the SDK is installed."""
    if not environment.get(ENDPOINT):
        return False
    try:
        from triage_core.telemetry_export import send  # noqa: PLC0415 - needs the extra `telemetry`
    except ImportError:
        _LOG.warning("extra_missing", kind="telemetry")
        return False
    send()
    return True
