"""Does the markup of a text do something: run, load, ask for input, hide, or call a whole room together?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.domain.manipulation.tricks import Trick
from triage_core.domain.output.outgoing import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit

_ELEMENTS: Final = re.compile(
    r"<\s?/?(?:script|iframe|frame|frameset|object|embed|applet|form|input|button|textarea|select|svg|math|meta|base|link"
    r"|audio|video|source|track|portal|template|noscript|marquee|xml|import)\b",
    re.IGNORECASE,
)
_EVENTS: Final = re.compile(r"<[^<>]{0,2000}?[\s\"'/]on[a-z]{3,30}\s{0,5}=", re.IGNORECASE)
_REMOTE: Final = re.compile(
    r"(?:src|srcset|background|poster)\s{0,5}=\s{0,5}[\"']?\s{0,5}(?:https?:|//)"
    r"|url\(\s{0,5}[\"']?\s{0,5}(?:https?:|//)|@import\b|expression\(|-moz-binding|behavior\s{0,5}:",
    re.IGNORECASE,
)
_UNSEEN: Final = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|(?:font-size|opacity)\s{0,5}:\s{0,5}0(?![.\d]{0,9}[1-9])"
    r"|text-indent\s{0,5}:\s{0,5}-\d{3}|mso-hide\s{0,5}:\s{0,5}all|<!--(?!\[(?:if|endif))",
    re.IGNORECASE,
)
_IMAGE: Final = re.compile(r"!\[[^\]\n]{0,300}\]\(\s{0,5}<?(?:https?:|//)", re.IGNORECASE)

#: What each format may not hold, and what it is called.
_HTML: Final = (
    (_ELEMENTS, "an element that runs or loads something"),
    (_EVENTS, "an event handler"),
    (_REMOTE, "something loaded from elsewhere"),
    (_UNSEEN, "hidden content"),
)
_FORBIDDEN: Final[dict[Format, tuple[tuple[re.Pattern[str], str], ...]]] = {
    Format.PLAIN: (),
    Format.MARKDOWN: ((_IMAGE, "an image loaded from elsewhere"), *_HTML),
    Format.HTML: _HTML,
}


def find_active(case: Case) -> Iterator[Hit]:
    """Find scripts in every format, and in markup everything that is more than a text with links.

    Scripts in addresses are no links of the web and found as such.
    """
    for passage, trick in case.tricks:
        if trick.trick is Trick.MARKUP:
            yield passage.raw_hit(trick.start, trick.end, "markup that carries something past the eye")
    body = case.body
    for pattern, detail in _FORBIDDEN[case.text.format]:
        yield from (body.raw_hit(*found.span(), detail) for found in pattern.finditer(body.raw))


def find_mentions(case: Case) -> Iterator[Hit]:
    """Find what would call everybody in a room or a group."""
    for passage, trick in case.tricks:
        if trick.trick is Trick.MENTION:
            yield passage.raw_hit(trick.start, trick.end)
