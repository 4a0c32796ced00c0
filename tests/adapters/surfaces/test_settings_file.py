"""Is a file of surfaces read whole, or refused with all that is wrong and none of its secrets?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sample_surfaces import SET_UP
from triage_core.adapters.surfaces.settings_file import SurfacesInvalid, set_up
from triage_core.compose import open_surfaces
from triage_core.domain.sending import Surface
from triage_core.settings import Settings

EVERYTHING: dict[str, Any] = {
    **{surface.value: dict(settings) for surface, settings in SET_UP.items()},
    "email": {"host": "smtp.acme.example", "sender": "Support <support@acme.example>"},
}
EVERYTHING["zendesk"]["writeback"] = {"fields": {"triage_class": 1}, "groups": {"desk": 2}}


def written(folder: Path, document: object, name: str = "surfaces.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def problems(path: Path, environment: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(SurfacesInvalid) as refused:
        set_up(path, environment or {})
    return refused.value.problems


def changed(tmp_path: Path, surface: str, **fields: Any) -> tuple[str, ...]:
    given = {name: value for name, value in {**EVERYTHING[surface], **fields}.items() if value is not None}
    return problems(written(tmp_path, {"acme": {surface: given}}))


def test_everything_can_be_set_up(tmp_path: Path) -> None:
    found = set_up(written(tmp_path, {"acme": EVERYTHING, "other": {}}), {})
    assert [surface for surface in Surface if found["acme"].of(surface) is not None] == list(Surface)
    assert [surface for surface in Surface if found["other"].of(surface) is not None] == []


def test_a_toml_file_does_as_well(tmp_path: Path) -> None:
    text = '[acme.slack]\ntoken = "env:ACME_SLACK"\nchannel = "C0INCIDENTS"\n'
    found = set_up(written(tmp_path, text, "surfaces.toml"), {"ACME_SLACK": "xoxb-1"})
    assert found["acme"].slack is not None
    assert found["acme"].slack.token.get_secret_value() == "xoxb-1"


def test_each_service_has_its_address(tmp_path: Path) -> None:
    regions = {"pagerduty": {"routing_key": "k", "region": "eu"}, "opsgenie": {"key": "k", "region": "eu"}}
    found = set_up(written(tmp_path, {"acme": EVERYTHING, "europe": regions}), {})
    bases = {surface.value: found["acme"].of(surface).base for surface in SET_UP if surface is not Surface.TEAMS}
    assert bases == {
        "slack": "https://slack.com/api",
        "notion": "https://api.notion.com/v1",
        "zendesk": "https://acme.zendesk.com/api/v2",
        "pagerduty": "https://events.pagerduty.com/v2",
        "opsgenie": "https://api.opsgenie.com/v2",
    }
    europe = found["europe"]
    assert europe.of(Surface.PAGERDUTY).base == "https://events.eu.pagerduty.com/v2"
    assert europe.of(Surface.OPSGENIE).base == "https://api.eu.opsgenie.com/v2"


def test_all_that_is_wrong_is_told_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    document = {
        "acme": {
            "slack": {"token": "env:NOT_THERE", "channel": "general hunter2"},
            "teams": {"url": "https://evil.example/hunter2"},
            "email": {"host": "smtp.acme.example", "sender": "hunter2", "port": "hunter2"},
            "notion": {"token": "hunter2 hunter2"},
            "fax": {"number": "hunter2"},
        },
        "other": {"zendesk": {"subdomain": "hunter2.", "email": "hunter2"}},
    }
    found = problems(written(tmp_path, document))
    told = " ".join(found)
    assert "hunter2" not in told
    for place in (
        "acme/slack/token (set the variable NOT_THERE)",
        "acme/slack/channel (expected the id of a channel, such as C0123456789)",
        "acme/teams (its address cannot be used: its host is not on the list",
        "acme/email/sender (expected a mailbox such as",
        "acme/email/port (",
        "acme/notion/token (expected a secret without spaces and line breaks)",
        "acme/fax (there is no such key)",
        "other/zendesk/subdomain (",
        "other/zendesk/email (",
        "other/zendesk/token (it is missing)",
    ):
        assert place in told


@pytest.mark.parametrize(
    ("surface", "fields", "words"),
    [
        ("notion", {"page": SET_UP[Surface.NOTION]["data_source"]}, "either data_source or page"),
        ("notion", {"data_source": None}, "either data_source or page"),
        ("email", {"sender": "a..b@acme.example"}, "expected a mailbox"),
        ("email", {"username": "a"}, "both username and password"),
        ("email", {"password": "a"}, "both username and password"),
        ("email", {"security": "none"}, "security starttls or tls"),
        ("email", {"host": "localhost"}, "a relay on this machine is for tests"),
        ("slack", {"address": "http://127.0.0.1:9"}, "must begin with https://"),
        ("slack", {"address": "https://slack.evil.example"}, "a stand-in on this machine"),
        ("teams", {"url": "http://a.logic.azure.com/x"}, "must begin with https://"),
        ("teams", {"url": "https://a.logic.azure.com:8443/x"}, "must use port 443"),
        ("pagerduty", {"region": "mars"}, "us or eu"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, surface: str, fields: dict[str, Any], words: str) -> None:
    assert words in " ".join(changed(tmp_path, surface, **fields))


@pytest.mark.parametrize(
    ("document", "name", "words"),
    [
        ('{"acme": hunter2', "surfaces.json", "its form, line 1"),
        ('[acme]\n"hunter2"\n', "surfaces.toml", "its form, line 2"),
        ("[]", "surfaces.json", "the file ("),
        ('{"acme": 7}', "surfaces.json", "acme ("),
        ("{}", "surfaces.yaml", "its name"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, document: str, name: str, words: str) -> None:
    told = " ".join(problems(written(tmp_path, document, name)))
    assert words in told
    assert "hunter2" not in told


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "No such file" in problems(tmp_path / "surfaces.json")[0]
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"\xff\xff")
    assert "UTF-8" in problems(broken)[0]


def test_many_problems_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, {f"t{number}": {"slack": {}} for number in range(40)})
    with pytest.raises(SurfacesInvalid, match="and 50 more"):
        set_up(path, {})


def test_nothing_is_set_up_unless_a_file_says_so(tmp_path: Path) -> None:
    opened = open_surfaces(Settings(database_url="memory:"))
    assert (list(opened.of("acme")), opened.sender("acme", Surface.SLACK)) == ([], None)
    path = written(tmp_path, {"acme": {"slack": EVERYTHING["slack"]}})
    opened = open_surfaces(Settings(database_url="memory:", surfaces=str(path)), {})
    assert list(opened.of("acme")) == [Surface.SLACK]
    assert opened.sender("acme", Surface.SLACK) is opened.sender("acme", Surface.SLACK) is not None
    assert opened.sender("acme", Surface.EMAIL) is opened.sender("other", Surface.SLACK) is None


def test_settings_show_no_secret(tmp_path: Path) -> None:
    found = set_up(written(tmp_path, {"acme": EVERYTHING}), {})
    secrets = [
        str(value) for held in SET_UP.values() for name, value in held.items() if name in {"token", "key", "url"}
    ]
    assert not [secret for secret in secrets if secret in repr(found)]
