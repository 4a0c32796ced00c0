"""Does each check find its mistake, at its place, and accept what is right?"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from triage_core.policyfile import Problem, Weight, lint_text
from triage_core.policyfile.checks import CHECKS

HEAD = """\
extends: preset:p1-p3
policy: test
version: v1
effective_from: 2026-01-01
change_note: {what: A test., why: A test.}
"""
PEOPLE = """\
people:
  - {id: ann, name: Ann, email: ann@example.com, roles: [lead, incident_lead], queues: [application, general]}
  - {id: bob, name: Bob, email: bob@example.com, roles: [manager, lead], queues: infrastructure}
  - {id: cem, name: Cem, email: cem@example.com, roles: [manager, incident_lead], queues: accounts}
  - {id: dee, name: Dee, email: dee@example.com, roles: [communications_lead, auditor], queues: accounts}
"""


class Row(NamedTuple):
    """A mistake, and the part of a policy without it."""

    code: str
    spoiled: str
    repaired: str = ""


def rows() -> list[Row]:
    listed = yaml.safe_load(Path(__file__).with_name("checks.yaml").read_text(encoding="utf-8"))
    return [Row(**{key: text.replace("{people}\n", PEOPLE) for key, text in row.items()}) for row in listed]


ROWS = rows()


def problems(part: str, code: str) -> list[Problem]:
    return [each for each in lint_text(HEAD + part + "\n", "f.yaml").problems if each.code == code]


@pytest.mark.parametrize(("code", "spoiled", "repaired"), ROWS, ids=[f"{row.code}-{n}" for n, row in enumerate(ROWS)])
def test_a_mistake_is_found_at_its_place_and_gone_when_repaired(code: str, spoiled: str, repaired: str) -> None:
    before, mark, _ = (HEAD + spoiled).partition("§")
    found = problems(spoiled.replace("§", ""), code)
    assert found
    if mark:
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert place in {(each.line, each.column) for each in found if each.file == "f.yaml"}
    assert not problems(repaired, code)


def test_a_policy_is_approved_by_somebody_who_may_change_it() -> None:
    approved = HEAD.replace("why: A test.", "why: A test., approved_by: cem") + PEOPLE
    (found,) = [each for each in lint_text(approved, "f.yaml").problems if each.severity is Weight.ERROR]
    assert (found.code, found.path) == ("person_unfit", "/change_note/approved_by")


def test_every_check_has_a_row() -> None:
    assert {check.code for check in CHECKS} == {row.code for row in ROWS}


def test_errors_stop_a_policy_and_warnings_do_not() -> None:
    weights = {check.code: check.severity for check in CHECKS}
    for code, spoiled, _ in ROWS:
        reading = lint_text(HEAD + spoiled.replace("§", "") + "\n", "f.yaml")
        assert {each.severity for each in reading.problems if each.code == code} == {weights[code]}
        if weights[code] is Weight.ERROR:
            assert reading.policy is None


def test_a_mistake_in_one_section_hides_none_in_another() -> None:
    spoiled = "classes: 5\nmatrix: {grid: {high: {high: P3}}}\ncalendars: {night: {zone: UTC}}\nreopen_window: 7\n"
    codes = {each.code for each in lint_text(HEAD + spoiled, "f.yaml").problems}
    assert codes == {"wrong_type", "calendar_never_opens", "calendar_unused", "wrong_value"}


def test_a_wrong_inherited_name_is_told_at_its_place_in_the_preset() -> None:
    found = [
        each
        for each in lint_text(HEAD + "tags: [security, billing]\n", "f.yaml").problems
        if each.code == "unknown_name"
    ]
    assert {each.file for each in found} == {"presets/base.yaml", "presets/p1-p3.yaml"}
    assert all('"legal_regulatory"' in each.what for each in found)
