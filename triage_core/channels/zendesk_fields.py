"""Which field, option and tag of Zendesk stands for which value of the policy?"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from triage_core.domain.policy.intake import FieldType
from triage_core.domain.policy.values import Name, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.policy import Policy

CLASS: Final = "triage_class"
SEVERITY: Final = "triage_severity"
#: Holds `zendesk_writeback.stamp`, by which an update tells whether it has seen our last write.
STAMP: Final = "triage_stamp"
OWN: Final = (CLASS, SEVERITY, STAMP)

#: Tags that mark a ticket.
INCOMPLETE_TAG: Final = "triage_incomplete"
GATED_TAG: Final = "triage_gated"
_RISK: Final = "risk"

Priority = Literal["urgent", "high", "normal", "low"]
Id = Annotated[int, Field(ge=1)]


class ZendeskMapping(Section):
    """The ids that one Zendesk account gave to what the policy names."""

    fields: dict[Name, Id] = Field(default_factory=dict)
    """`intake field, triage_class, triage_severity or triage_stamp: ticket field id`."""
    groups: dict[Name, Id] = Field(default_factory=dict)
    """`queue: group id`."""
    agents: dict[Name, Id] = Field(default_factory=dict)
    """`person: agent id`."""
    priorities: dict[Name, Priority] = Field(default_factory=dict)
    """`class: priority`; the priority is left alone for classes that are not listed."""
    api_user: Id | None = None
    """The user whose key writes back; what it does fires no trigger."""
    webhook: str = "{webhook_id}"
    """The id of the webhook that the trigger notifies."""


def option_tags(policy: Policy) -> dict[tuple[str, str], str]:
    """Return the tag of each option by field and value; no tag stands for two options."""
    tags: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for field, value in _options(policy):
        tag = _slug("triage", field.removeprefix("triage_"), value)
        if tag in taken:
            tag = f"{tag}_{sha256(f'{field}:{value}'.encode()).hexdigest()[:6]}"
        taken.add(tag)
        tags[field, value] = tag
    return tags


def risk_tag(name: str) -> str:
    """Return the tag in Zendesk for a risk tag."""
    return _slug("triage", _RISK, name)


def _options(policy: Policy) -> Iterator[tuple[str, str]]:
    for name, field in policy.intake.fields.items():
        values = (item.value for item in field.values)
        yield from ((name, value) for value in (("true",) if field.type is FieldType.BOOLEAN else values))
    yield from ((CLASS, item.name) for item in policy.classes)
    yield from ((SEVERITY, item.name) for item in policy.severity.levels)


def _slug(*parts: str) -> str:
    return "_".join(re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in parts)


def channel_tables(policy: Policy, mapping: ZendeskMapping) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return `fields` and `values` for the settings of the Zendesk channels, so that options come back as values."""
    fields = {str(number): name for name, number in mapping.fields.items() if name not in OWN}
    values: dict[str, dict[str, str]] = {}
    for (field, value), tag in option_tags(policy).items():
        if field not in OWN:
            values.setdefault(field, {})[tag] = value
    return fields, values


def unmapped(policy: Policy, mapping: ZendeskMapping) -> Iterable[str]:
    """Return the fields of the form that have no id yet."""
    return tuple(name for name in (*policy.intake.fields, *OWN) if name not in mapping.fields)
