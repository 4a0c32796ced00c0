"""Which part of a message is new, and where does the quoted history begin?

The stored text is never cut; the span only points. A writer who answers below the quote has no such span.
"""

from __future__ import annotations

import re
from typing import Final

from triage_core.channels.normalised import Span

_MAX_LINE: Final = 400
#: First lines of quoted history, as the usual mail programs write them in the languages they are used in here.
_OPENINGS: Final = re.compile(
    r"(?:"
    r"-{2,} ?(?:Original Message|Original Appointment|Forwarded message|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original|Messaggio originale|Oorspronkelijk bericht) ?-{2,}"
    r"|_{20,}"
    r"|On .{6,300} wrote:"
    r"|Am .{6,300} schrieb.{0,200}:"
    r"|Le .{6,300} a écrit ?:"
    r"|El .{6,300} escribió:"
    r"|Il .{6,300} ha scritto:"
    r"|Op .{6,300} schreef.{0,200}:"
    r"|##- .{1,200} -##"
    r")",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\*?(?:From|Von|De|Da|Van) ?: ?\*? ?\S", re.IGNORECASE)
_SENT: Final = re.compile(r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|To|An) ?:", re.IGNORECASE)


def latest(text: str) -> Span | None:
    """Return the part above the quoted history, without white space around; none where all is one part."""
    lines = text.splitlines(keepends=True)
    end = 0
    for number, line in enumerate(lines):
        if _opens(lines, number):
            return _trimmed(text, end)
        end += len(line)
    return None


def _opens(lines: list[str], number: int) -> bool:
    line = lines[number].strip()[:_MAX_LINE]
    if line.startswith(">"):
        return True
    if _FROM.match(line):
        return any(_SENT.match(below.strip()) for below in lines[number + 1 : number + 3])
    if _OPENINGS.fullmatch(line):
        return True
    # Long openings are wrapped by mail programs.
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return following.endswith(":") and bool(_OPENINGS.fullmatch(f"{line} {following}"[:_MAX_LINE]))


def _trimmed(text: str, end: int) -> Span | None:
    part = text[:end]
    start = len(part) - len(part.lstrip())
    stop = len(part.rstrip())
    return Span(start=start, end=stop) if start < stop else None
