"""Which markup carries something past the reader's eye, or calls a whole room together?"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from triage_core.domain.manipulation.tricks import MOST_OF_A_KIND, Finding, Trick

_ROOM = r"(?:everyone|channel|here|all)"
_NOT_STYLE = r"(?!\[if |\[endif|\s*/\*|\s*[#.@][\w-]+)"

# Every repetition is bounded or possessive, so that no text makes these slow.
_PATTERNS: Final[tuple[tuple[Trick, re.Pattern[str]], ...]] = tuple(
    (trick, re.compile(pattern, re.IGNORECASE))
    for trick, pattern in (
        (Trick.MENTION, rf"<!{_ROOM}(?:\|[^>]{{0,40}})?>|<!subteam\^[^>]{{1,40}}>|<@[UWB][A-Z0-9]{{6,12}}>"),
        (Trick.MENTION, r"(?<![\w.@/-])@(?:everyone|channel|here)(?![\w@-]|\.\w)"),
        (Trick.MENTION, r"<at(?:\s[^>]{0,80})?>[^<]{1,80}</at>"),
        (Trick.MARKUP, rf"<!--{_NOT_STYLE}(?:[^\w>]{{0,20}}[^\W\d_]{{2,30}}){{3}}"),
        (Trick.MARKUP, r"</?(?:script|iframe|object|embed)\b[^>]{0,200}>"),
        (Trick.MARKUP, r"<[a-z][^<>]{0,200}\son(?:error|load|click|mouseover|focus)\s*="),
        (Trick.MARKUP, r"\b(?:javascript|vbscript):(?=\S)|\bdata:(?:text|application|image/svg)[\w.+/-]{0,60}[;,]"),
        (Trick.MARKUP, r"!\[[^\]\n]{0,200}\]\(\s{0,5}https?://[^\s)?]{1,300}\?[^\s)]"),
        (Trick.INSTRUCTION, r"<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id)\|>"),
        (Trick.INSTRUCTION, r"\[/?INST\]|<<SYS>>|</?system>|^### ?(?:system|instruction)s?\b"),
    )
)
_LINE_START: Final = re.compile(r"^### ?(?:system|instruction)s?\b", re.IGNORECASE | re.MULTILINE)


def markup_in(text: str) -> list[Finding]:
    """Return the places of markup that no ticket needs."""
    if not ("<" in text or "@" in text or ":" in text or "[" in text or "###" in text):
        return []
    found = [
        Finding(trick, *match.span())
        for trick, pattern in _PATTERNS
        for match in islice(pattern.finditer(text), MOST_OF_A_KIND)
    ]
    return found + [Finding(Trick.INSTRUCTION, *match.span()) for match in islice(_LINE_START.finditer(text), 1)]
