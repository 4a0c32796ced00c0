"""What does Microsoft's own runtime make of the repository's root? Run as a program, it writes one JSON document.

One process can hold one app, so this is a program of its own. It says what the runtime found, what every operation of
the script replied, and how the timers ended: for an office that knows its callers, or alone as in a fresh installation.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure_functions_runtime as runtime

from tests.conftest import REPOSITORY
from tests.edge.functions_messages import PROTOS
from tests.edge.sample_edge import Office
from tests.edge.script import SCRIPT, Ask
from triage_core import compose
from triage_core.edge.timers import TIMERS

BASE = "https://triage.example.com"


def sent(name: str, message: object) -> SimpleNamespace:
    return SimpleNamespace(request=SimpleNamespace(**{name: message}), properties={"host": "host", "protos": PROTOS})


async def indexed() -> list[Any]:
    """Let the runtime import the app; what it refuses ends the program with its own words."""
    message = SimpleNamespace(capabilities={}, function_app_directory=str(REPOSITORY))
    begun = await runtime.worker_init_request(sent("worker_init_request", message))
    if begun.result.status != PROTOS.StatusResult.Success:
        sys.exit(begun.result.exception.message)
    found = await runtime.functions_metadata_request(sent("functions_metadata_request", None))
    return list(found.function_metadata_results or [])


async def invoked(function_id: str, name: str, data: object, params: dict[str, Any]) -> Any:
    message = SimpleNamespace(
        invocation_id=f"invocation of {name}",
        function_id=function_id,
        input_data=[PROTOS.ParameterBinding(name=name, data=data)],
        trigger_metadata=params,
        trace_context=SimpleNamespace(trace_parent="", trace_state="", attributes={}),
        retry_context=SimpleNamespace(retry_count=0, max_retry_count=0, exception=None),
    )
    return await runtime.invocation_request(sent("invocation_request", message))


def http_of(ask: Ask) -> object:
    request, address = ask.request(), urlsplit(ask.path)
    body = PROTOS.TypedData(bytes=request.body)
    query = dict(parse_qsl(address.query))
    fields = {"method": request.method, "url": BASE + ask.path, "headers": dict(request.headers), "query": query}
    return PROTOS.TypedData(http=PROTOS.RpcHttp(**fields, params={}, body=body))


def told(response: Any) -> dict[str, Any]:
    if response.result.status != PROTOS.StatusResult.Success:
        return {"failure": response.result.exception.message}
    if response.return_value is None:
        return {}
    http = response.return_value.http
    body = base64.b64encode(http.body.bytes).decode()
    return {"status": int(http.status_code), "headers": dict(http.headers), "body": body}


async def main(mode: str) -> dict[str, Any]:
    if mode == "office":
        # Nobody has a key of a fresh installation, so an office stands in that knows its callers.
        office = Office()
        compose.Installation.services = lambda _self: office.services  # type: ignore[assignment, method-assign] # above
    functions = {made.name: made for made in await indexed()}
    runtime.start_threadpool_executor()
    replies = [told(await invoked(functions[ask.name].function_id, "req", http_of(ask), {})) for ask in SCRIPT]
    tick = PROTOS.TypedData(json=json.dumps({"Schedule": {}, "ScheduleStatus": None, "IsPastDue": False}))
    timers = {name: told(await invoked(functions[name].function_id, "tick", tick, {})) for name in TIMERS}
    runtime.stop_threadpool_executor()
    bindings = {name: [json.loads(raw) for raw in made.raw_bindings] for name, made in functions.items()}
    return {"bindings": bindings, "replies": replies, "timers": timers}


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(main(sys.argv[2]))), encoding="utf-8")
