"""What may a field hold, for whoever fills in a form?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from triage_core.contract.event_rows import EVENTS
from triage_core.contract.messages import Choice, Choices
from triage_core.domain.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.policy import Policy
    from triage_core.edge.call import Call


def _listed(call: Call, pairs: Iterable[tuple[str, str]]) -> Choices:
    """List pairs of value and label; the value stands for a label that is empty."""
    return Choices.of(
        items=tuple(Choice.of(id=value, name=label or value) for value, label in islice(pairs, call.query.limit))
    )


def _policy(call: Call) -> Policy:
    return call.playbook.policy


def classes(call: Call) -> Choices:
    """List the classes, the most urgent first."""
    return _listed(call, ((item.name, item.label) for item in _policy(call).classes))


def severities(call: Call) -> Choices:
    """List the severities, the worst first."""
    return _listed(call, ((item.name, item.label) for item in _policy(call).severity.levels))


def risk_tags(call: Call) -> Choices:
    """List the risk tags."""
    return _listed(call, ((item.name, item.label) for item in _policy(call).tags))


def queues(call: Call) -> Choices:
    """List the queues."""
    return _listed(call, ((item.name, item.label) for item in _policy(call).queues))


def people(call: Call) -> Choices:
    """List the people of the roster, without their addresses."""
    return _listed(call, ((person.id, person.name) for person in _policy(call).people))


def intake_values(call: Call) -> Choices:
    """List what an intake field may hold; a field without a list has no choices. Raises `UnknownName`."""
    fields = _policy(call).intake.fields
    if call.params.field not in fields:
        raise UnknownName("intake field", fields)
    return _listed(call, ((item.value, item.label) for item in fields[call.params.field].values))


def event_types(call: Call) -> Choices:
    """List the kinds of event."""
    return _listed(call, ((str(row.type), row.title) for row in EVENTS.values()))
