"""Does the flow hold addresses, secrets or ids that belong elsewhere?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, Weight, pointer
from triage_core.lowcode.power_automate.flow import part, text
from triage_core.lowcode.power_automate.rule import Check, Trouble, View
from triage_core.lowcode.power_automate.texts import texts
from triage_core.terminal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ADDRESS: Final = re.compile(r"https?://([\w.-]{1,253})", re.IGNORECASE)

#: Names that the Internet keeps for examples, and places that say they are to be filled in.
_EXAMPLE: Final = re.compile(
    r"(?:^|[.@])example\.(?:com|org|net)$|(?:^|\.)(?:test|example|invalid)$|^example\.", re.IGNORECASE
)
_SECRET: Final = re.compile(
    r"Bearer\s+[\w.~+/-]{16,}|xox[abposr]-[\w-]{10,}|\beyJ[\w-]{10,}\.[\w-]{10,}|\bsk-[\w-]{20,}|\bAKIA[0-9A-Z]{16}\b"
    r"|[?&](?:sig|code|key|token)=[\w%.~-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY|\btrg_[\w-]{16,}|\bghp_\w{20,}"
    r"|AccountKey=[\w+/=]{20,}|(?:password|pwd|secret|api[_-]?key)\s*[=:]\s*[^\s@{}'\"]{8,}",
    re.IGNORECASE,
)
_SECRET_NAME: Final = re.compile(
    r"(?:^|[/_-])(?:api-?key|x-api-key|authorization|password|secret|token)$", re.IGNORECASE
)
#: An address or a secret stands in no longer text.
_LOOKED_AT: Final = 20_000
_GUID: Final = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|19:[\w-]{10,}@thread")

#: Where a flow has ids of its own, or the platform's.
_OWN_IDS: Final = frozenset({"metadata", "host", "authentication", "$schema"})


def _fixed_texts(view: View) -> Iterator[tuple[str, str, str]]:
    """Yield every text of the flow that stands there as it is: its pointer, the name it has, and how it begins."""
    for step in view.flow.steps:
        for place, given in texts(step):
            if not _OWN_IDS & set(place[len(step.place) :]):
                yield pointer(*place), str(place[-1]), given[:_LOOKED_AT]
    for name, declared in view.flow.declared.items():
        if isinstance(declared, dict) and isinstance(declared.get("defaultValue"), str):
            yield view.flow.at("parameters", name, "defaultValue"), name, declared["defaultValue"]


def _mail_addresses(view: View) -> Iterator[Trouble]:
    for place, _name, given in _fixed_texts(view):
        found = [each for each in _MAIL.findall(given) if not _EXAMPLE.search(each)]
        if found and not given.startswith("@{") and "thread.tacv2" not in given:
            yield Trouble(place, "an e-mail address stands in the flow; it belongs into an environment variable")


def _hosts(view: View) -> Iterator[Trouble]:
    for place, name, given in _fixed_texts(view):
        hosts = [host for host in _ADDRESS.findall(given) if not _EXAMPLE.search(host.rstrip("."))]
        if hosts and name not in {"$schema", "id"}:
            yield Trouble(place, "the address of a server stands in the flow; it belongs into an environment variable")


def _secrets(view: View) -> Iterator[Trouble]:
    for place, name, given in _fixed_texts(view):
        is_named = bool(_SECRET_NAME.search(name)) and given and "@" not in given
        if is_named or _SECRET.search(given):
            yield Trouble(place, "this looks like a secret; everybody who may see the flow can read it")


def _ids(view: View) -> Iterator[Trouble]:
    for place, _name, given in _fixed_texts(view):
        if _GUID.search(given):
            yield Trouble(place, "an id of one environment stands in the flow; it belongs into an environment variable")


def _places(view: View) -> Iterator[Trouble]:
    for step in view.flow.steps:
        known = view.known.of(view.flow, step) if step.calls else None
        for name in known.places if known else ():
            given = step.parameters.get(name)
            if isinstance(given, str) and given and "@" not in given and not _GUID.search(given):
                told = f"`{name}` differs from one organisation to the next; it belongs into an environment variable"
                yield Trouble(step.at("inputs", "parameters", name), told)


def _embedded_connections(view: View) -> Iterator[Trouble]:
    for name, given in view.flow.references.items():
        connection = part(given, "connection")
        if text(connection, "name") or text(connection, "id") or text(given, "connectionName"):
            place = pointer("properties", "connectionReferences", name)
            yield Trouble(place, f"{quoted(name)} holds somebody's own connection, which nobody else can use")


CHECKS: Final = (
    Check(
        Rule(
            id="PA705",
            title="No e-mail addresses stand in a flow",
            why="On import into another environment, people hear of tickets that are not theirs.",
            bad='"emailMessage/To": "ops@contoso.com"',
            good='"emailMessage/To": "@parameters(\'Operations Mail (tri_OperationsMail)\')"',
        ),
        _mail_addresses,
    ),
    Check(
        Rule(
            id="PA706",
            title="No addresses of servers stand in a flow",
            why="The test environment then works on the live service.",
            bad='"uri": "https://triage.contoso.com/api"',
            good="the host of the connection, or an environment variable",
        ),
        _hosts,
    ),
    Check(
        Rule(
            id="PA707",
            title="No secrets stand in a flow",
            why="Everybody with whom the flow is shared, and every export of it, has them.",
            bad='"Authorization": "Bearer …"',
            good="a connection",
        ),
        _secrets,
    ),
    Check(
        Rule(
            id="PA708",
            title="No ids of one environment stand in a flow",
            why="In another environment the id names nothing, or something else.",
            bad='"body/recipient/groupId": "3f0a8f0e-5a5c-4b9e-9d0e-2b7f6f1c0a01"',
            good='"body/recipient/groupId": "@parameters(\'Teams Team (tri_TeamsTeam)\')"',
        ),
        _ids,
    ),
    Check(
        Rule(
            id="PA709",
            title="Teams and channels are named by environment variables",
            why="In another organisation the name is another one, and the message goes nowhere.",
            bad='"body/recipient/channelId": "general"',
            good='"body/recipient/channelId": "@parameters(\'Teams Channel (tri_TeamsChannel)\')"',
            weight=Weight.WARNING,
        ),
        _places,
    ),
    Check(
        Rule(
            id="PA710",
            title="A flow holds references, not connections",
            why="A connection belongs to one person in one environment; with it the flow cannot be handed on.",
            bad='"connection": {"name": "shared-teams-3f0a…"}',
            good='"connection": {"connectionReferenceLogicalName": "tri_Teams"}',
        ),
        _embedded_connections,
    ),
)
