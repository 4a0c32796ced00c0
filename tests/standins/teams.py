"""What does the webhook of a Teams workflow do with a card? It takes one of a known version that is not too large."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

CARD: Final = "application/vnd.microsoft.card.adaptive"
#: What is said of messages by webhook; the limit of workflows themselves is written nowhere.
MOST_BYTES: Final = 28 * 1024
NEWEST: Final = (1, 5)


class TeamsStandIn(StandIn):
    """A workflow that posts whatever card it gets."""

    root: ClassVar[str] = "/workflows/0123/triggers/manual/paths/invoke"
    schemas: ClassVar[tuple[str, ...]] = ("adaptive card",)

    def __init__(self) -> None:
        """Begin with an empty channel."""
        super().__init__()
        self.cards: list[dict[str, Any]] = []

    def answer(self, request: Received) -> Said:
        """Take a card; what is wrong with one is told, unlike by the real one, which posts nothing and says less."""
        if request.method != "POST" or not request.headers.get("content-type", "").startswith("application/json"):
            return _refused("only JSON can be posted")
        if len(request.body) > MOST_BYTES:
            return Said(413, {"error": {"code": "RequestEntityTooLarge", "message": "the message is too large"}})
        if faults := self._faults(request.json):
            return _refused("; ".join(faults))
        self.cards.append(request.json["attachments"][0]["content"])
        return Said(202)

    def _faults(self, given: Any) -> list[str]:
        attachments = given.get("attachments") if isinstance(given, dict) else None
        if given.get("type") != "message" or not isinstance(attachments, list) or len(attachments) != 1:
            return ["expected a message with one attachment"]
        if attachments[0].get("contentType") != CARD:
            return ["expected an Adaptive Card"]
        card = attachments[0].get("content")
        found = _faults_of(card)
        against = complaints("adaptive card", card) if not found else []
        self.complaints += against
        return found or against


def _faults_of(card: Any) -> list[str]:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["expected the type AdaptiveCard"]
    version = str(card.get("version", ""))
    parts = version.split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return ["expected a version"]
    if (int(parts[0]), int(parts[1])) > NEWEST:
        return ["the version is newer than the client's"]
    return [] if card.get("body") or card.get("actions") else ["the card is empty"]


def _refused(message: str) -> Said:
    return Said(400, {"error": {"code": "TriggerInputSchemaMismatch", "message": message}})
