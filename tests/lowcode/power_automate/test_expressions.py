"""Are expressions of the workflow language read as the platform reads them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.lowcode.power_automate.expressions import (
    Call,
    ExpressionFault,
    Literal,
    Member,
    Template,
    expression,
    template,
)

if TYPE_CHECKING:
    from triage_core.lowcode.power_automate.expressions import Expression

BODY = Call("body", (Literal("A"),))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", Template(("plain",))),
        ("", Template(())),
        ("me@example.com", Template(("me@example.com",))),
        ("@@body", Template(("@body",))),
        ("a @@{b}", Template(("a @{b}",))),
        ("@body('A')", Template((BODY,), is_value=True)),
        ("@{body('A')}", Template(("", BODY))),
        ("x @{body('A')} y", Template(("x ", BODY, " y"))),
        ("@{body('A')}@{1}", Template(("", BODY, "", Literal(1)))),
        ("@ body('A') ", Template((BODY,), is_value=True)),
    ],
)
def test_a_text_is_words_and_values(text: str, read: Template) -> None:
    assert template(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("'it''s'", Literal("it's")),
        ("''", Literal("")),
        ("-12", Literal(-12)),
        ("1.5e3", Literal(1500.0)),
        ("TRUE", Literal(True)),
        ("null", Literal(None)),
        ("body('A')['b']", Member(BODY, Literal("b"), is_optional=False)),
        ("body('A')?['b']", Member(BODY, Literal("b"), is_optional=True)),
        ("body('A').b", Member(BODY, Literal("b"), is_optional=False)),
        ("body('A')?.b", Member(BODY, Literal("b"), is_optional=True)),
        ("body('A')?[0]", Member(BODY, Literal(0), is_optional=True)),
        ("add(1, 2)", Call("add", (Literal(1), Literal(2)))),
        ("utcNow()", Call("utcNow", ())),
    ],
)
def test_an_expression_is_read(text: str, read: Expression) -> None:
    assert expression(text) == read


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("@", 2, "should stand here"),
        ("@name", 2, "no function call"),
        ("@body('A'", 10, "`)` should stand here, not the end"),
        ("@body('A", 7, "the quotes are not closed"),
        ("@body('A') and more", 12, "the end should stand here"),
        ("x @{body('A')", 14, "`}` should stand here"),
        ("@body('A')?", 12, "`.` or `[`"),
        ("@body('A')[]", 12, "should stand here"),
        ("@add(1,)", 8, "should stand here"),
        ("@1 + 2", 4, "no meaning"),
        ("@" + "not(" * 100, 0, "nested too deeply"),
        ("@body('A')" + "[0]" * 100, 0, "too many parts"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, at: int, reason: str) -> None:
    with pytest.raises(ExpressionFault, match="character") as raised:
        template(text)
    assert reason in str(raised.value)
    assert at in {0, raised.value.at + 1}


@given(st.text(alphabet="@{}()[]?.,'a1 -\\\"", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert 0 <= _place_of_fault(text) <= len(text)


def _place_of_fault(text: str) -> int:
    try:
        template(text)
    except ExpressionFault as fault:
        return fault.at
    return 0


@given(st.text(max_size=60))
def test_a_text_without_the_sign_stays_as_it_is(text: str) -> None:
    if "@" not in text:
        assert "".join(map(str, template(text).parts)) == text
