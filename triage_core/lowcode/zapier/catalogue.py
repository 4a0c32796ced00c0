"""Which steps does the integration have, what do they ask for, and what do they give?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from triage_core.lowcode.zapier.zap import Node

Part = dict[str, Any]

#: In which part of the integration the steps of a kind are.
_PARTS: Final = {"read": "triggers", "write": "creates", "search": "searches"}


class Catalogue:
    """The integration, as files of Zaps name its steps."""

    def __init__(self, integration: Part) -> None:
        """Take what the packager makes."""
        self._integration: Final = integration

    def step(self, node: Node) -> Part | None:
        """Return what the integration says of a step of ours."""
        found: Part | None = self._integration.get(_PARTS.get(node.kind, ""), {}).get(node.action)
        return None if found is None or found["display"].get("hidden") else found

    def asked(self, node: Node) -> dict[str, bool]:
        """Return which fields a step asks for, and whether it needs them."""
        step = self.step(node) or {"operation": {}}
        return {field["key"]: field.get("required", False) for field in step["operation"].get("inputFields", ())}

    def given(self, node: Node) -> frozenset[str]:
        """Return which fields a step gives."""
        step = self.step(node) or {"operation": {"sample": {}}}
        return frozenset(step["operation"]["sample"])

    def calls(self) -> list[Part]:
        """Return how every step calls the service."""
        return [*self._integration["calls"]["creates"].values(), *self._integration["calls"]["searches"].values()]
