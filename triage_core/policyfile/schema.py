"""Which JSON Schema describes a policy file, and which one the intake form of a policy?"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from triage_core.domain.policy import Policy
from triage_core.domain.policy.intake import FieldType, IntakeField
from triage_core.policyfile.presets import PRESETS

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_OWN: Final = ("policy", "version", "effective_from", "change_note")
_MAX_TEXT: Final = 500
_REFERENCE: Final = "#/$defs/"
#: Where a schema holds others by name.
_MAPPINGS: Final = ("properties", "patternProperties")


def policy_schema() -> Schema:
    """Return the JSON Schema 2020-12 of a policy file, with all shorthands.

    A file that extends a preset may leave out what it inherits, so the same keys are described twice.
    """
    complete = Policy.model_json_schema(by_alias=True, mode="validation")
    definitions = complete.pop("$defs")
    for schema in (complete, *definitions.values()):
        _close(schema)
    extending = _partial(complete, definitions)
    extending["properties"]["extends"] = {
        "description": "The preset below this file.",
        "enum": [f"preset:{name}" for name in PRESETS],
    }
    extending["required"] = [*_OWN, "extends"]
    return {
        "$schema": DIALECT,
        "$id": "urn:triage-core:policy",
        "title": "Triage policy",
        "description": complete.get("description", ""),
        "type": "object",
        "if": {"required": ["extends"]},
        "then": extending,
        "else": complete,
        "$defs": definitions,
    }


def _close(schema: Any) -> None:  # noqa: ANN401 - walks plain data
    """Refuse names of the wrong form, which patterns alone would let pass."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _close(part)
    elif isinstance(schema, list):
        for part in schema:
            _close(part)


def _partial(schema: Schema, definitions: Schema) -> Schema:
    """Describe a mapping that is laid over another: nothing is required, and null takes a key away."""
    reference = schema.get("$ref", "").removeprefix(_REFERENCE)
    part = deepcopy(definitions[reference] | schema if reference else schema)
    part.pop("$ref", None)
    part.pop("required", None)
    part.pop("default", None)
    for group in _MAPPINGS:
        for name, value in part.get(group, {}).items():
            part[group][name] = _or_null(_partial(value, definitions))
    extra = part.get("additionalProperties")
    if isinstance(extra, dict):
        part["additionalProperties"] = _or_null(_partial(extra, definitions))
    if "anyOf" in part:
        part["anyOf"] = [_partial(choice, definitions) for choice in part["anyOf"]]
    return part


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def intake_schema(policy: Policy) -> Schema:
    """Return the JSON Schema 2020-12 of the policy's intake form."""
    fields = policy.intake.fields
    return {
        "$schema": DIALECT,
        "$id": f"urn:triage-core:intake:{policy.id.replace(' ', '_')}",
        "title": f"Intake of {policy.id}",
        "type": "object",
        "properties": {name: _field(name, field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required and field.default is None],
    }


def _field(name: str, field: IntakeField) -> Schema:
    described: Schema = {"title": field.label or name}
    if field.help:
        described["description"] = field.help
    if field.default is not None:
        described["default"] = field.default
    return described | _TYPES[field.type](field)


def _choice(field: IntakeField) -> Schema:
    # A list of constants with titles is the form that renderers of forms show with labels.
    return {"type": "string", "oneOf": [_option(value.value, value.label, value.help) for value in field.values]}


def _option(value: str, label: str, meaning: str) -> Schema:
    option = {"const": value, "title": label or value}
    return option | {"description": meaning} if meaning else option


def _text(field: IntakeField) -> Schema:
    pattern = {"pattern": f"^(?:{field.pattern})$"} if field.pattern else {}
    return {"type": "string", "minLength": 1, "maxLength": _MAX_TEXT} | pattern


def _number(field: IntakeField) -> Schema:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {"type": "number"} | {key: bound for key, bound in bounds.items() if bound is not None}


def _boolean(_: IntakeField) -> Schema:
    return {"type": "boolean"}


_TYPES: Final = {
    FieldType.CHOICE: _choice,
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
}
