"""Which of the policy's templates is meant for a ticket?

A template that names one of the ticket's tags comes before one in the right language: everybody sees that a text is in
the wrong language, and nobody that a text about law or money says too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.gates import Template, TemplateKind

FALLBACK: Final = "en"
_OTHER: Final = 99


def choose(policy: Policy, kind: TemplateKind, ticket: Ticket, language: str) -> Template | None:
    """Return the template that fits best: by tag, by language, by class, then the first in the file."""
    fitting = [template for template in policy.templates if template.kind is kind and _fits(template, ticket, language)]
    return min(fitting, key=lambda template: _order(template, language), default=None)


def reason_for(template: Template, ticket: Ticket, language: str) -> str:
    """Say why a template was chosen."""
    tags = [tag for tag in ticket.tag_names if tag in template.tags_any]
    parts = [
        f"the {template.kind.replace('_', ' ')}",
        f"for {', '.join(tags)}" if tags else "",
        f"for class {ticket.class_name}" if template.classes else "",
        _of_language(template, as_language(language)),
    ]
    return " ".join(part for part in parts if part)


def as_language(written: str) -> str:
    """Return a language as templates name it, however it was written."""
    base, _, region = written.strip().replace("_", "-").partition("-")
    return f"{base.lower()}-{region.upper()}" if region else base.lower()


def base_of(language: str) -> str:
    """Return a language without its region."""
    return language.partition("-")[0]


def _fits(template: Template, ticket: Ticket, language: str) -> bool:
    return (
        (not template.classes or ticket.class_name in template.classes)
        and (not template.tags_any or bool(set(template.tags_any).intersection(ticket.tag_names)))
        and _distance(template.language, as_language(language)) < _OTHER
    )


def _order(template: Template, language: str) -> tuple[bool, int, bool, int]:
    distance = _distance(template.language, as_language(language))
    return (not template.tags_any, distance, not template.classes, len(template.classes))


def _distance(has: str, wanted: str) -> int:
    """Return how far a template's language is from the wanted one; English is the last that still does."""
    ladder = (
        has == wanted,
        has == base_of(wanted),
        base_of(has) == base_of(wanted),
        has == FALLBACK,
        base_of(has) == FALLBACK,
    )
    return next((step for step, is_it in enumerate(ladder) if is_it), _OTHER)


def _of_language(template: Template, wanted: str) -> str:
    if base_of(template.language) == base_of(wanted):
        return f"in {template.language}"
    return f"in {template.language}, since none is in {wanted}"
