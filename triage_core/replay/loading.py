"""What does a mapping file say, and everything that is wrong with it at once?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from triage_core.domain.errors import PolicyInvalid, TriageError
from triage_core.policyfile.tree import Finding, Tree
from triage_core.policyfile.yaml_tree import compose
from triage_core.replay.mapping import Mapping

if TYPE_CHECKING:
    from triage_core.domain.policy.problem import Problem

#: Parts of an error's place that are no keys of the file.
_KEY: Final = "[key]"


class MappingInvalid(TriageError):
    """The mapping cannot be used as it stands."""

    code = "mapping_invalid"

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        """Carry each problem with its place."""
        super().__init__(message)
        self.problems = problems


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file; raises `MappingInvalid` with all of its problems, and `OSError`."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MappingInvalid(f"{path}: the file is not UTF-8 text; save it as UTF-8") from None
    return parse_mapping(text, str(path))


def parse_mapping(text: str, name: str) -> Mapping:
    """Read a mapping from a text; `name` stands for the file in messages. Raises `MappingInvalid`."""
    try:
        document = compose(text, name)
        tree = Tree(document.root)
    except PolicyInvalid as unreadable:
        raise MappingInvalid(str(unreadable), unreadable.problems) from None
    mapping, findings = _examined(tree.data)
    problems = (*document.problems, *map(tree.problem, findings))
    if mapping is None or problems:
        ordered = tuple(sorted(problems, key=lambda each: (each.line, each.column)))
        raise MappingInvalid("\n".join(map(str, ordered)), ordered)
    return mapping


def _examined(data: Any) -> tuple[Mapping | None, list[Finding]]:  # noqa: ANN401 - plain data of any shape
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        return None, [_finding(details["loc"], details["type"], details["msg"]) for details in error.errors()]
    return mapping, list(_seers(mapping))


def _finding(place: tuple[str | int, ...], kind: str, message: str) -> Finding:
    path = tuple(step for step in place if step != _KEY)
    key = path[-1] if path else "the file"
    match kind:
        case "missing":
            return Finding(path=path, what=f'the key "{key}" is missing', code="missing_key")
        case "extra_forbidden":
            return Finding(path=path, what=f'unknown key "{key}"', code="unknown_key", at_key=True)
        case "literal_error" | "enum":
            choices = ", ".join(re.findall(r"'([^']*)'", message))
            return Finding(path=path, what=f"{key} does not fit", expected=f"one of {choices}", code="wrong_value")
        case _:
            said = message.removeprefix("Value error, ")
            return Finding(path=path, what=f"{key} does not fit: {said[:1].lower()}{said[1:]}", code="wrong_value")


def _seers(mapping: Mapping) -> Iterator[Finding]:
    """Refuse every use of a column that knows the future, so that a replay cannot see what only hindsight shows."""
    for path, column in mapping.uses():
        if column in mapping.future:
            yield Finding(
                path=path,
                what=f'the column "{column}" is declared as future and may not be read',
                expected="a column that was known when its row was written",
                code="future_column",
            )
