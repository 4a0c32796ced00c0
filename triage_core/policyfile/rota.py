"""What does a rota file say, and everything that is wrong with it at once?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.rota import Rota, RotaInvalid
from triage_core.policyfile.references import unknown_names
from triage_core.policyfile.shapes import shaped
from triage_core.policyfile.tree import Finding, Tree, matching
from triage_core.policyfile.yaml_tree import compose, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.policy import Policy


def read_rota(raw: bytes, name: str, policy: Policy | None = None) -> Rota:
    """Read a rota from a YAML or JSON file; `name` stands for the file in messages.

    With a policy, its people and rotas are the only ones there are. Raises `RotaInvalid` with all problems.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RotaInvalid(f"{name}: the file is not UTF-8 text; save it as UTF-8") from None
    try:
        document = compose(text, name)
        if document.root.entries is None:
            raise refused(document.root.position, "not_a_rota", "this is no rota", "the keys rota, zone and layers")
        tree = Tree(document.root)
    except PolicyInvalid as unreadable:
        raise RotaInvalid(str(unreadable), unreadable.problems) from None
    rota, findings = shaped(Rota, tree.data)
    if policy is not None:
        findings += _strangers(tree.data, policy)
    problems = (*document.problems, *map(tree.problem, findings))
    if rota is None or problems:
        ordered = tuple(sorted(problems, key=lambda each: (each.line, each.column, each.code)))
        raise RotaInvalid("\n".join(map(str, ordered)), ordered)
    return rota


def _strangers(data: Any, policy: Policy) -> Iterator[Finding]:  # noqa: ANN401 - plain data of any shape
    known = {("rota",): ("rota", policy.rotas), ("layers", "*", "people"): ("person", _ids(policy))}
    for pattern, (noun, names) in known.items():
        for path, value in matching(data, pattern):
            yield from unknown_names(noun, path, value, names)


def _ids(policy: Policy) -> tuple[str, ...]:
    return tuple(person.id for person in policy.people)
