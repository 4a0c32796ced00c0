"""How is something shown on a terminal, so that a customer's words cannot act on it?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TextIO

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from triage_core.domain.zones import home_zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from rich.console import ConsoleOptions, RenderableType

__all__ = [
    "Hanging",
    "Trimmed",
    "class_style",
    "clock_time",
    "console",
    "home_zone",
    "joined",
    "moment",
    "quoted",
    "span",
    "visible",
]

#: How wide a page is where no terminal says it, such as in a file or a log.
_PAGE: Final = 100
_CLASS_STYLES: Final = ("bold red", "yellow", "cyan")


def console(file: TextIO | None = None) -> Console:
    """Return a console that shows texts as they are; colours only on a terminal, and never with NO_COLOR."""
    stream = file or sys.stdout
    width = None if stream.isatty() else _PAGE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def visible(text: str) -> str:
    """Return a text with every invisible or controlling character written out, line breaks as spaces."""
    return "".join(char if char.isprintable() else _written_out(char) for char in text)


def _written_out(char: str) -> str:
    return " " if char.isspace() else f"<U+{ord(char):04X}>"


def quoted(text: str, limit: int = 70) -> str:
    """Return the beginning of a customer's text, in quotes and safe to print."""
    shown = " ".join(visible(text).split())
    return f"“{shown if len(shown) <= limit else shown[: limit - 1] + '…'}”"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its weekday in a zone."""
    return f"{at.astimezone(zone):%a %d %b %H:%M %Z}"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """Write the time of day in a zone."""
    return f"{at.astimezone(zone):%H:%M}"


def span(time: timedelta) -> str:
    """Write a span of time; never in days, since a day of a calendar is not a day of the sun."""
    hours, seconds = divmod(round(time.total_seconds()), 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def class_style(rank: int) -> str:
    """Return the colour of a class: the higher, the louder."""
    return _CLASS_STYLES[min(rank, len(_CLASS_STYLES) - 1)]


def joined(*parts: str | Text, by: str = " ") -> Text:
    """Put parts side by side, leaving out empty ones."""
    return Text(by).join([part if isinstance(part, Text) else Text(part) for part in parts if part])


class Hanging:
    """A text whose second line and those after it stand further in than the first."""

    def __init__(self, text: str | Text, *, first: int = 0, then: int = 2) -> None:
        """Take the text, and how far in its lines stand."""
        self._text = text if isinstance(text, Text) else Text(text)
        self._first, self._then = first, then

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Break the text into lines that fit."""
        lines = self._text.wrap(console, options.max_width - self._first)
        if len(lines) > 1:
            lines = self._text.wrap(console, options.max_width - max(self._first, self._then))
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text(" " * (self._then if number else self._first)).append_text(line)


class Trimmed:
    """Something shown without the blanks that would fill its lines up."""

    def __init__(self, shown: RenderableType) -> None:
        """Take what is shown."""
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Leave the blanks at the end of each line out."""
        for line in console.render_lines(self._shown, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                line[-1] = line[-1]._replace(text=line[-1].text.rstrip())
            yield from (*line, Segment.line())
