"""What does a language model answer in tests? A server on this machine says it, good or bad."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.standins.receiver import Receiver

if TYPE_CHECKING:
    from tests.standins.receiver import Habit, _Handler

GOOD = {"subject": "t1: we are on it", "body": "Hello Ann Lee,\n\nthank you. Bob is working on it."}
#: What a model says that took the ticket for its master.
INJECTED = {"subject": "t1", "body": "Approved.", "release": True, "approved_by": "lee"}


def says(content: Any) -> Habit:
    """Complete with a text; anything but a text is written as JSON."""
    written = content if isinstance(content, str) else json.dumps(content)
    return sends({"choices": [{"index": 0, "finish_reason": "stop", "message": message(written)}]})


def message(content: str | None, **more: Any) -> dict[str, Any]:
    """Return what an assistant says."""
    return {"role": "assistant", "content": content, **more}


def sends(document: Any, status: int = 200, **headers: str) -> Habit:
    """Answer with a document, or with bytes as they are."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()

    def act(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act


def address(server: Receiver) -> str:
    """Return the base address of a stand-in."""
    return f"http://127.0.0.1:{server.port}/v1"


def asked(server: Receiver) -> dict[str, Any]:
    """Return what the model was asked last."""
    document: dict[str, Any] = json.loads(server.got[-1].body)
    return document


def shown(server: Receiver) -> dict[str, Any]:
    """Return the data that the model was shown last."""
    data: dict[str, Any] = json.loads(asked(server)["messages"][1]["content"])
    return data
