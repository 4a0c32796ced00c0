"""Does a mapping file say what is wrong with it, and where?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replay.conftest import DESK_MAPPING, EXAMPLES, UCI_MAPPING
from triage_core.replay.loading import MappingInvalid, load_mapping, parse_mapping

SOUND = DESK_MAPPING.read_text()


def problems(old: str, new: str) -> list[str]:
    assert old in SOUND
    with pytest.raises(MappingInvalid) as caught:
        parse_mapping(SOUND.replace(old, new, 1), "m.yaml")
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("path", [DESK_MAPPING, UCI_MAPPING], ids=lambda path: path.name)
def test_the_examples_are_sound(path: Path) -> None:
    assert load_mapping(path).mapping == path.stem


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("updated_at: changed", "updated_at: solved_on", "m.yaml:17:15"),
        ("class: priority", "class: solved_on", "m.yaml:18:10"),
        ("assigned_to: agent", "assigned_to: solved_on", "m.yaml:19:16"),
        ("column: impact", "column: solved_on", "m.yaml:35:20"),
    ],
    ids=["time", "class", "person", "intake"],
)
def test_a_column_that_knows_the_future_cannot_be_used(old: str, new: str, place: str) -> None:
    expected = "expected a column that was known when its row was written"
    assert problems(old, new) == [
        f'{place}: the column "solved_on" is declared as future and may not be read; {expected}'
    ]


def test_no_example_reads_a_column_that_the_data_reference_calls_future() -> None:
    used = {column for _, column in load_mapping(UCI_MAPPING).uses()}
    assert not used & {"resolved_at", "resolved_by", "closed_at", "closed_code", "made_sla"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("source: desk", "sauce: desk", ['m.yaml:5:1: unknown key "sauce"', 'the key "source" is missing']),
        ("open: triaged", "open: merged", ["open does not fit; expected one of triaged, assigned"]),
        ("zone: UTC", "zone: Nowhere", ["zone does not fit: expected an IANA time zone"]),
        ("{constant: unspecified}", "{constant: x, column: y}", ["expected a column or a constant, and not both"]),
        ("{constant: unspecified}", "{}", ["expected a column or a constant, and not both"]),
        ("classes: {critical: P1", "klasses: {critical: P1", ['unknown key "klasses"']),
        ("calendar: resolution", "calendar: speed", ["calendar does not fit; expected one of intake, first_reply"]),
        ("source: desk", "source: desk\nsource: desk", ["stands here again"]),
    ],
    ids=["unknown key", "state", "zone", "two origins", "no origin", "classes", "metric", "twice"],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, expected: list[str]) -> None:
    found = "\n".join(problems(old, new))
    assert all(part in found for part in expected), found


def test_a_class_column_needs_its_words_explained() -> None:
    assert "expected classes" in "\n".join(problems("classes: {critical: P1, high: P2, moderate: P3, low: P4}", ""))


def test_broken_yaml_is_one_problem() -> None:
    with pytest.raises(MappingInvalid, match=r"m\.yaml:\d+:\d+: this is no valid YAML"):
        parse_mapping("mapping: [", "m.yaml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MappingInvalid, match="not UTF-8"):
        load_mapping(path)


def test_every_example_mapping_of_a_log_is_tested() -> None:
    logs = {path for path in (EXAMPLES / "mappings").glob("*.yaml") if "\nfuture:" in path.read_text()}
    assert logs == {DESK_MAPPING, UCI_MAPPING}
