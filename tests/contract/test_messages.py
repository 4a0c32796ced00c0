"""How are moments, lists and the intake form read?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from triage_core.contract.intake import Intake, pointer_to, values_of
from triage_core.contract.messages import Choice, names_in
from triage_core.contract.tickets import Submission

TICKET = {"source": "mail", "source_id": "1", "subject": "printer"}


def test_a_moment_is_read_in_its_zone_and_kept_in_utc() -> None:
    given = Submission.model_validate({**TICKET, "created_at": "2026-03-02T10:00:00+01:00"})
    assert given.created_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert given.model_dump(mode="json")["created_at"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("moment", ["2026-03-02", "1700000000", 1_700_000_000, "1969-12-31T23:59:59Z", True])
def test_what_is_no_moment_with_a_zone_is_refused(moment: object) -> None:
    with pytest.raises(ValidationError):
        Submission.model_validate({**TICKET, "created_at": moment})


@pytest.mark.parametrize(("csv", "names"), [(None, ()), ("", ()), (" a , b,,a ", ("a", "b"))])
def test_a_list_in_one_text_is_read_name_by_name(csv: str | None, names: tuple[str, ...]) -> None:
    assert names_in(csv) == names


def test_the_form_is_read_by_name_and_by_line_and_named_fields_win() -> None:
    given = Intake.model_validate({"impact": "high", "other_fields": "region = emea=north\n\nimpact=low"})
    assert values_of(given) == {"region": "emea=north", "impact": "high"}
    assert (pointer_to("impact"), pointer_to("region")) == ("/impact", "/other_fields")


@pytest.mark.parametrize("lines", ["region", "=emea", "a=b\nregion"])
def test_a_line_without_a_name_and_a_value_is_refused(lines: str) -> None:
    with pytest.raises(ValidationError):
        Intake.model_validate({"other_fields": lines})


def test_an_answer_that_lacks_a_field_is_a_mistake_of_the_program() -> None:
    with pytest.raises(AssertionError, match="lacks"):
        Choice.of(id="a")
