"""What is an operation: its address, its messages, who may call it, and what makes it safe to repeat?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel


class Surface(StrEnum):
    """Who an operation is made for; platform operations stay inside what every platform can say."""

    PLATFORM = "platform"
    CONSOLE = "console"
    SYSTEM = "system"


class Scope(StrEnum):
    """What a key must hold."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    MESSAGES_PREPARE = "messages:prepare"
    MESSAGES_RELEASE = "messages:release"
    ESCALATIONS_WRITE = "escalations:write"
    HOOKS_WRITE = "hooks:write"
    REPORTS_READ = "reports:read"
    ADMIN = "admin"


class Repeat(StrEnum):
    """What makes a repeated request have one effect."""

    #: Nothing is changed.
    SAFE = "safe"
    #: Fields of the request itself; an idempotency key may be sent as well.
    NATURAL = "natural"
    #: The idempotency key, which must be sent.
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    response: type[BaseModel]
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    params: type[BaseModel] | None = None
    success: int = 200
    #: None where anybody may ask.
    scope: Scope | None = Scope.TICKETS_READ
    #: A person needs no scope: the operation itself asks for the person's right.
    by_right: bool = False
    surface: Surface = Surface.PLATFORM
    #: Answers may hold words of a ticket, so the platform table applies.
    carries_text: bool = False
    repeat: Repeat = Repeat.SAFE
    #: The request itself names records, which may not exist.
    names_records: bool = False

    @property
    def failures(self) -> tuple[int, ...]:
        """The statuses of the problems that the operation may answer with."""
        always = {429, 500, 503} if self.scope else {500, 503}
        needs_scope = {401, 403} if self.scope else set()
        # An idempotency key may be sent wherever something changes, and may be unusable.
        takes_input = {400} if self.request or self.query or self.repeat is not Repeat.SAFE else set()
        takes_body = {413, 415, 422} if self.request else set()
        names_record = {404} if self.params or self.names_records else set()
        changes = {409, 422} if self.repeat is not Repeat.SAFE else set()
        # Names in paths and queries may be unknown to the policy.
        unknown = {422} if self.params or self.query else set()
        return tuple(sorted(always | needs_scope | takes_input | takes_body | names_record | changes | unknown))


def reads(name: str, path: str, response: type[BaseModel], said: tuple[str, str], **more: Any) -> Operation:  # noqa: ANN401 - fields of Operation
    """Return an operation that reads something."""
    summary, description = said
    return Operation(
        name=name, method="GET", path=path, response=response, summary=summary, description=description, **more
    )


def works(
    name: str,
    path: str,
    messages: tuple[type[BaseModel] | None, type[BaseModel]],
    said: tuple[str, str],
    **more: Any,  # noqa: ANN401 - fields of Operation
) -> Operation:
    """Return an operation that changes something once for each idempotency key."""
    (request, response), (summary, description) = messages, said
    fixed: dict[str, Any] = {"scope": Scope.TICKETS_WRITE, "repeat": Repeat.KEY}
    return Operation(
        name=name,
        method="POST",
        path=path,
        request=request,
        response=response,
        summary=summary,
        description=description,
        **{**fixed, **more},
    )
