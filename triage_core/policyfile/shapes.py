"""Does a section of a policy file, or a whole other file, have the shape it should, and if not, what stands where?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from triage_core.domain.policy import Policy
from triage_core.policyfile.spelling import nearest, one_of
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

Shaped = TypeVar("Shaped", bound=BaseModel)

_KEY: Final = "[key]"
_SHOWN: Final = 40
#: Values of these keys are personal data and never repeated.
_PRIVATE: Final = {"email", "slack", "contacts"}
_NAME: Final = "a name of letters, digits and . _ / : @ + - that begins with a letter or digit, at most 80 characters"

#: What is expected where pydantic reports an error of this type; the names in braces come from the error.
_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text (put a number in quotes)",
    "string_pattern_mismatch": _NAME,
    "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} characters",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "enum": "one of {expected}",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {min_length} entry",
    "too_long": "at most {max_length} entries",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "date_type": "a date such as 2026-12-24",
    "date_parsing": "a date such as 2026-12-24",
    "date_from_datetime_parsing": "a date such as 2026-12-24",
    "date_from_datetime_inexact": "a date such as 2026-12-24, without a time",
}
#: Texts with a form of their own, by the end of their pattern's place; for keys, by what they are keys of.
_FORMS: Final[Mapping[str, str]] = {
    "email": "an e-mail address",
    "country": "a country code of two capital letters, such as DE",
    "language": "a language code such as en or pt-BR",
    "labels": "a language code such as en or pt-BR",
    "status_page": "a web address that begins with https://",
    "survey_page": "a web address that begins with https://",
    "link_domains": "a host such as help.example.com, or *.example.com for every host below it",
    "contacts": "a mail address, @ and a domain, or a telephone number that begins with + and the country",
    "phone_regions": "a country code of two capital letters, such as DE",
    "amounts": "a currency code of three capital letters, such as EUR",
}


def sections(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """Validate each top-level section on its own; return the sound ones and what is wrong with the others."""
    sound: dict[str, Any] = {}
    findings = [_unknown((key,), keys_at(Policy, ())) for key in data if key not in Policy.model_fields]
    for name, field in Policy.model_fields.items():
        if name not in data:
            if field.is_required():
                findings.append(_missing((name,)))
            else:
                sound[name] = _adapter(name).validate_python(field.get_default(call_default_factory=True))
            continue
        try:
            sound[name] = _adapter(name).validate_python(data[name], by_alias=True, by_name=False)
        except ValidationError as error:
            findings += _findings(Policy, error, (name,))
    return sound, findings


def shaped(model: type[Shaped], data: object) -> tuple[Shaped | None, list[Finding]]:
    """Validate a whole document; return it where it is sound, and what is wrong with it where it is not."""
    try:
        return model.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, _findings(model, error)


def _findings(root: type[BaseModel], error: ValidationError, start: Path = ()) -> list[Finding]:
    found = [((*start, *details["loc"]), details) for details in error.errors(include_url=False)]
    paths = {path for path, _ in found}
    return [_finding(root, path, details) for path, details in found if not _follows(path, details, paths)]


def _follows(path: Path, details: Any, paths: set[Path]) -> bool:  # noqa: ANN401 - pydantic's error details
    """Tell whether a list is only too short because its entries are wrong, which is told already."""
    return details["type"] == "too_short" and any(other[: len(path)] == path for other in paths - {path})


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(Policy.model_fields[name].rebuild_annotation())


def _finding(root: type[BaseModel], path: Path, details: Any) -> Finding:  # noqa: ANN401 - pydantic's error details
    kind, given = details["type"], details["input"]
    at_key = path[-1] == _KEY
    path = path[:-1] if at_key else path
    if kind == "extra_forbidden":
        return _unknown(path, keys_at(root, path[:-1]))
    if kind == "missing":
        return _missing(path)
    context = {key: _plain(value) for key, value in details.get("ctx", {}).items()}
    expected = _expected(path, kind, details["msg"], context, at_key=at_key)
    options = re.findall(r"'([^']*)'", str(details["ctx"]["expected"])) if kind == "enum" else []
    if options:
        expected = one_of(options)
    return Finding(
        path=path,
        what=f"{_described(path, given)} does not fit here",
        expected=expected,
        nearest=nearest(given, options) if options and isinstance(given, str) else None,
        code=_code(kind),
        at_key=at_key,
    )


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _expected(path: Path, kind: str, message: str, context: Mapping[str, str], *, at_key: bool) -> str:
    if kind == "value_error":
        return message.partition("expected ")[2]
    if kind == "string_pattern_mismatch":
        named = path[:-1] if at_key else path
        return _FORMS.get(next((step for step in reversed(named) if isinstance(step, str)), ""), _NAME)
    return _EXPECTED.get(kind, message).format_map(context)


def _code(kind: str) -> str:
    return "wrong_type" if kind.endswith(("_type", "_parsing")) else "wrong_value"


def _described(path: Path, given: object) -> str:
    match given:
        case None:
            return "an empty value"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str() if len(given) <= _SHOWN and not _PRIVATE.intersection(path):
            return f'"{given}"'
        case str():
            return "this text"
        case _:
            return str(given).lower()


def _unknown(path: Path, known: tuple[str, ...]) -> Finding:
    key = str(path[-1])
    return Finding(
        path=path,
        what=f'unknown key "{key[:_SHOWN]}"',
        expected=one_of(known),
        nearest=nearest(key, known),
        code="unknown_key",
        at_key=True,
    )


def _missing(path: Path) -> Finding:
    where = f" of {path[-2]}" if len(path) > 1 and isinstance(path[-2], str) else ""
    return Finding(path=path, what=f'the key "{path[-1]}"{where} is missing', code="missing_key")


def keys_at(root: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Return the keys that may stand at a place of a document; none where names are free."""
    kind: Any = root
    for step in path:
        kind = next(_children(kind, step), None)
    model = next(_models(kind), None)
    return tuple(_public(name, field) for name, field in model.model_fields.items()) if model else ()


def _public(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _children(kind: Any, step: str | int) -> Iterator[Any]:  # noqa: ANN401 - type expressions have no type
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from (field.annotation for name, field in kind.model_fields.items() if _public(name, field) == step)
    elif get_origin(kind) is dict:
        yield get_args(kind)[1]
    elif get_origin(kind) is tuple and isinstance(step, int):
        yield get_args(kind)[0]
    else:
        for part in get_args(kind):
            yield from _children(part, step)


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - likewise
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) not in {dict, tuple}:
        for part in get_args(kind):
            yield from _models(part)
