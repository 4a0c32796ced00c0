"""Is what a linter says in order, once, and easy to find?"""

from __future__ import annotations

import json
from typing import Final

import pytest
import typer

from triage_core.cli.linting import tell
from triage_core.lowcode.findings import Finding, Rule, Weight, in_order, pointer

RULE: Final = Rule(id="TL001", title="A title", why="It breaks.", bad="bad", good="good")
CAUTION: Final = Rule(id="TL002", title="A title", why="It hurts.", bad="bad", good="good", weight=Weight.WARNING)


def found(place: str = "", rule: Rule = RULE) -> Finding:
    return Finding(rule=rule, file="flow.json", pointer=place, message="says so")


def test_a_finding_is_one_line_with_file_place_and_rule() -> None:
    assert str(found("/actions/Post")) == "flow.json#/actions/Post: error TL001: says so"
    assert str(found(rule=CAUTION)) == "flow.json: warning TL002: says so"


def test_steps_of_a_place_are_escaped_as_the_standard_says() -> None:
    assert pointer("a/b", 0, "c~d") == "/a~1b/0/c~0d"


def test_findings_come_once_and_the_tenth_member_after_the_ninth() -> None:
    given = [found("/flow/10"), found("/flow/9"), found("/flow/9")]
    assert [finding.pointer for finding in in_order(given)] == ["/flow/9", "/flow/10"]


@pytest.mark.parametrize(
    ("findings", "strict", "code"),
    [([], False, None), ([found(rule=CAUTION)], False, None), ([found(rule=CAUTION)], True, 1), ([found()], False, 1)],
)
def test_errors_end_a_command_with_one_and_warnings_only_where_asked(
    findings: list[Finding], *, strict: bool, code: int | None, capfd: pytest.CaptureFixture[str]
) -> None:
    ended = None
    try:
        tell(findings, files=1, strict=strict, as_json=True)
    except typer.Exit as exit_:
        ended = exit_.exit_code
    assert ended == code
    assert len(json.loads(capfd.readouterr().out)["findings"]) == len(findings)
