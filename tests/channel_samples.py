"""Which payloads and settings do the tests of channels share? The shipped samples, and a tenant that reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.small_policy import policy
from triage_core.channels import ChannelSettings, MappingFile, Normalised, normalise, parse_mapping
from triage_core.channels.zendesk_fields import ZendeskMapping, channel_tables
from triage_core.domain.submission import Submission

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
CHANNELS = EXAMPLES / "channels"
ROWS = {"csv", "jsonl"}

POLICY = policy()
ZENDESK = ZendeskMapping(
    fields={
        "impact": 360001,
        "urgency": 360002,
        "affected_system": 360003,
        "customer_tier": 360004,
        "data_sensitivity": 360005,
        "triage_class": 360010,
        "triage_severity": 360011,
        "triage_stamp": 360012,
    },
    groups={"desk": 98738, "identity": 98739},
    agents={"ann": 235323, "lee": 235324},
    priorities={"P1": "urgent", "P2": "high", "P3": "normal"},
    api_user=777,
)
FIELDS, VALUES = channel_tables(POLICY, ZENDESK)
SETTINGS = ChannelSettings(
    tenant="acme",
    own_addresses=("help@example.com", "@examplehelp@social.example", "777"),
    message_domain="help.example.com",
)


def mapping(name: str) -> MappingFile:
    """Return a shipped mapping."""
    return parse_mapping((EXAMPLES / "mappings" / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


SETTINGS_OF = {
    "zendesk_ticket": replace(SETTINGS, fields=FIELDS, values=VALUES),
    "zendesk_webhook": replace(SETTINGS, fields=FIELDS, values=VALUES),
    "csv": replace(SETTINGS, mapping=mapping("generic-csv")),
    "jsonl": replace(SETTINGS, mapping=mapping("helpdesk-jsonl")),
}


def raw(place: str) -> bytes:
    """Return the bytes of a sample."""
    return (CHANNELS / place).read_bytes()


def data(place: str) -> Any:
    """Return what a JSON sample says."""
    return json.loads(raw(place))


def read(place: str, **changes: Any) -> Normalised:
    """Normalise a sample under its channel's settings, some of them changed."""
    return told(place.partition("/")[0], raw(place), **changes)


def told(channel: str, payload: Any, **changes: Any) -> Normalised:
    """Normalise bytes or a JSON document under a channel's settings, some of them changed."""
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return normalise(channel, content, replace(SETTINGS_OF.get(channel, SETTINGS), **changes))


def submitted(found: Normalised) -> Submission:
    """Return the submission of a payload that must hold one."""
    assert found.submission is not None
    return found.submission


def samples() -> dict[str, bytes]:
    """Return the payloads of all channels by place; rows stand for themselves."""
    files = sorted(path for path in CHANNELS.glob("*/*") if path.suffix != ".md")
    found = {str(path.relative_to(CHANNELS)): path.read_bytes() for path in files if path.parent.name not in ROWS}
    header, *rows = raw("csv/helpdesk.csv").decode().split("\n47")
    found |= {f"csv/{number}": f"{header}\n47{row}".encode() for number, row in enumerate(rows)}
    lines = raw("jsonl/helpdesk.jsonl").splitlines()
    return found | {f"jsonl/{number}": line for number, line in enumerate(lines)}
