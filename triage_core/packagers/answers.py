"""How are the answers of an operation said in Swagger 2.0?"""

from __future__ import annotations

from typing import Any, Final

from triage_core.packagers import downgrade

Part = dict[str, Any]

#: Headers of answers that no step of a flow reads.
LEFT_OUT_HEADERS: Final = frozenset({"X-Correlation-Id"})


def answers(source: Part, said: Part) -> Part:
    """Return the answers of an operation of the OpenAPI document."""
    place = said["operationId"]
    return {status: _answer(source, looked_up(source, each), place) for status, each in said["responses"].items()}


def looked_up(source: Part, given: Part) -> Part:
    """Return a part that may stand under the document's components."""
    if "$ref" not in given:
        return given
    found: Part = source
    for step in given["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def _answer(source: Part, said: Part, place: str) -> Part:
    (content,) = said["content"].values()
    headers = {
        name: downgrade.header(looked_up(source, given), place)
        for name, given in said["headers"].items()
        if name not in LEFT_OUT_HEADERS
    }
    answer = {"description": said["description"], "schema": downgrade.downgraded(content["schema"], place)}
    return answer | ({"headers": headers} if headers else {})
