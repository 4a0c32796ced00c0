"""What does Slack do with a message? It takes it into a channel or a thread, or refuses it as the real one does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from tests.standins import slack_rules
from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

TOKEN: Final = "xoxb-stand-in-0123456789"
CHANNEL: Final = "C0INCIDENTS"
_KEPT_BY_THE_SCHEMA: Final = ("channel", "text", "blocks", "attachments", "thread_ts")


@dataclass
class Posted:
    """A message in a channel."""

    channel: str
    ts: str
    text: str
    blocks: list[Any] = field(default_factory=list)
    thread_ts: str | None = None
    #: How often it was changed.
    edits: int = 0


class SlackStandIn(StandIn):
    """A workspace with an app in it."""

    root: ClassVar[str] = "/api"
    schemas: ClassVar[tuple[str, ...]] = ("slack message",)

    def __init__(self, *channels: str) -> None:
        """Open with channels that the app is in, and people it can write to."""
        super().__init__()
        self.channels = {CHANNEL, *channels}
        #: Channels that exist and the app is not in.
        self.strange: set[str] = set()
        self.messages: list[Posted] = []

    def refusal(self, status: int) -> Any:
        """Return the document that comes with a failure."""
        return {"ok": False, "error": "ratelimited" if status == 429 else "internal_error"}

    def answer(self, request: Received) -> Said:
        """Carry a method of the Web API out; it says 200 to whatever it refuses."""
        proof = request.headers.get("authorization", "")
        if not proof:
            return _refused("not_authed")
        if proof != f"Bearer {TOKEN}":
            return _refused("invalid_auth")
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refused("invalid_form_data")
        methods = {"chat.postMessage": self._post, "chat.update": self._update}
        method = methods.get(request.steps[-1])
        return _refused("unknown_method") if method is None else method(request.json)

    def _post(self, given: dict[str, Any]) -> Said:
        channel = given.get("channel", "")
        if channel in self.strange:
            return _refused("not_in_channel")
        if channel not in self.channels:
            return _refused("channel_not_found")
        if (thread := given.get("thread_ts")) is not None and self._found(channel, thread) is None:
            return _refused("thread_not_found")
        if (refusal := self._refusal(given, slack_rules.LONGEST_TEXT)) is not None:
            return refusal
        ts = f"17{len(self.messages):08d}.000100"
        self.messages.append(Posted(channel, ts, given.get("text", ""), given.get("blocks", []), thread))
        return _done(self.messages[-1])

    def _update(self, given: dict[str, Any]) -> Said:
        known = self._found(given.get("channel", ""), given.get("ts", ""))
        if known is None:
            return _refused("message_not_found")
        if len(given.get("text", "").encode()) > slack_rules.LONGEST_CHANGED:
            return _refused("msg_too_long")
        if (refusal := self._refusal(given, slack_rules.LONGEST_TEXT)) is not None:
            return refusal
        known.text, known.blocks = given.get("text", ""), given.get("blocks", [])
        known.edits += 1
        return _done(known)

    def _found(self, channel: str, ts: str) -> Posted | None:
        return next((each for each in self.messages if (each.channel, each.ts) == (channel, ts)), None)

    def _refusal(self, given: dict[str, Any], longest: int) -> Said | None:
        blocks = given.get("blocks", [])
        if not given.get("text") and not blocks:
            return _refused("no_text")
        if len(given.get("text", "")) > longest:
            return _refused("msg_too_long")
        if faults := slack_rules.faults_of(blocks):
            return _refused("invalid_blocks", faults)
        if slack_rules.length_of(blocks) > slack_rules.LONGEST_ALTOGETHER:
            return _refused("msg_blocks_too_long")
        kept = {name: given[name] for name in _KEPT_BY_THE_SCHEMA if name in given}
        if against := complaints("slack message", kept):
            self.complaints += against
            return _refused("invalid_blocks", against)
        return None


def _refused(error: str, messages: list[str] | None = None) -> Said:
    more = {"response_metadata": {"messages": [f"[ERROR] {each}" for each in messages]}} if messages else {}
    return Said(200, {"ok": False, "error": error, **more})


def _done(message: Posted) -> Said:
    shown = {"text": message.text, "blocks": message.blocks}
    return Said(200, {"ok": True, "channel": message.channel, "ts": message.ts, "message": shown})
