"""Is a text complete: not empty, not too long, and without anything that was still to be filled in?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.domain.output.outgoing import Format, Where
from triage_core.domain.policy.output import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit

_SOMETHING: Final = re.compile(r"[^\W_]")
#: Channels that show a subject.
_WITH_SUBJECT: Final = frozenset({Channel.EMAIL})
_LINE_BREAK: Final = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]")


def find_emptiness(case: Case) -> Iterator[Hit]:
    """Find a body that says nothing, and a mail without a subject."""
    body = case.body
    if not _SOMETHING.search(body.text):
        yield body.raw_hit(0, len(body.raw), "the body")
    if case.text.channel in _WITH_SUBJECT and not _SOMETHING.search(case.subject.text):
        yield case.subject.raw_hit(0, len(case.subject.raw), "the subject")


def find_length(case: Case) -> Iterator[Hit]:
    """Find what is longer than its channel takes."""
    longest = case.standards.longest
    limits = ((case.subject, longest.subject), (case.body, getattr(longest, case.text.channel)))
    for passage, limit in limits:
        if len(passage.raw) > limit:
            yield passage.raw_hit(limit, len(passage.raw), f"at most {limit} characters")


def find_broken_subject(case: Case) -> Iterator[Hit]:
    """Find line breaks in the subject, behind which a mail's other headers would begin."""
    for found in _LINE_BREAK.finditer(case.subject.raw):
        yield case.subject.raw_hit(*found.span())


#: Words as a template's author writes them: a name, perhaps of several words, and no figure like those of an id.
_NAME = r"[^\W\d]{1,40}\d{0,3}(?:[ .-][^\W\d]{1,40}\d{0,3}){0,5}"
#: What templates ask for, and how; keys of a keyboard are called Enter and Insert as well.
_ASKED = (
    r"(?:(?:insert|enter|add|hier)[ _-]\w{2}|(?:your|name|date|time|customer|client|user|company|ticket|agent|link|url"
    r"|phone|e-?mail|amount|ihr|ihre|ihren|datum|uhrzeit|kunde|kundenname|firma|betrag|vorname|nachname)\b)"
)
#: Gaps in braces, brackets, angles or signs, in whatever style a template language has.
_GAPS: Final = re.compile(
    rf"\{{[{{%#][^{{}}\n]{{0,120}}[}}%#]\}}|\$\{{[^{{}}\n]{{0,80}}\}}|\{{\s?(?:{_NAME}|\d{{0,2}})\s?\}}"
    rf"|<%[^<>\n]{{0,80}}%>|<<\s?{_NAME}\s?>>|\[\[\s?[^\[\]\n]{{1,60}}\]\]|\[[A-Z][A-Z0-9]{{0,30}}_[A-Z0-9_]{{0,40}}\]"
    r"|%\([\w.]{1,60}\)[sd]|%[a-z]{1,30}(?:_[a-z]{1,30}){1,5}%|(?<![\w%])%s(?!\w)|__[A-Z][A-Z_]{1,40}__"
    r"|(?<=\w[ :])_{3,}|(?<=\w: )_{3,}"
)
_PHRASES: Final = re.compile(
    rf"\[{_ASKED}[^\[\]\n]{{0,60}}\](?!\()"
    r"|\b(?:lorem ipsum|dolor sit amet|to be (?:announced|filled in)|wird noch ergänzt)\b"
    r"|\b(?:hello|hi|dear|hallo|lieber?|ticket|by|bis|request|anfrage):? {1,3}(?:none|null|nan|undefined|n/a)\b"
    r"|\[object \w{1,20}\]",
    re.IGNORECASE,
)
_LEFT_OVER: Final = re.compile(r"\b(?:TODO|TBD|TBA|FIXME|PLACEHOLDER|PLATZHALTER|LOREM)\b|\bXXX+\b(?![ -]?[\dX])|\?{3}")
#: In HTML a name in angles is an element; in other texts keys of a keyboard stand in them.
_ANGLES: Final = re.compile(
    rf"<\s?(?:{_ASKED}[\w -]{{0,60}}|[a-z]{{1,30}}(?:_[a-z]{{1,30}}){{1,5}})\s?>", re.IGNORECASE
)


def find_gaps(case: Case) -> Iterator[Hit]:
    """Find placeholders that nothing was put into."""
    for passage in case.passages:
        patterns = [_GAPS, _PHRASES, _LEFT_OVER]
        if case.text.format is not Format.HTML or passage.where is Where.SUBJECT:
            patterns.append(_ANGLES)
        for pattern in patterns:
            yield from (passage.hit(*found.span()) for found in pattern.finditer(passage.text))
