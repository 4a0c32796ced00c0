"""How is the whole policy drawn as a graph for zen-engine?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from benchmarks.peers.dialect import first_fitting, quoted
from benchmarks.yardstick import MATRIX, OVERRIDES, SLA_MINUTES, TERM_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.peers.dialect import Dialect
    from benchmarks.yardstick import Override, TermRule

Graph: TypeAlias = dict[str, Any]
Cells: TypeAlias = "Sequence[str]"

MINUTES = f"$.severity == 1 ? {SLA_MINUTES[1]} : ($.severity == 2 ? {SLA_MINUTES[2]} : {SLA_MINUTES[3]})"


class Columns(NamedTuple):
    """The columns of a decision table; a field without a name has cells that are whole conditions."""

    fields: tuple[str, ...]
    results: tuple[str, ...]

    def row(self, name: str, cells: Cells) -> Graph:
        """Return one rule of the table."""
        return {"_id": name, **dict(zip((*self.inputs(), *self.outputs()), cells, strict=True))}

    def inputs(self) -> Graph:
        """Return the condition columns by id."""
        return {f"in-{number}": field for number, field in enumerate(self.fields)}

    def outputs(self) -> Graph:
        """Return the result columns by id."""
        return {f"out-{field}": field for field in self.results}


MATRIX_COLUMNS = Columns(("impact", "urgency", "customer_tier"), ("id", "severity"))
TAG_COLUMNS = Columns(("",), ("id",))
OVERRIDE_COLUMNS = Columns(("affected_system", "urgency", "data_sensitivity", ""), ("id", "severity", "approval"))


def tables() -> Graph:
    """Return the graph of three decision tables with the joining expressions between them."""
    return _chain(
        _table("row", "first", MATRIX_COLUMNS, _matrix_rows()),
        _table("tags", "collect", TAG_COLUMNS, [(_some(rule), f"'{rule.id}'") for rule in TERM_RULES]),
        _expressions("found", [("tag_ids", "map(tags, #.id)")], keep=True),
        _table("raised", "collect", OVERRIDE_COLUMNS, map(_override_row, OVERRIDES)),
        _expressions(
            "answer",
            [
                ("severity", "min(flatten([[row.severity], map(raised, #.severity)]))"),
                ("fired", "flatten([[row.id], tag_ids, map(raised, #.id)])"),
                ("approvals", "map(filter(raised, #.approval != ''), #.approval)"),
                ("minutes", MINUTES),
            ],
        ),
    )


def one_node(dialect: Dialect) -> Graph:
    """Return the graph that says everything in one expression node, the cheapest shape we found."""
    chosen = ", ".join(f"({dialect.fires(rule)}) ? '{rule.id}' : ''" for rule in TERM_RULES)
    raised = [_applies(rule) for rule in OVERRIDES]
    ids = ", ".join(f"({when}) ? '{rule.id}' : ''" for rule, when in zip(OVERRIDES, raised, strict=True))
    approvals = ", ".join(f"'{rule.id}' in $.ids ? '{rule.approval}' : ''" for rule in OVERRIDES if rule.approval)
    floors = ", ".join(f"'{rule.id}' in $.ids ? {rule.severity} : {max(SLA_MINUTES)}" for rule in OVERRIDES)
    return _chain(
        _expressions(
            "answer",
            [
                ("tags", f"filter([{chosen}], # != '')"),
                ("ids", f"filter([{ids}], # != '')"),
                ("base", first_fitting(dialect, (str(row.severity) for row in MATRIX))),
                ("severity", f"min([$.base, {floors}])"),
                ("row", first_fitting(dialect, (f"'{row.id}'" for row in MATRIX))),
                ("fired", "flatten([[$.row], $.tags, $.ids])"),
                ("approvals", f"filter([{approvals}], # != '')"),
                ("minutes", MINUTES),
            ],
        )
    )


def _matrix_rows() -> list[Cells]:
    return [
        (
            f"'{row.impact}'" if row.impact else "",
            f"'{row.urgency}'" if row.urgency else "",
            _listed(row.tiers),
            f"'{row.id}'",
            str(row.severity),
        )
        for row in MATRIX
    ]


def _some(rule: TermRule) -> str:
    return f"some({quoted(f' {term} ' for term in rule.terms)}, contains(text, #))"


def _override_row(rule: Override) -> Cells:
    tagged = " or ".join(f"'{tag}' in tag_ids" for tag in rule.tags)
    wanted = (_listed(rule.systems), _listed(rule.urgencies), _listed(rule.sensitivities), tagged)
    return (*wanted, f"'{rule.id}'", str(rule.severity), f"'{rule.approval}'")


def _applies(rule: Override) -> str:
    fields = (("affected_system", rule.systems), ("urgency", rule.urgencies), ("data_sensitivity", rule.sensitivities))
    parts = [f"{field} in {quoted(values)}" for field, values in fields if values]
    if rule.tags:
        parts.append(f"({' or '.join(f'{tag!r} in $.tags' for tag in rule.tags)})")
    return " and ".join(parts)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _chain(*nodes: Graph) -> Graph:
    chain = [_node("input", "inputNode", {}), *nodes, _node("output", "outputNode", {})]
    edges = [
        {"id": f"{source['id']}-{target['id']}", "type": "edge", "sourceId": source["id"], "targetId": target["id"]}
        for source, target in pairwise(chain)
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": chain, "edges": edges}


def _node(name: str, kind: str, content: Graph) -> Graph:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, "content": content}


def _expressions(name: str, pairs: Sequence[tuple[str, str]], *, keep: bool = False) -> Graph:
    listed = [{"id": f"{name}-{key}", "key": key, "value": value} for key, value in pairs]
    return _node(name, "expressionNode", {"expressions": listed, "passThrough": keep, "executionMode": "single"})


def _table(name: str, policy: str, columns: Columns, rows: Iterable[Cells]) -> Graph:
    content = {
        "hitPolicy": policy,
        "passThrough": True,
        "executionMode": "single",
        "outputPath": name,
        "inputs": [
            {"id": key, "name": key, **({"field": field} if field else {})} for key, field in columns.inputs().items()
        ],
        "outputs": [{"id": key, "name": field, "field": field} for key, field in columns.outputs().items()],
        "rules": [columns.row(f"{name}-{number}", cells) for number, cells in enumerate(rows)],
    }
    return _node(name, "decisionTableNode", content)
