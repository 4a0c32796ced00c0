"""What do all messages of the public promise have in common?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self, cast

from pydantic import BaseModel, ConfigDict

from triage_core.contract.fields import Cursor, Limit, field, listing

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

#: What limits a request; an answer tells what is stored, however it came in.
_LIMITS: Final = ("minLength", "maxLength", "minimum", "maximum", "pattern")


class Given(BaseModel):
    """What a caller sends: an unknown field is an error, a number stands for its text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False)
    #: Where the sample differs from the examples of its fields, which alone would not fit together.
    like: ClassVar[dict[str, Any]] = {}


class Told(BaseModel):
    """What a caller is told: every field is there every time, empty ones as null."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: Where the sample differs from the examples of its fields, which alone would not fit together.
    like: ClassVar[dict[str, Any]] = {}

    @classmethod
    def of(cls, **values: Any) -> Self:  # noqa: ANN401 - each field has its own type
        """Make an answer of values that are known to be right; each field must be given."""
        if values.keys() != cls.model_fields.keys():
            lacking, unknown = cls.model_fields.keys() - values.keys(), values.keys() - cls.model_fields.keys()
            raise AssertionError(f"{cls.__name__} lacks {sorted(lacking)} and knows no {sorted(unknown)}")
        return cast("Self", cls.model_construct(**values))

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core_schema)
        for said in handler.resolve_ref_schema(schema).get("properties", {}).values():
            for part in (said, *said.get("anyOf", ())):
                for limit in _LIMITS:
                    part.pop(limit, None)
        return schema


class Nothing(Told):
    """An answer without content."""


class Limited(Given):
    """How much of a list to return."""

    limit: Annotated[int, field("Limit", "How many items to return at most.", 100, ge=1, le=1_000)] = 1_000


class Paged(Given):
    """Which page of a list to return."""

    cursor: Cursor | None = None
    limit: Limit = 25


class Choice(Told):
    """One entry of a list to choose from."""

    id: Annotated[str, field("Value", "Value to send back.", "P1")]
    name: Annotated[str, field("Label", "What a person reads.", "P1 critical")]


class Choices(Told):
    """Entries to choose from, in the policy's order."""

    items: Annotated[tuple[Choice, ...], listing("Items", "Entries to choose from.")]


def names_in(csv: str | None) -> tuple[str, ...]:
    """Return the names of a list that was sent as one text, each once."""
    return tuple(dict.fromkeys(name for part in (csv or "").split(",") if (name := part.strip())))
