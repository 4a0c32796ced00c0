"""Can every template be filled in, by placeholders alone?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from triage_core.domain.drafting.kinds import KINDS
from triage_core.domain.policy import Policy
from triage_core.domain.policy.gates import Placeholder
from triage_core.policyfile.spelling import nearest, one_of
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

#: A placeholder is a word in single braces; whatever else has a brace is refused.
_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")
_EXPRESSION: Final = re.compile(r"\{\{|\{%|\{#|\$\{|<%|\}\}")
_ADDRESSES: Final = (Placeholder.STATUS_PAGE, Placeholder.SURVEY_PAGE)


def _texts(policy: Policy) -> Iterator[tuple[Path, str]]:
    for number, template in enumerate(policy.templates):
        yield ("templates", number, "subject"), template.subject
        yield ("templates", number, "body"), template.body


def no_expressions(policy: Policy) -> Iterator[Finding]:
    """A template computes nothing."""
    for path, text in _texts(policy):
        odd = [found[0] for found in _BRACES.finditer(text) if not found[1] or not _WORD.fullmatch(found[1])]
        if odd or _EXPRESSION.search(text):
            what = "braces stand here that hold no placeholder"
            yield Finding(path=path, what=what, expected="a placeholder such as {ticket_id}; nothing is computed")


def _used(text: str) -> list[str]:
    return [found[1] for found in _BRACES.finditer(text) if found[1] and _WORD.fullmatch(found[1])]


def known_placeholders(policy: Policy) -> Iterator[Finding]:
    """A template uses placeholders that exist."""
    known = tuple(Placeholder)
    for path, text in _texts(policy):
        for name in dict.fromkeys(_used(text)):
            if name not in known:
                what, expected = f"unknown placeholder {{{name}}}", "a fact of ours; words of the ticket are never sent"
                yield Finding(path=path, what=what, expected=expected, nearest=nearest(name, known))


def known_addresses(policy: Policy) -> Iterator[Finding]:
    """A template names a page only where the desk has one."""
    for path, text in _texts(policy):
        for name in _ADDRESSES:
            if name in _used(text) and getattr(policy.desk, name) is None:
                what = f"the placeholder {{{name}}} has no value"
                yield Finding(path=path, what=what, expected=f"{name} under desk")


def tellable_placeholders(policy: Policy) -> Iterator[Finding]:
    """A template uses placeholders that texts of its kind can fill."""
    for path, text in _texts(policy):
        template = policy.templates[int(path[1])]
        known = KINDS[template.kind].facts
        for name in dict.fromkeys(_used(text)):
            if name in set(Placeholder) - known:
                what = f"a text of kind {template.kind} can never say {{{name}}}"
                expected = one_of(tuple(place for place in Placeholder if place in known))
                yield Finding(path=path, what=what, expected=expected)
