"""Do spans and figures tell the truth, and does everything work without anybody who listens?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from triage_core import telemetry

ROOT = Path(__file__).resolve().parent.parent
#: OpenTelemetry can be set up once in a process, so each test that listens has a process of its own.
LISTENING = """
import json, sys
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.sample_cases import HOUR
from tests.sample_desk import TENANT
from tests.sample_hooks import HookedDesk
from tests.standins.receiver import Receiver, answers
from triage_core import telemetry
from triage_core.observability import about

spans, reader, traces = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
traces.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(traces)
metrics.set_meter_provider(MeterProvider([reader]))
desk = HookedDesk()
telemetry.watch(desk.store, lambda: desk.now)
with Receiver([answers(410)]) as gone, Receiver() as receiver, about(correlation_id="run-7"):
    desk.hook(gone)
    desk.hook(receiver)
    for _ in range(2):
        desk.submit(subject="CANARY", key="k")
    desk.submit(2, intake={}, subject="CANARY")
    try:
        desk.submit(3, tenant="CANARY")
    except Exception:
        pass
    desk.deliver()
    desk.passes(9 * HOUR)
    desk.tick()
    figures = {
        metric.name: sum(getattr(point, "value", 0) for point in metric.data.data_points)
        for resource in reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
told = [[span.name, dict(span.attributes), span.status.is_ok, len(span.events)] for span in spans.get_finished_spans()]
json.dump({"figures": figures, "spans": told}, sys.stdout)
"""


@pytest.fixture(scope="module")
def heard() -> dict[str, Any]:
    """What a listener heard of a day at the desk."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", LISTENING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    found: dict[str, Any] = json.decode(finished.stdout)
    return found


def test_figures_count_what_happened_once(heard: dict[str, Any]) -> None:
    figures = heard["figures"]
    assert figures["triage.tickets.submitted"] == 2
    assert figures["triage.tickets.blocked"] == 1
    assert figures["triage.duplicates.suppressed"] == 1
    assert figures["triage.sla.breached"] >= 1
    assert (figures["triage.deliveries.sent"], figures["triage.deliveries.dead"]) == (1, 1)


def test_the_age_of_what_waits_is_shown(heard: dict[str, Any]) -> None:
    assert heard["figures"]["triage.oldest_unprocessed"] >= 0


def test_spans_name_the_work_and_the_callers_run(heard: dict[str, Any]) -> None:
    names = {name for name, *_ in heard["spans"]}
    assert names == {"triage.submit", "triage.tick", "triage.deliver"}
    submits = [attributes for name, attributes, *_ in heard["spans"] if name == "triage.submit"]
    assert {attributes["correlation_id"] for attributes in submits} == {"run-7"}


def test_an_error_is_told_by_its_kind_and_without_its_words(heard: dict[str, Any]) -> None:
    (failed,) = [span for span in heard["spans"] if "error.type" in span[1]]
    assert (failed[1]["error.type"], failed[2], failed[3]) == ("NoPolicy", False, 0)
    assert "CANARY" not in json.encode(heard["spans"]).decode()


def test_without_a_collector_nothing_is_started() -> None:
    assert not telemetry.start({})


def test_a_collector_without_the_extra_is_told_and_nothing_is_started(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "triage_core.telemetry_export", None)
    assert not telemetry.start({telemetry.ENDPOINT: "http://127.0.0.1:9"})
    assert "extra_missing" in caplog.text


def test_with_a_collector_the_sdk_is_set_up() -> None:
    code = (
        "from opentelemetry import trace; from triage_core import telemetry;"
        f"assert telemetry.start({{'{telemetry.ENDPOINT}': 'http://127.0.0.1:9'}});"
        "assert type(trace.get_tracer_provider()).__module__.startswith('opentelemetry.sdk');"
        "import os; os._exit(0)"  # nobody waits for a collector that is not there
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
