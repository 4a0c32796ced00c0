"""Is a rota file read as it is meant, and is everything that is wrong with it told at once, with its place?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from tests.sample_files import policy_text
from tests.sample_rotas import DAY, NOON, document, layer, rotas, version
from triage_core.domain.rota import Book, Rota, RotaInvalid, gaps
from triage_core.policyfile import load_policy, parse_policy
from triage_core.policyfile.rota import read_rota

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FILE = """\
rota: desk
zone: Europe/Berlin
layers:
  - name: weeks
    people: [ann, bob]
    starts: 2026-01-05
    turn: 1w
    handover_at: 09:00
    handover_on: mon
  - name: nights
    people: lee
    starts: 2026-01-05
    turn: 12h
    handover_at: 8:00
    only: {mon: 22:00-06:00}
"""


def read(text: str, **known: Any) -> Rota:
    return read_rota(text.encode(), "f.yaml", **known)


def wrong(part: Mapping[str, Any], **changes: Any) -> tuple[str, str, str]:
    """Return place, fault and remedy of the one thing that is wrong."""
    with pytest.raises(RotaInvalid) as refused:
        read(json.dumps(document(layer(**part), **changes)))
    (problem,) = refused.value.problems
    return problem.path, problem.what, problem.expected


def test_a_file_says_what_it_says() -> None:
    weeks, nights = read(FILE).layers
    assert (weeks.people, str(weeks.starts), weeks.turn, weeks.handover_at) == (("ann", "bob"), "2026-01-05", "1w", 540)
    assert (nights.people, nights.handover_at, nights.handover_on) == (("lee",), 480, None)
    assert nights.only is not None
    assert nights.only.mon == ((1_320, 360),)


@given(rotas())
def test_a_rota_is_the_same_after_it_was_written_down(written: Rota) -> None:
    assert Rota.model_validate_json(written.model_dump_json(by_alias=True)) == written
    assert read(written.model_dump_json(by_alias=True, exclude_none=True)) == written


@pytest.mark.parametrize(
    ("part", "path", "what", "expected"),
    [
        ({"turn": "1h"}, "/turn", '"1h" does not fit here', "a turn of at least 3h"),
        ({"turn": "0d"}, "/turn", '"0d" does not fit here', "the length of a turn such as 12h, 1d or 2w"),
        ({"turn": 7}, "/turn", "7 does not fit here", "text (put a number in quotes)"),
        ({"handover_at": 9}, "/handover_at", "9 does not fit here", "a time of day such as 09:00"),
        ({"handover_at": "24:00"}, "/handover_at", '"24:00" does not fit here', "a time of day such as 09:00"),
        ({"handover_on": "mo"}, "/handover_on", '"mo" does not fit here', "one of mon, tue, wed, thu, fri, sat, sun"),
        ({"only": {}}, "/only", "a mapping does not fit here", "hours on at least one weekday"),
        ({"only": {"mon": "9"}}, "/only/mon/0", '"9" does not fit here', "opening hours such as 09:00-17:30"),
        ({"people": []}, "/people", "a list does not fit here", "at least 1 entry"),
        ({"starts": "1969-12-31"}, "/starts", '"1969-12-31" does not fit here', "a day from 1970 to 2200"),
        ({"starts": "soon"}, "/starts", '"soon" does not fit here', "a date such as 2026-12-24"),
        (
            {"until": "2027"},
            "/until",
            'unknown key "until"',
            "one of name, people, starts, turn, handover_at, handover_on, only",
        ),
        (
            {"turn": "2d", "handover_on": "mon"},
            "/handover_on",
            '"mon" does not fit here',
            "no handover_on, because only turns of weeks have a day to change on",
        ),
    ],
)
def test_a_fault_in_a_layer_is_told_with_its_place(part: dict[str, Any], path: str, what: str, expected: str) -> None:
    assert wrong(part) == (f"/layers/0{path}", what, expected)


def test_a_fault_in_the_rota_is_told_with_its_place() -> None:
    assert wrong({}, zone="Europe/Berln") == (
        "/zone",
        '"Europe/Berln" does not fit here',
        "an IANA time zone such as Europe/Berlin",
    )
    assert wrong({}, zone="Europe")[0] == "/zone"
    assert wrong({}, layers=[layer(), layer()]) == (
        "/layers",
        "a list does not fit here",
        "a name of its own for each layer",
    )


def test_all_faults_are_told_at_once_by_line() -> None:
    with pytest.raises(RotaInvalid) as refused:
        read(FILE.replace("Europe", "Europa").replace("1w", "1 week").replace("name: nights", "label: nights"))
    assert [(problem.line, problem.code) for problem in refused.value.problems] == [
        (2, "wrong_value"),
        (7, "wrong_value"),
        (10, "missing_key"),
        (10, "unknown_key"),
    ]
    assert str(refused.value).splitlines()[0].startswith("f.yaml:2:7: ")


@pytest.mark.parametrize("text", ["", "[]", "rota", "rota: {", "rota: desk\nrota: desk"])
def test_what_is_no_rota_is_refused(text: str) -> None:
    with pytest.raises(RotaInvalid, match=r"^f\.yaml:\d"):
        read(text)


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(RotaInvalid, match="UTF-8"):
        read_rota("rota: d\xe4sk".encode("latin-1"), "f.yaml")


def test_people_and_rotas_that_the_policy_does_not_name_are_told() -> None:
    policy = parse_policy(policy_text(rotas=["desk-on-call"]), "p.yaml")
    with pytest.raises(RotaInvalid) as refused:
        read(FILE.replace("bob", "bobb").replace("people: lee", "people: leee"), policy=policy)
    assert [(each.path, each.code, each.nearest) for each in refused.value.problems] == [
        ("/rota", "unknown_name", "desk-on-call"),
        ("/layers/0/people/1", "unknown_name", "bob"),
        ("/layers/1/people", "unknown_name", "lee"),
    ]


def test_the_example_fits_its_policy_and_leaves_no_gap() -> None:
    policy = load_policy(EXAMPLES / "policies" / "internal-it.yaml")
    example = read_rota((EXAMPLES / "rotas" / "it-on-call.yaml").read_bytes(), "it-on-call.yaml", policy)
    book = Book(versions=(version(example),))
    assert gaps(book, NOON, NOON + 365 * DAY) == ()
