"""Do a mapping and a policy speak of the same fields, values, classes and roles?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TriageError
from triage_core.domain.policy.intake import FieldType
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy.intake import IntakeField
    from triage_core.replay.mapping import Filling, Mapping

#: What corrections in a log need.
_NEEDED = (Right.COMPLETE_INTAKE, Right.LOWER_GATED)


class MappingMisfit(TriageError):
    """The mapping does not belong to this policy."""

    code = "mapping_misfit"


def check_fit(mapping: Mapping, playbook: Playbook) -> None:
    """Compare the two; raises `MappingMisfit` with every difference at once."""
    found = [*_fields(mapping, playbook), *_classes(mapping, playbook), *_rights(mapping, playbook)]
    if found:
        raise MappingMisfit(
            f"the mapping {mapping.mapping} does not fit the policy {playbook.version}:\n  " + "\n  ".join(found)
        )


def _fields(mapping: Mapping, playbook: Playbook) -> Iterator[str]:
    fields = playbook.policy.intake.fields
    for name, filling in mapping.intake.items():
        if name not in fields:
            yield f"intake field {name} is not in the policy; it has {', '.join(fields)}"
        elif fields[name].type is FieldType.CHOICE:
            yield from _values(name, filling, fields[name])
    for name, field in fields.items():
        if field.required and field.default is None and name not in mapping.intake:
            yield f"intake field {name} is mandatory and not filled; map a column or declare a constant"


def _values(name: str, filling: Filling, field: IntakeField) -> Iterator[str]:
    listed = [value.value for value in field.values]
    given = filling.values.values() if filling.constant is None else [filling.constant]
    for value in dict.fromkeys(given):
        if value not in listed:
            yield f"{name} cannot be {value}; the policy lists {', '.join(listed)}"


def _classes(mapping: Mapping, playbook: Playbook) -> Iterator[str]:
    policy = playbook.policy
    known = [item.name for item in policy.classes]
    for name in dict.fromkeys(mapping.classes.values()):
        if name not in known:
            yield f"class {name} is not in the policy; it has {', '.join(known)}"
    for way, metric in mapping.breaches.items():
        without = [name for name in known if metric not in policy.service_levels.classes[name].targets]
        if without:
            yield f"{way} is judged by {metric}, which has no target for {', '.join(without)}"


def _rights(mapping: Mapping, playbook: Playbook) -> Iterator[str]:
    roles = {role.name for role in playbook.policy.roles}
    for name in mapping.roles:
        if name not in roles:
            yield f"role {name} is not in the policy; it has {', '.join(sorted(roles))}"
    for right in _NEEDED:
        if not playbook.directory.may(mapping.roles, right):
            holders = ", ".join(playbook.directory.holders(right)) or "none"
            yield f"corrections in the log need the right {right}; name one of the roles {holders} under roles"
