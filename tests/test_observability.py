"""Does the log tell the course of the service, and nothing that a ticket or a person says?"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.sample_desk import TENANT
from tests.sample_hooks import HookedDesk
from tests.standins.receiver import Receiver, answers
from triage_core.observability import KEYS, about, configure, correlation_id, logger, only_known

CANARY = "Mr Smith 0171-555"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written while the log is on; afterwards everything is as it was."""
    root = logging.getLogger()
    before = root.handlers, root.level
    written = io.StringIO()
    configure(written)
    yield written
    root.handlers, _ = before
    root.setLevel(before[1])
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.decode(line) for line in log.getvalue().splitlines()]


def test_a_line_says_what_happened_when_for_whom_and_in_whose_run(log: io.StringIO) -> None:
    with about(tenant="acme", correlation_id="run-7", platform=None):
        assert correlation_id() == "run-7"
        logger("triage.test").info("delivery", status=200)
    (line,) = lines(log)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "delivery",
        "level": "info",
        "tenant": "acme",
        "correlation_id": "run-7",
        "status": 200,
    }
    assert correlation_id() is None


def test_what_is_not_on_the_list_is_left_out_and_counted(log: io.StringIO) -> None:
    logger("triage.test").info("delivery", subject=CANARY, body=CANARY, status=200)
    assert CANARY not in log.getvalue()
    assert (lines(log)[0]["dropped"], lines(log)[0]["status"]) == (2, 200)


def test_an_error_is_told_without_its_words(log: io.StringIO) -> None:
    try:
        int(CANARY)
    except ValueError:
        logger("triage.test").exception("failed")
    assert CANARY not in log.getvalue()
    assert lines(log)[0]["error"] == "ValueError"
    assert "test_observability.py" in lines(log)[0]["where"]


@pytest.mark.parametrize("name", ["httpcore.connection", "uvicorn.access", "azure", "triagex"])
def test_of_another_librarys_line_only_its_place_is_kept(
    log: io.StringIO, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A logger as new: a server that ran before in this process may have set the shared one up for itself.
    other = logging.Logger(name)  # noqa: LOG001 - the shared one may be set up already
    monkeypatch.setattr(other, "parent", logging.getLogger())
    other.warning("POST https://hooks.zapier.com/%s", CANARY)
    try:
        int(CANARY)
    except ValueError:
        other.exception("failed with %s", CANARY)
    assert CANARY not in log.getvalue()
    assert [(line["event"], line["logger"]) for line in lines(log)] == [("library", name)] * 2
    assert lines(log)[1]["error"] == "ValueError"


def test_our_own_plain_lines_stay(log: io.StringIO) -> None:
    logging.getLogger("triage_core.edge.http").error("%s in request %s", "KeyError", "run-7")
    assert (lines(log)[0]["event"], lines(log)[0]["level"]) == ("KeyError in request run-7", "error")


def test_loggers_that_were_made_elsewhere_are_clean_too(log: io.StringIO) -> None:
    structlog.get_logger("triage.identity").info("caller_refused", reason="unknown", key=CANARY)
    (line,) = lines(log)
    assert (line["event"], line["reason"], line["dropped"]) == ("caller_refused", "unknown", 1)


def test_below_warnings_nothing_shows_in_a_program_that_did_not_ask(capfd: pytest.CaptureFixture[str]) -> None:
    logger("triage.test").info("delivery", status=200)
    assert capfd.readouterr() == ("", "")


@given(st.dictionaries(st.sampled_from([*sorted(KEYS), "subject", "person", "url"]), st.text() | st.integers()))
def test_no_unknown_key_ever_passes(line: dict[str, Any]) -> None:
    assert set(only_known(None, "info", line)) <= KEYS


def test_a_day_at_the_desk_leaves_no_word_of_the_customer_and_no_secret_in_the_log(log: io.StringIO) -> None:
    desk = HookedDesk()
    with Receiver([answers(500), answers()]) as receiver, about(tenant=TENANT, correlation_id="run-7"):
        desk.hook(receiver)
        desk.submit(subject=CANARY, body=CANARY, requester=CANARY)
        desk.deliver_all(rounds=2)
    assert [(line["event"], line["state"], line["attempt"]) for line in lines(log)] == [
        ("delivery", "failed", 1),
        ("delivery", "sent", 2),
    ]
    assert "Smith" not in log.getvalue()
    assert "key=secret" not in log.getvalue()
    assert "whsec_" not in log.getvalue()
