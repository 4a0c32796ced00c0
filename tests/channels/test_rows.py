"""Does a mapping turn rows into tickets, and is a wrong mapping refused line by line?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channel_samples import EXAMPLES, SETTINGS, SETTINGS_OF, mapping, raw, submitted, told
from triage_core.channels import Normalised, parse_mapping
from triage_core.channels.mapping import MappingFile
from triage_core.channels.refusals import MappingInvalid, PayloadIncomplete, PayloadUnreadable
from triage_core.channels.rows import from_record, read
from triage_core.domain.happening import Happened

CSV, JSONL = mapping("generic-csv"), mapping("helpdesk-jsonl")
CELLS = st.none() | st.text(max_size=6) | st.integers()
SHORT = """
mapping: short
form: csv
source: old desk
ticket: {source_id: id, subject: text}
"""


def rows(place: str, using: MappingFile) -> list[Normalised]:
    """Return the tickets of a sample."""
    lines = raw(place).decode().splitlines(keepends=True)
    return [from_record(row.record, using, SETTINGS) for row in read(lines, using)]


def wrong(text: str) -> list[tuple[int, str]]:
    """Return line and code of each problem of a mapping."""
    with pytest.raises(MappingInvalid) as refused:
        parse_mapping(text, "m.yaml")
    return [(problem.line, problem.code) for problem in refused.value.problems]


class TestCsv:
    def test_the_sample_is_read_completely(self) -> None:
        printer, vpn = rows("csv/helpdesk.csv", CSV)
        ticket = submitted(printer)
        assert (ticket.source, ticket.source_id, ticket.channel) == ("helpdesk", "4711", "import")
        assert ticket.body == "Printer on floor 3\nprints empty pages"
        assert ticket.created_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
        assert ticket.tags == ("printer", "hardware")
        assert (ticket.intake["impact"], ticket.intake["affected_system"]) == ("low", "mail")
        assert submitted(vpn).intake["urgency"] == "high"

    def test_constants_are_declared(self) -> None:
        found = rows("csv/helpdesk.csv", CSV)[0]
        assert found.constants == ("customer_tier", "data_sensitivity")
        assert CSV.constants() == found.constants

    def test_events_stand_in_their_columns(self) -> None:
        printer, vpn = rows("csv/helpdesk.csv", CSV)
        assert [(event.what, event.at) for event in printer.events] == [
            (Happened.RESOLVED, datetime(2026, 3, 2, 10, 40, tzinfo=UTC))
        ]
        assert vpn.events == ()

    def test_a_bad_row_says_so_and_the_others_go_on(self) -> None:
        text = ["id,text\n", "1\n", "2,two\n", "3,three,more\n", '4,"' + "x" * 200_000 + '"\n', "5,five\n"]
        found = list(read(text, parse_mapping(SHORT, "m")))
        assert [row.problem for row in found] == ["wrong_number_of_cells", "", "wrong_number_of_cells", "no_csv", ""]
        assert [row.line for row in found] == [2, 3, 4, 5, 6]

    def test_missing_columns_are_named_at_once(self) -> None:
        with pytest.raises(PayloadIncomplete) as refused:
            list(read(["id,other\n"], parse_mapping(SHORT.replace("id, ", "nr, "), "m")))
        assert [problem.pointer for problem in refused.value.problems] == ["/nr", "/text"]

    def test_a_row_without_id_is_refused_by_its_column(self) -> None:
        with pytest.raises(PayloadIncomplete, match="/Ticket ID: expected the ticket's source_id"):
            from_record({"Ticket ID": "?", "Summary": "x"}, CSV, SETTINGS)

    def test_several_rows_are_not_one_payload(self) -> None:
        with pytest.raises(PayloadUnreadable, match="exactly one row below the header"):
            told("csv", raw("csv/helpdesk.csv"))

    @given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=8))
    def test_any_lines_are_rows_or_problems(self, lines: list[str]) -> None:
        found = list(read(["id,text\n", *lines], parse_mapping(SHORT, "m")))
        assert all(bool(row.record) is not bool(row.problem) for row in found)


class TestJsonl:
    def test_pointers_reach_into_a_row(self) -> None:
        quota, phishing = rows("jsonl/helpdesk.jsonl", JSONL)
        ticket = submitted(quota)
        assert (ticket.requester, ticket.customer, ticket.tags) == ("ida@customer.example", "Customer SAS", ("quota",))
        assert ticket.intake["impact"] == "low"
        assert submitted(phishing).tags == ("security",)

    def test_events_happen_only_where_all_columns_say_so(self) -> None:
        quota, phishing = rows("jsonl/helpdesk.jsonl", JSONL)
        assert [event.what for event in quota.events] == [Happened.RESOLVED, Happened.CLOSED]
        assert phishing.events == ()

    def test_a_bad_line_says_so_and_the_others_go_on(self) -> None:
        found = list(read(["{", "\n", "[1]", '{"id": 1}'], JSONL))
        assert [(row.line, row.problem) for row in found] == [(1, "no_json_object"), (3, "no_json_object"), (4, "")]

    def test_one_line_is_one_payload(self) -> None:
        line = raw("jsonl/helpdesk.jsonl").splitlines()[0]
        assert submitted(told("jsonl", line)).source_id == "9001"
        assert SETTINGS_OF["jsonl"].mapping is not None


class TestMappingFile:
    @pytest.mark.parametrize("name", ["generic-csv", "helpdesk-jsonl"])
    def test_the_shipped_mappings_are_sound(self, name: str) -> None:
        assert mapping(name).mapping == name
        assert (EXAMPLES / "mappings" / f"{name}.yaml").read_text(encoding="utf-8").startswith("#")

    def test_a_bare_name_is_a_column(self) -> None:
        assert parse_mapping(SHORT, "m").columns() == ("id", "text")

    @pytest.mark.parametrize(
        ("change", "problems"),
        [
            ("", []),
            ("froms: x", [(6, "unknown_key")]),
            ("times: {zone: Moon/Base}", [(6, "wrong_value")]),
            ("intake: {impact: {values: {a: b}}}", [(6, "wrong_value")]),
            ("events: [{what: exploded, at: t}]", [(6, "wrong_value")]),
            ("events:\n  - {what: resolved}", [(7, "missing_key")]),
            ("source: again", [(6, "duplicate_key")]),
            ("future: [text]", [(2, "wrong_value")]),
            ("- x", [(6, "yaml_syntax")]),
        ],
    )
    def test_every_problem_has_its_line(self, change: str, problems: list[tuple[int, str]]) -> None:
        if problems:
            assert wrong(f"{SHORT}{change}\n") == problems
        else:
            assert parse_mapping(SHORT, "m").source == "old desk"

    def test_reading_a_column_of_the_future_is_refused_by_name(self) -> None:
        with pytest.raises(MappingInvalid, match="text: it is listed as a column of the future"):
            parse_mapping(f"{SHORT}future: [text]\n", "m.yaml")

    def test_several_problems_are_told_at_once(self) -> None:
        assert len(wrong("mapping: m\nform: xml\nwhat: x\n")) == 4

    @given(
        st.dictionaries(
            st.sampled_from(["id", "text", "x"]), st.none() | st.text(max_size=6) | st.integers(), max_size=4
        )
    )
    def test_any_row_is_read_or_refused(self, record: dict[str, Any]) -> None:
        using = parse_mapping(SHORT, "m")
        if record_says(record, "id") and record_says(record, "text"):
            assert submitted(from_record(record, using, SETTINGS)).source == "old desk"
        else:
            with pytest.raises(PayloadIncomplete):
                from_record(record, using, SETTINGS)


def record_says(record: dict[str, Any], name: str) -> bool:
    """Tell whether a column holds something."""
    return record.get(name) is not None and bool(str(record[name]).strip())
