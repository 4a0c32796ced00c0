"""Does every name in a policy file name something that the file declares?

The tables read the plain data, so that wrong names are found while other parts of the file do not even have the right
shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from triage_core.domain.policy.escalation import TargetKind
from triage_core.domain.policy.service_levels import Metric
from triage_core.policyfile.spelling import nearest, one_of
from triage_core.policyfile.tree import Finding, matching
from triage_core.policyfile.yaml_tree import Path

Data = Mapping[str, Any]


class Collection(NamedTuple):
    """Something that is declared by name."""

    noun: str
    names: Callable[[Data], tuple[str, ...] | None]
    """The declared names, or none where the file declares them in a shape that cannot be read."""


class Reference(NamedTuple):
    """A place that names something."""

    pattern: str
    collection: str
    is_key: bool = False


def _listed(pattern: str, key: str) -> Callable[[Data], tuple[str, ...] | None]:
    steps = tuple(pattern.split("/"))

    def names(data: Data) -> tuple[str, ...] | None:
        found = [value for _, value in matching(data, steps)]
        if not all(isinstance(value, list) for value in found) or not found:
            return None
        entries = [entry for value in found for entry in value]
        named = [entry.get(key) if isinstance(entry, dict) else entry for entry in entries]
        return tuple(name for name in named if isinstance(name, str))

    return names


def _keyed(pattern: str) -> Callable[[Data], tuple[str, ...] | None]:
    steps = tuple(pattern.split("/"))

    def names(data: Data) -> tuple[str, ...] | None:
        found = [value for _, value in matching(data, steps)]
        return tuple(found[0]) if found and isinstance(found[0], dict) else None

    return names


def _optional(names: Callable[[Data], tuple[str, ...] | None]) -> Callable[[Data], tuple[str, ...] | None]:
    return lambda data: names(data) or ()


def _rotas(data: Data) -> tuple[str, ...]:
    given = data.get("rotas", ())
    return tuple(name for name in (given if isinstance(given, list) else [given]) if isinstance(name, str))


def _skills(data: Data) -> tuple[str, ...] | None:
    found = [name for _, value in matching(data, ("people", "*", "skills")) for name in _leaves(value)]
    return tuple(dict.fromkeys(found)) or None


def _people_if_any(data: Data) -> tuple[str, ...] | None:
    return _listed("people", "id")(data) or None


COLLECTIONS: Final[Mapping[str, Collection]] = {
    "classes": Collection("class", _listed("classes", "name")),
    "severities": Collection("severity", _listed("severity/levels", "name")),
    "tags": Collection("tag", _optional(_listed("tags", "name"))),
    "fields": Collection("intake field", _keyed("intake/fields")),
    "calendars": Collection("calendar", _keyed("calendars")),
    "roles": Collection("role", _listed("roles", "name")),
    "people": Collection("person", _optional(_listed("people", "id"))),
    "approvers": Collection("person", _people_if_any),
    "queues": Collection("queue", _listed("queues", "name")),
    "ladders": Collection("ladder", _optional(_listed("ladders", "name"))),
    "rotas": Collection("rota", _rotas),
    "skills": Collection("skill of anybody's", _skills),
    "metrics": Collection("metric", lambda _: tuple(Metric)),
    "impacts": Collection("value of impact", lambda data: values_of(data, "impact")),
    "urgencies": Collection("value of urgency", lambda data: values_of(data, "urgency")),
    "service_lines": Collection("value of service_line", lambda data: values_of(data, "service_line")),
    "sensitivities": Collection("value of data_sensitivity", lambda data: values_of(data, "data_sensitivity")),
}

REFERENCES: Final = (
    Reference("tags/*/at_least", "classes"),
    Reference("severity/levels/*/at_least", "classes"),
    Reference("severity/default", "severities"),
    Reference("severity/rules/*/severity", "severities"),
    Reference("intake/fields/affected_system/values/*/service_line", "service_lines"),
    Reference("matrix/grid", "impacts", is_key=True),
    Reference("matrix/grid/*", "urgencies", is_key=True),
    Reference("matrix/grid/*/*", "classes"),
    Reference("matrix/rows/*/class", "classes"),
    Reference("raise_rules/*/tags_any", "tags"),
    Reference("raise_rules/*/tags_all", "tags"),
    Reference("raise_rules/*/severity_at_least", "severities"),
    Reference("raise_rules/*/at_least", "classes"),
    Reference("raise_rules/*/approvers", "roles"),
    Reference("tag_rules/*/tag", "tags"),
    Reference("score/weights", "fields", is_key=True),
    Reference("service_levels/classes", "classes", is_key=True),
    Reference("service_levels/classes/*/calendar", "calendars"),
    Reference("service_levels/classes/*/targets/*/calendar", "calendars"),
    Reference("service_levels/overrides/*/classes", "classes"),
    Reference("service_levels/overrides/*/targets/*/calendar", "calendars"),
    Reference("people/*/roles", "roles"),
    Reference("people/*/queues", "queues"),
    Reference("people/*/calendar", "calendars"),
    Reference("queues/*/service_lines", "service_lines"),
    Reference("queues/*/skills", "skills"),
    Reference("queues/*/manager", "people"),
    Reference("routing/default_queue", "queues"),
    Reference("routing/escalation_queue", "queues"),
    Reference("routing/owners", "classes", is_key=True),
    Reference("routing/owners/*/primary", "people"),
    Reference("routing/owners/*/secondary", "people"),
    Reference("escalation/rules/*/classes", "classes"),
    Reference("escalation/rules/*/tags_any", "tags"),
    Reference("escalation/rules/*/ladder", "ladders"),
    Reference("escalation/rules/*/notify_in", "calendars"),
    Reference("escalation/never_suppressed", "tags"),
    Reference("escalation/starters/*/roles", "roles"),
    Reference("gates/approvals/*/classes", "classes"),
    Reference("gates/approvals/*/tags_any", "tags"),
    Reference("gates/approvals/*/roles", "roles"),
    Reference("gates/commander_clears", "classes"),
    Reference("gates/exceptions/roles", "roles"),
    Reference("platforms/*", "sensitivities"),
    Reference("templates/*/classes", "classes"),
    Reference("templates/*/tags_any", "tags"),
    Reference("retention/rules/*/classes", "classes"),
    Reference("retention/rules/*/unless_tags", "tags"),
    Reference("change_note/approved_by", "approvers"),
)

#: Tests on intake fields.
CONDITIONS: Final = (
    "severity/rules/*/when",
    "matrix/rows/*/when",
    "raise_rules/*/when",
    "tag_rules/*/when",
    "service_levels/overrides/*/when",
    "escalation/starters/*/when",
    "stages/pilot_when",
)

#: What the targets of ladders name, by their kind; an owner and a manager are found on the ticket.
TARGETS: Final[Mapping[str, str]] = {
    TargetKind.PERSON: "people",
    TargetKind.ROLE: "roles",
    TargetKind.QUEUE: "queues",
    TargetKind.ROTA: "rotas",
}


def check_references(data: Data) -> list[Finding]:
    """Find every name that nothing declares."""
    known = {key: collection.names(data) for key, collection in COLLECTIONS.items()}
    findings = [finding for reference in REFERENCES for finding in _wrong_names(data, reference, known)]
    for pattern in CONDITIONS:
        for path, tests in matching(data, tuple(pattern.split("/"))):
            findings += _wrong_tests(data, path, tests)
    findings += _wrong_targets(data, known)
    findings += _wrong_weights(data)
    findings += _wrong_defaults(data)
    return findings


def _wrong_names(data: Data, reference: Reference, known: Mapping[str, tuple[str, ...] | None]) -> Iterator[Finding]:
    names = known[reference.collection]
    if names is None:
        return
    noun = COLLECTIONS[reference.collection].noun
    for path, value in matching(data, tuple(reference.pattern.split("/"))):
        if reference.is_key:
            keys = value if isinstance(value, dict) else ()
            yield from (unknown_name(noun, key, names, (*path, key), at_key=True) for key in keys if key not in names)
        else:
            yield from unknown_names(noun, path, value, names)


def unknown_names(noun: str, path: Path, value: object, names: tuple[str, ...]) -> Iterator[Finding]:
    """Find each name at a place that is not declared; one may stand where a list is meant."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from unknown_names(noun, (*path, number), item, names)
    elif isinstance(value, str) and value not in names:
        yield unknown_name(noun, value, names, path)


def unknown_name(noun: str, name: str, known: tuple[str, ...], path: Path, *, at_key: bool = False) -> Finding:
    """Say that a name is not declared, and which one comes nearest."""
    return Finding(
        path=path,
        what=f'unknown {noun} "{name[:80]}"',
        expected=one_of(known),
        nearest=nearest(name, known),
        code="unknown_name",
        at_key=at_key,
    )


def values_of(data: Data, field: str) -> tuple[str, ...] | None:
    """Return the values of a choice or yes-or-no field; none for numbers, texts and what cannot be read."""
    fields = next((found for _, found in matching(data, ("intake", "fields", field))), None)
    if not isinstance(fields, dict):
        return None
    if fields.get("type") == "boolean":
        return ("true", "false")
    return _listed(f"intake/fields/{field}/values", "value")(data)


def _leaves(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool):
            yield str(item).lower()
        elif isinstance(item, str):
            yield item


def _wrong_tests(data: Data, path: Path, tests: object) -> Iterator[Finding]:
    fields = COLLECTIONS["fields"].names(data)
    if not isinstance(tests, dict) or fields is None:
        return
    for name, test in tests.items():
        if name not in fields:
            yield unknown_name("intake field", name, fields, (*path, name), at_key=True)
            continue
        nested = isinstance(test, dict)
        values = values_of(data, name)
        place = (*path, name, "any_of") if nested else (*path, name)
        tested = test.get("any_of") if nested else test
        if values is not None:
            yield from unknown_names(f"value of {name}", place, tested, values)


def _wrong_targets(data: Data, known: Mapping[str, tuple[str, ...] | None]) -> Iterator[Finding]:
    for path, targets in matching(data, ("ladders", "*", "levels", "*", "targets")):
        listed = isinstance(targets, list)
        for number, target in enumerate(targets if listed else [targets]):
            kind, name = _target(target)
            collection = TARGETS.get(kind)
            names = known[collection] if collection else None
            if collection and names is not None and name not in names:
                place = (*path, number) if listed else path
                yield unknown_name(COLLECTIONS[collection].noun, name, names, place)


def _target(target: object) -> tuple[str, str]:
    if isinstance(target, dict):
        return str(target.get("kind")), str(target.get("name", ""))
    kind, _, name = target.partition(":") if isinstance(target, str) else ("", "", "")
    return kind.strip(), name.strip()


def _wrong_weights(data: Data) -> Iterator[Finding]:
    for path, points in matching(data, ("score", "weights", "*")):
        values = values_of(data, str(path[-1]))
        for value in points if isinstance(points, dict) and values is not None else ():
            if value not in (values or ()):
                yield unknown_name(f"value of {path[-1]}", value, values or (), (*path, value), at_key=True)


def _wrong_defaults(data: Data) -> Iterator[Finding]:
    for path, default in matching(data, ("intake", "fields", "*", "default")):
        name = str(path[-2])
        values = values_of(data, name)
        if values is not None and default is not None:
            yield from unknown_names(f"value of {name}", path, default, values)
