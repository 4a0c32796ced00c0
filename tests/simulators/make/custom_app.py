"""What does the custom app do when somebody uses its parts? Its code is read, and its calls are really made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.simulators.make.evaluating import is_empty, mapped
from triage_core.lowcode.make.iml import APP
from triage_core.packagers.make import app_files
from triage_core.packagers.tables import Tables

FILES: Final = app_files(Tables())
MANIFEST: Final = json.loads(FILES["makecomapp.json"])
BASE: Final = json.loads(FILES["general/base.iml.json"])


class AppError(Exception):
    """A call ended with an error, of one of Make's kinds."""

    def __init__(self, kind: str, message: str, status: int) -> None:
        """Keep all of it."""
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.status = status


def code_of(kind: str, name: str) -> dict[str, Any]:
    """Return the code of a part by the names of the manifest."""
    files = MANIFEST["components"][kind][name]["codeFiles"]
    return {part: json.loads(FILES[path]) for part, path in files.items() if path}


@dataclass
class Connected:
    """The app with a connection, in somebody's scenario."""

    client: httpx.Client
    connection: dict[str, str]
    calls: list[httpx.Response] = field(default_factory=list)

    def label(self) -> str:
        """Try the connection, and return what Make shows for it."""
        code = code_of("connection", "apiKey")["communication"]
        body = self._asked(code, {"parameters": self.connection}, base={})
        return str(mapped(code["response"]["metadata"]["value"], {"body": body}, APP))

    def choices(self, name: str) -> list[dict[str, Any]]:
        """Return what a drop-down offers."""
        code = code_of("rpc", name)["communication"]
        items = self._asked(code, {"parameters": {}})["items"]
        return [mapped(code["response"]["output"], {"item": item}, APP) for item in items]

    def act(self, module: str, **parameters: Any) -> Any:
        """Run an action, and return its bundle."""
        code = code_of("module", module)["communication"]
        return mapped(code["response"]["output"], {"body": self._asked(code, {"parameters": parameters})}, APP)

    def search(self, module: str, **parameters: Any) -> list[Any]:
        """Run a search over all its pages up to the limit, and return its bundles."""
        code = code_of("module", module)["communication"]
        names: dict[str, Any] = {"parameters": parameters}
        limit = mapped(code["response"].get("limit", 1000), names, APP)
        paging, found = code.get("pagination"), list[Any]()
        more: dict[str, Any] = {}
        while True:
            body = self._asked(code, names, more=more)
            found += mapped(code["response"]["iterate"], {"body": body}, APP)
            if not paging or len(found) >= limit or is_empty(mapped(paging["condition"], {"body": body}, APP)):
                return found[:limit]
            more = mapped(paging["qs"], {"body": body}, APP)

    def attach(self, url: str, event_type: str) -> dict[str, Any]:
        """Register a webhook, and return what is kept of it."""
        code = code_of("webhook", "events")["attach"]
        body = self._asked(code, {"webhook": {"url": url}, "parameters": {"event_type": event_type}})
        return dict(mapped(code["response"]["data"], {"body": body}, APP))

    def detach(self, kept: dict[str, Any]) -> None:
        """Remove it."""
        self._asked(code_of("webhook", "events")["detach"], {"webhook": kept})

    def _asked(self, code: Any, names: dict[str, Any], base: Any = BASE, more: Any = None) -> Any:
        known = {**names, "connection": self.connection}
        call = mapped({key: code[key] for key in ("url", "method", "headers", "qs", "body") if key in code}, known, APP)
        url = call["url"] if "://" in call["url"] else mapped(base["baseUrl"], known, APP) + call["url"]
        response = self.client.request(
            call["method"],
            url,
            headers={**mapped(base.get("headers", {}), known, APP), **call.get("headers", {})},
            params={key: value for key, value in {**call.get("qs", {}), **(more or {})}.items() if value is not None},
            json=_without_nothing(call["body"]) if call.get("body") else None,
        )
        self.calls.append(response)
        if not response.is_success:
            raise self._error(response)
        return response.json()

    @staticmethod
    def _error(response: httpx.Response) -> AppError:
        told = BASE["response"]["error"]
        known = {"statusCode": response.status_code, "body": response.json()}
        kind = told.get(str(response.status_code), told)
        return AppError(kind["type"], mapped(kind["message"], known, APP), response.status_code)


def _without_nothing(value: Any) -> Any:
    """Leave out what is not set, as JSON does with what is undefined."""
    if isinstance(value, dict):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    return value
