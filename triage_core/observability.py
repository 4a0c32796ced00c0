"""What is written about the running service? Its course in JSON lines, and nothing that a ticket or a person says.

Only known keys are written, so that a text which strays into a log line stays out of the log. Of an error its kind and
its place are told and not its words. Lines of other libraries may quote addresses and contents: of them only the name
of the library and the place are kept.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.stdlib import BoundLogger, LoggerFactory, ProcessorFormatter, add_log_level, filter_by_level

if TYPE_CHECKING:
    from types import TracebackType

Line = MutableMapping[str, Any]

#: Everything that a line may say beside what happened. No key here ever holds words of a ticket or of a person.
KEYS: Final = frozenset(
    {
        *("event", "level", "at", "logger", "error", "where", "dropped"),
        *("tenant", "correlation_id", "operation", "method", "status", "code", "duration_ms", "replayed"),
        *("ticket_id", "message_id", "hook_id", "type", "kind", "state", "failure", "attempt", "attempts"),
        *("send_id", "surface", "purpose"),
        *("platform", "key_prefix", "scope", "reason", "change", "policy_version"),
        #: Ids of the roster and of platforms, for who did what; never a name or an address.
        "actor",
        *("worker", "timer", "count", "looked_at", "steps", "sent", "failed", "dead", "messages", "forgotten"),
        *("check", "ok", "version"),
        #: Our own sentence about what the rollout held back.
        "told",
    }
)
_LONGEST: Final = 1_000
_OURS: Final = ("triage", "triage_core")
#: How many places on the way to an error are told.
_FRAMES: Final = 8


def logger(name: str) -> BoundLogger:
    """Return a logger whose lines are clean, wherever they end up; below warnings nothing shows before `configure`."""
    return BoundLogger(logging.getLogger(name), _PROCESSORS, {})


@contextmanager
def about(**fields: str | None) -> Iterator[None]:
    """Say in every line of a piece of work what it is about, such as the tenant and the caller's correlation id."""
    with bound_contextvars(**{name: value for name, value in fields.items() if value is not None}):
        yield


def correlation_id() -> str | None:
    """Return the caller's name for the work at hand."""
    found = structlog.contextvars.get_contextvars().get("correlation_id")
    return None if found is None else str(found)


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write JSON lines, of this program and of every library it uses, to a stream or to where the host listens."""
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=LoggerFactory(),
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if stream is not None or not root.handlers:
        root.handlers = [logging.StreamHandler(stream or sys.stderr)]
    rendered: list[Any] = [ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    for handler in root.handlers:
        handler.setFormatter(ProcessorFormatter(foreign_pre_chain=_FOREIGN, processors=rendered))
    root.setLevel(level)


def _described(_logger: object, _method: str, line: Line) -> Line:
    """Tell an error by its kind and its place."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    return line if error is None else _with_error(line, error)


def _with_error(line: Line, error: BaseException) -> Line:
    line["error"] = type(error).__name__
    line["where"] = _place(error.__traceback__)
    return line


def _place(found: TracebackType | None) -> str:
    frames = reversed(traceback.extract_tb(found)[-_FRAMES:])
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def only_known(_logger: object, _method: str, line: Line) -> Line:
    """Leave out what is not on the list, and say how much that was."""
    known = {name: _short(value) for name, value in line.items() if name in KEYS}
    left_out = len(line) - len(known)
    return known | {"dropped": left_out} if left_out else known


def _short(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:_LONGEST]


def _reduced(_logger: object, _method: str, line: Line) -> Line:
    """Keep of another library's line who wrote it and where; ours are written with care and stay."""
    record: logging.LogRecord = line["_record"]
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        _with_error(line, error)
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    line.pop("exc_info", None)
    line.pop("stack_info", None)
    if record.name.partition(".")[0] not in _OURS:
        line["event"] = "library"
        line.setdefault("where", f"{PurePath(record.pathname).name}:{record.lineno} {record.funcName}")
    line["logger"] = record.name
    return line


def _cleaned(logger_: object, method: str, line: Line) -> Line:
    """Clean a line of another library and keep what the formatter needs."""
    kept = {name: line[name] for name in ("_record", "_from_structlog") if name in line}
    rest = {name: value for name, value in line.items() if name not in kept}
    return {**only_known(logger_, method, rest), **kept}


_STAMP: Final = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
_PROCESSORS: Final[list[Any]] = [
    *(filter_by_level, merge_contextvars, add_log_level, _STAMP, _described, only_known),
    ProcessorFormatter.wrap_for_formatter,
]
_FOREIGN: Final[list[Any]] = [merge_contextvars, add_log_level, _STAMP, _reduced, _cleaned]
