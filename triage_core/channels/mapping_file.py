"""What does a mapping file say, and what is wrong with it in which line?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from triage_core.channels.mapping import MappingFile
from triage_core.channels.refusals import MappingInvalid
from triage_core.domain.errors import PolicyInvalid
from triage_core.policyfile.tree import Finding, Tree
from triage_core.policyfile.yaml_tree import compose

if TYPE_CHECKING:
    from triage_core.domain.policy.problem import Problem


def parse_mapping(text: str, name: str) -> MappingFile:
    """Read a mapping from a YAML text; `name` stands for the file in messages.

    Raises `MappingInvalid` with all problems and their lines.
    """
    try:
        document = compose(text, name)
        tree = Tree(document.root)
    except PolicyInvalid as unreadable:
        raise MappingInvalid(unreadable.problems) from None
    mapping, problems = _validated(tree)
    if mapping is None or document.problems:
        raise MappingInvalid((*document.problems, *problems))
    return mapping


def _validated(tree: Tree) -> tuple[MappingFile | None, list[Problem]]:
    try:
        return MappingFile.model_validate(tree.data), []
    except ValidationError as invalid:
        return None, [tree.problem(_finding(details)) for details in invalid.errors(include_url=False)]


def _finding(details: Any) -> Finding:  # noqa: ANN401 - pydantic's error details
    kind, path = details["type"], details["loc"]
    name = str(path[-1]) if path else "the mapping"
    if kind == "missing":
        return Finding(path=path, what=f'the key "{name}" is missing', code="missing_key")
    if kind == "extra_forbidden":
        return Finding(path=path, what=f'unknown key "{name[:40]}"', code="unknown_key", at_key=True)
    expected = details["msg"].partition("expected ")[2] or details["msg"]
    return Finding(path=path, what=f"{name} does not fit here", expected=expected, code="wrong_value")
