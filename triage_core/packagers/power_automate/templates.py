"""Which flows are shipped, and how are they called?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from triage_core.packagers.power_automate.naming import stable_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.packagers.power_automate.labels import Labels

Part = dict[str, Any]


class Template(NamedTuple):
    """One flow: its definition, and what the solution says of it."""

    stem: str
    name: str
    description: str
    id: str
    document: Part

    @property
    def file(self) -> str:
        """The member of the archive that holds it."""
        return f"Workflows/{''.join(filter(str.isalnum, self.name))}-{self.id.upper()}.json"

    @property
    def definition(self) -> Part:
        """What runs."""
        return dict(self.document["properties"]["definition"])

    @property
    def references(self) -> tuple[str, ...]:
        """The connection references that it binds."""
        bound = self.document["properties"]["connectionReferences"].values()
        return tuple(each["connection"]["connectionReferenceLogicalName"] for each in bound)


def templates_of(files: Mapping[str, bytes], labels: Labels) -> tuple[Template, ...]:
    """Return the flows in the order in which the solution names them."""
    return tuple(
        Template(stem, said.name, said.description, stable_id("flow", stem), json.loads(files[stem]))
        for stem, said in labels.flows.items()
    )
