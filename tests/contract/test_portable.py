"""Does everything that platforms call stay inside what every platform can say?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from triage_core.contract.fields import field, listing
from triage_core.contract.messages import Given, Told
from triage_core.contract.operation import Operation, Repeat, Surface
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import Problem
from triage_core.contract.shape import Kind, NotPortable, Shape, sample_of, shapes_of

PLATFORM = [row for row in OPERATIONS.values() if row.surface is Surface.PLATFORM]
MESSAGES = sorted(
    {message for row in PLATFORM for message in (row.request, row.query, row.params, row.response) if message},
    key=lambda message: message.__name__,
)
PRODUCTS = re.compile(
    r"\b(power automate|power apps|zapier|make\.com|slack|teams|zendesk|servicenow|copilot)\b", re.IGNORECASE
)
SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to"}


def fields_of(message: type[BaseModel]) -> Iterator[Shape]:
    for shape in shapes_of(message):
        yield from (shape, *shape.records)


@pytest.mark.parametrize("message", [*MESSAGES, Problem], ids=lambda message: message.__name__)
def test_every_field_says_what_it_is(message: type[BaseModel]) -> None:
    for shape in fields_of(message):
        words = [word for word in re.findall(r"[A-Za-z]+", shape.title) if word not in SMALL_WORDS]
        assert words, shape.name
        assert all(word[0].isupper() for word in words), shape.title
        assert re.fullmatch(r"[A-Za-z0-9 ()]{2,64}", shape.title), shape.title
        assert shape.description[0].isupper()
        assert shape.description.endswith("."), shape.description
        assert shape.description.rstrip(".").lower() != shape.title.lower()
        assert not PRODUCTS.search(shape.title + shape.description), shape.description
        assert shape.example is not None, shape.name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", shape.name), shape.name


@pytest.mark.parametrize("message", [*MESSAGES, Problem], ids=lambda message: message.__name__)
def test_the_sample_of_a_message_is_a_valid_one(message: type[BaseModel]) -> None:
    sample = sample_of(message)
    assert sample.keys() == {shape.name for shape in shapes_of(message)}
    message.model_validate(
        {name: value for name, value in sample.items() if value is not None or message_is_told(message)}
    )


def message_is_told(message: type[BaseModel]) -> bool:
    return issubclass(message, Told)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_a_request_limits_every_text_and_an_answer_tells_what_is_stored(message: type[BaseModel]) -> None:
    for shape in fields_of(message):
        if issubclass(message, Told):
            assert (shape.longest, shape.most, shape.required) == (None, None, True), shape.name
        elif shape.kind is Kind.TEXT and not shape.choices:
            assert shape.longest, shape.name


@pytest.mark.parametrize("row", PLATFORM, ids=lambda row: row.name)
def test_queries_and_paths_carry_single_values(row: Operation) -> None:
    for message in (row.query, row.params):
        assert all(shape.kind is not Kind.RECORDS for shape in shapes_of(message)) if message else True


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_an_operation_is_described_in_a_sentence_of_the_third_person(row: Operation) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z0-9 ()]{2,79}", row.summary)
    first, *rest = row.description.split()
    assert (first.endswith("s"), first[0].isupper(), row.description.endswith(".")) == (True, True, True)
    assert rest
    assert not PRODUCTS.search(row.description)


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_the_parameters_of_a_path_are_those_of_its_model(row: Operation) -> None:
    named = re.findall(r"\{(\w+)\}", row.path)
    assert named == ([shape.name for shape in shapes_of(row.params)] if row.params else [])
    assert re.fullmatch(r"[A-Z][A-Za-z]+", row.name)


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_an_operation_says_what_makes_it_safe_to_repeat(row: Operation) -> None:
    if row.method == "GET":
        assert (row.repeat, row.request) == (Repeat.SAFE, None)
    assert row.scope is not None or row.surface is Surface.SYSTEM


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_the_statuses_of_problems_are_told_one_by_one(row: Operation) -> None:
    assert {500, 503} <= set(row.failures) <= {400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503}
    assert (401 in row.failures, 429 in row.failures) == (row.scope is not None, row.scope is not None)
    assert (400 in row.failures) >= (row.repeat is Repeat.KEY)


class Inner(Given):
    value: Annotated[str, field("Value", "Any value.", "x")]


class Middle(Given):
    inner: Annotated[tuple[Inner, ...], listing("Inner", "Deeper records.")]


class TooDeep(Given):
    middle: Annotated[tuple[Middle, ...], listing("Middle", "Records with records.")]


class OfTwoKinds(Given):
    value: Annotated[str | int, field("Value", "Any value.", "x")]


class FreeForm(Given):
    value: Annotated[dict[str, str], field("Value", "Any value.", {"a": "b"})]


class OpenEnded(BaseModel):
    value: Annotated[str, field("Value", "Any value.", "x")]


class PlainList(Given):
    value: Annotated[tuple[str, ...], listing("Value", "Bare texts.")]


class OfOddKind(Given):
    value: Annotated[date, field("Value", "Any value.", "2026-03-02")]


class Pattern(Given):
    value: Annotated[str, Field(title="Value", description="Any value.", pattern="x")]


@pytest.mark.parametrize("message", [TooDeep, OfTwoKinds, FreeForm, OpenEnded, PlainList, OfOddKind, Pattern])
def test_what_some_platform_cannot_say_is_refused_and_not_guessed(message: Any) -> None:
    with pytest.raises(NotPortable):
        shapes_of(message)
