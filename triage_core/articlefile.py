"""Which articles stand in a YAML file, and what is wrong with each that cannot be used?

A file is a list of articles and is taken whole or not at all.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from triage_core.domain.errors import TriageError
from triage_core.domain.knowledge.article import LONGEST_PART, LONGEST_TITLE, MOST_TAGS, Article
from triage_core.domain.policy.values import Name

if TYPE_CHECKING:
    from datetime import datetime

_SHOWN: Final = 20
_Part = Annotated[str, Field(max_length=LONGEST_PART)]
_Tag = Annotated[str, Field(pattern=r"^[^\s,;][^,;\n]{0,59}$")]


class Written(BaseModel):
    """One article as somebody writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    problem: Annotated[_Part, Field(min_length=1)]
    cause: _Part = ""
    workaround: _Part = ""
    solution: _Part = ""
    notes: tuple[_Part, ...] = ()
    tags: Annotated[tuple[_Tag, ...], Field(max_length=MOST_TAGS)] = ()
    affected_system: Name | None = None
    service_line: Name | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    owner: Name | None = None
    review_by: date | None = None


class ArticleFileInvalid(TriageError):
    """A file of articles cannot be used."""

    code = "article_file_invalid"

    def __init__(self, problems: tuple[str, ...]) -> None:
        """List what is wrong, the first ones in full."""
        rest = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        told = "; ".join(problems[:_SHOWN])
        super().__init__(f"no article was imported: {told}{rest}; correct the file and import it again")
        self.problems = problems


_FILE: Final = TypeAdapter(tuple[Written, ...])


def read_articles(raw: bytes, tenant: str, at: datetime, by: str) -> tuple[Article, ...]:
    """Read a file; raises `ArticleFileInvalid` with all that is wrong."""
    try:
        written = _FILE.validate_python(yaml.safe_load(raw) or ())
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ArticleFileInvalid((f"this is no YAML ({_place(error)})",)) from error
    except ValidationError as error:
        raise ArticleFileInvalid(tuple(_told(each) for each in error.errors(include_input=False))) from error
    if twice := _twice([each.id for each in written]):
        raise ArticleFileInvalid(tuple(f"{name}: the id stands more than once" for name in twice))
    return tuple(Article(tenant=tenant, changed_at=at, changed_by=by, **each.model_dump()) for each in written)


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "it cannot be read"


def _told(error: Any) -> str:  # noqa: ANN401 - what pydantic reports
    number, *place = error["loc"] or ("?",)
    named = "/".join(map(str, place)) or "the article"
    shown = number + 1 if isinstance(number, int) else number
    return f"article {shown}, {named}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
