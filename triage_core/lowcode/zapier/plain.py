"""Does a step of Webhooks by Zapier call the service as the contract asks?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from triage_core.lowcode.findings import Rule
from triage_core.lowcode.zapier.rule import Check, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.zapier.catalogue import Part
    from triage_core.lowcode.zapier.rule import View
    from triage_core.lowcode.zapier.zap import Node

_METHODS: Final = {"post": "POST", "get": "GET", "put": "PUT"}


def _calls(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.is_plain_call:
            yield from _wrong(node, str(node.params["url"]), view.known.calls())


def _wrong(node: Node, url: str, calls: list[Part]) -> Iterator[Trouble]:
    place = f"{node.pointer}/params"
    scheme, path = _read(url)
    if scheme != "https":
        yield Trouble(f"{place}/url", "the key would go in the clear; begin with https://")
    fitting = [call for call in calls if _fits(call["path"], path) and call["method"] == _METHODS.get(node.action)]
    if not fitting:
        yield Trouble(f"{place}/url", "the service has no such operation")
        return
    headers = node.params.get("headers")
    names = {str(name).lower() for name in headers} if isinstance(headers, dict) else set()
    if "x-api-key" not in names:
        yield Trouble(f"{place}/headers", "the header x-api-key is missing")
    if "once_per" in fitting[0] and "idempotency-key" not in names:
        yield Trouble(f"{place}/headers", "the header Idempotency-Key is missing")
    data = node.params.get("data")
    for name in sorted(data.keys() - {*fitting[0].get("body", ())} if isinstance(data, dict) else ()):
        yield Trouble(f"{place}/data", f"the operation {fitting[0]['operation']} takes no {name}")


def _read(url: str) -> tuple[str, str]:
    try:
        found = urlsplit(url)
    except ValueError:
        return "", ""
    return found.scheme, found.path


def _fits(known: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path) is not None


CHECKS: Final = (
    Check(
        Rule(
            id="ZP030",
            title="A plain webhook calls an operation as the contract asks",
            why="What is refused stops the run, and a call without its key may have its effect twice.",
            bad='"url": "http://triage.example.com/api/v1/ticket"',
            good='"url": "https://triage.example.com/api/v1/tickets", "headers": {"x-api-key": "CHANGE-ME"}',
        ),
        _calls,
    ),
)
