"""Which operations let go of texts, and give persons what is theirs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import retention
from triage_core.contract.operation import Operation, Repeat, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_ADMIN: Final[dict[str, Any]] = {"surface": Surface.CONSOLE, "scope": Scope.ADMIN}


def _does(
    name: str, path: str, sent: tuple[type[BaseModel] | None, type[BaseModel]], said: tuple[str, str]
) -> Operation:
    """Return an operation that finds nothing left to do when it comes again."""
    return works(name, f"{_V1}/{path}", sent, said, repeat=Repeat.NATURAL, **_ADMIN)


ROWS: Final = (
    reads(
        "PlanRetention",
        f"{_V1}/retention",
        retention.RetentionReport,
        ("Plan retention", "Tells which texts are due under the policy's rules, and changes nothing."),
        **_ADMIN,
    ),
    _does(
        "RunRetention",
        "retention/run",
        (None, retention.RetentionReport),
        ("Run retention", "Lets go of the texts that are due under the policy's rules."),
    ),
    _does(
        "ExportPerson",
        "persons/export",
        (retention.ExportWish, retention.PersonExport),
        ("Export a person", "Returns everything that is kept of a person."),
    ),
    _does(
        "ErasePerson",
        "persons/erase",
        (retention.PersonWish, retention.PersonErasure),
        ("Erase a person", "Erases every text of a person's closed tickets, and the person's profile."),
    ),
)
