"""Is the page for users right: does its recipe work as it stands, and does it name what there is?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.gate_office import GateOffice
from tests.small_policy import COMPLETE
from triage_core.contract.operations import OPERATIONS
from triage_core.packagers.zapier.overlay import zapier_overlay

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "zapier.md").read_text("utf-8")
RECIPE = PAGE[PAGE.index("## With Webhooks by Zapier alone") : PAGE.index("## Plans")]
TRIGGER = {
    **COMPLETE,
    "id": "7",
    "updated_at": "1",
    "subject": "printer",
    "description": "smoke",
    "requester": "jo@example.com",
}


def cell(name: str) -> str:
    found = re.search(rf"^\| {name} \| (.*) \|$", RECIPE, flags=re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_recipe_triages_a_ticket_once() -> None:
    office = GateOffice()
    body = re.search(r"```json\n(.*?)```", RECIPE, flags=re.DOTALL)
    assert body is not None
    filled = re.sub(r"\{\{(\w+)\}\}", lambda found: str(TRIGGER[found[1]]), body[1])
    method, url = cell("Method").strip("`"), urlsplit(cell("URL").strip("`"))
    assert url.scheme == "https"
    headers = dict(re.findall(r"`([\w-]+)` = (your key|`[^`]+`)", cell("Headers")))
    assert headers == {"x-api-key": "your key", "Content-Type": "`application/json`"}
    told = [json.loads(office.ask(method, url.path, json.loads(filled), x_api_key="zaps").body) for _ in range(2)]
    assert [each["outcome"] for each in told] == ["triaged", "known"]
    named = re.findall(r"`(\w+)`", RECIPE[RECIPE.index("The answer is flat") : RECIPE.index(" and more.")])
    assert set(named) <= told[0].keys()


def test_the_recipe_sends_the_members_that_the_contract_knows() -> None:
    row = OPERATIONS["SubmitTicket"]
    body = json.loads(re.findall(r"```json\n(.*?)```", RECIPE, flags=re.DOTALL)[0])
    assert (cell("Method"), urlsplit(cell("URL").strip("`")).path) == (f"`{row.method}`", row.path)
    assert row.request is not None
    assert body.keys() <= {field.alias or name for name, field in row.request.model_fields.items()}


@pytest.mark.parametrize("label", [item.label for item in zapier_overlay().offered.values()])
def test_the_page_names_every_step(label: str) -> None:
    assert label in PAGE


def test_the_page_names_every_file_of_zaps() -> None:
    files = {path.name for path in (Path(__file__).resolve().parents[2] / "zapier" / "zaps").glob("*.json")}
    assert files == set(re.findall(r"^\| `([\w-]+\.json)` \|", PAGE, flags=re.MULTILINE))


def test_the_page_promises_no_templates_and_no_tested_import() -> None:
    assert "template" not in PAGE.lower().replace("templates speak", "")
    assert "No file of Zaps was imported by Zapier" in PAGE
