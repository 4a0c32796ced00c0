"""How does a policy look as one canonical text, and which digest proves that two are the same?"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

import yaml
from pydantic import BaseModel

from triage_core.domain.policy import Policy
from triage_core.policyfile.yaml_tree import SCALARS

_WIDTH: Final = 110
_SHORT_LIST: Final = 80


class _Dumper(yaml.SafeDumper):
    """Writes texts so that YAML 1.1 and 1.2 readers both read them as texts."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the signature is PyYAML's
        return True


class _Flow(list[Any]):
    """A list that stands in one line."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _flow(dumper: _Dumper, value: _Flow) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Flow, _flow)
for _kind, _pattern, _ in SCALARS:
    # PyYAML asks whether a value begins with the pattern.
    _whole = re.compile(rf"(?:{_pattern.pattern})\Z")
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", _whole, None)


def dump_policy(policy: Policy) -> str:
    """Write a policy as YAML in the order of the model; reading it again gives an equal policy."""
    return yaml.dump(_written(policy), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def policy_digest(policy: Policy) -> str:
    """Return the SHA-256 of a policy's canonical JSON, defaults included."""
    data = policy.model_dump(mode="json", by_alias=True)
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _written(policy: Policy) -> Any:  # noqa: ANN401 - plain data of any shape
    return _pruned(policy.model_dump(mode="json", by_alias=True), policy)


def _pruned(data: Any, model: Any) -> Any:  # noqa: ANN401 - likewise
    """Leave out what is empty by default; what a default fills stays visible."""
    if isinstance(model, BaseModel):
        fields = type(model).model_fields
        pairs = [(field.alias or name, name) for name, field in fields.items()]
        return {key: _pruned(data[key], getattr(model, name)) for key, name in pairs if not _is_void(model, name)}
    if isinstance(model, dict):
        return {key: _pruned(value, part) for (key, value), part in zip(data.items(), model.values(), strict=True)}
    if isinstance(data, list) and isinstance(model, tuple):
        return _listed([_pruned(item, part) for item, part in zip(data, model, strict=True)])
    return data


def _is_void(model: BaseModel, name: str) -> bool:
    field = type(model).model_fields[name]
    value = getattr(model, name)
    empty = value is None or (isinstance(value, str | tuple | dict) and not value)
    return empty and not field.is_required() and value == field.get_default(call_default_factory=True)


def _listed(items: list[Any]) -> list[Any]:
    short = all(isinstance(item, str | int | float) for item in items)
    return _Flow(items) if short and sum(len(str(item)) + 2 for item in items) <= _SHORT_LIST else items
