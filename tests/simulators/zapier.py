"""What does Zapier do with a file of Zaps? A stand-in that runs one against a service and notes what others are told.

It follows steps in order, fills in mapped fields, stops at filters, walks paths, and parks a step that waits. Steps of
the integration are sent as the integration's own `calls` say; other apps only note what they got.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage_core.edge.message import Reply

Part = dict[str, Any]
_MAPPED: Final = re.compile(r"\{\{(\d+)__([^}]+)\}\}")
_KINDS: Final = {"write": "creates", "search": "searches"}
_REFUSED: Final = 400


class Halted(Exception):
    """A step was refused, or broke."""


@dataclass
class Run:
    """One run of a Zap: what each step gave, and where it stopped."""

    given: dict[str, Part]
    #: The step that waits for people, if one does.
    parked: str | None = None
    stopped_at: str | None = None


@dataclass
class Zapier:
    """The platform, with one Zap turned on."""

    zap: Part
    integration: Part
    #: Sends a request to the service.
    ask: Callable[..., Reply]
    #: What other apps were told: app and fields.
    told: list[tuple[str, Part]] = field(default_factory=list)
    #: Apps that break, as often as said.
    broken: dict[str, int] = field(default_factory=dict)

    def runs(self, trigger: Part) -> Run:
        """Run the Zap from its trigger."""
        root = str(self.zap["id"])
        run = Run({root: trigger})
        self._children(root, run)
        return run

    def goes_on(self, run: Run, key: str, given: Part | None = None) -> Run:
        """Go on with a run at a step: one that broke is run anew, one that waited is given its end."""
        run.parked = run.stopped_at = None
        if given is None:
            self._step(key, run)
        else:
            run.given[key] = given
            self._children(key, run)
        return run

    def _children(self, key: str, run: Run) -> None:
        for child, node in self.zap["nodes"].items():
            if str(node["parent_id"]) == key:
                self._step(child, run)

    def _step(self, key: str, run: Run) -> None:
        node = self.zap["nodes"][key]
        if node["type_of"] == "filter":
            if all(self._holds(each, run) for each in node["params"]["filter_criteria"]):
                self._children(key, run)
            return
        try:
            run.given[key] = self._done(node, run)
        except Halted:
            run.stopped_at = key
            return
        if node["action"] == "request_approval" and run.given[key]["approval_outcome"] == "open":
            run.parked = key
            return
        self._children(key, run)

    def _holds(self, criterion: Part, run: Run) -> bool:
        node, _, name = criterion["key"].partition("__")
        assert (criterion["match"], criterion["action"]) == ("iexact", "continue")
        return _text(run.given[node].get(name)).lower() == str(criterion["value"]).lower()

    def _done(self, node: Part, run: Run) -> Part:
        params = _filled(node["params"], run)
        app = node["selected_api"].partition("@")[0]
        if app == "TriageLoopCLIAPI":
            return self._called(node, params)
        if app == "BranchingAPI":
            return {}
        if app == "WebHookCLIAPI":
            headers = {name.replace("-", "_"): value for name, value in params["headers"].items()}
            return self._read(self.ask("POST", _path(params["url"]), params["data"], **headers))
        if self.broken.get(app):
            self.broken[app] -= 1
            raise Halted
        self.told.append((app, params))
        return {}

    def _called(self, node: Part, params: Part) -> Part:
        kind = _KINDS[node["type_of"]]
        call = self.integration["calls"][kind][node["action"]]
        fields = {name: value for name, value in params.items() if value not in {"", None}}
        path = re.sub(r"\{(\w+)\}", lambda found: quote(str(fields[found[1]]), safe=""), call["path"])
        query = {name: fields[name] for name in call.get("query", ()) if name in fields}
        body = {name: fields[name] for name in call["body"] if name in fields} if "body" in call else None
        reason = str(fields.get("once_per", ""))
        key = hashlib.sha256("\n".join((call["operation"], path, reason)).encode()).hexdigest()
        headers = {"idempotency_key": key} if "once_per" in call else {}
        answer = self._read(self.ask(call["method"], f"{path}?{urlencode(query)}", body, **headers))
        if kind == "creates" or call["finds"] == "one":
            return answer
        if not answer["items"]:
            raise Halted
        return dict(answer["items"][0])

    def _read(self, reply: Reply) -> Part:
        if reply.status >= _REFUSED:
            raise Halted(reply.body.decode())
        return dict(json.loads(reply.body))


def zap_of(file: Path) -> Part:
    """Return the Zap of a file."""
    return dict(json.loads(file.read_text("utf-8"))["zaps"][0])


def _filled(given: Any, run: Run) -> Any:
    if isinstance(given, dict):
        return {name: _filled(each, run) for name, each in given.items()}
    if not isinstance(given, str):
        return given
    if found := _MAPPED.fullmatch(given):
        return run.given[found[1]].get(found[2])
    return _MAPPED.sub(lambda found: _text(run.given[found[1]].get(found[2])), given)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
