"""Does the reference page name everything, and does the code that it shows work?"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from triage_core.contract.event_rows import EVENTS
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import PROBLEMS
from triage_core.packagers.reference import reference_page
from triage_core.packagers.tables import Tables

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
BODY = b'{"id":"e1"}'


@pytest.fixture(scope="session")
def page() -> str:
    """The page as it is generated."""
    return reference_page(Tables())


@pytest.fixture(scope="session")
def is_genuine(page: str) -> Any:
    """The function that the page tells receivers to use."""
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/api.md", "exec"), names)  # noqa: S102 - the page's own code is what is tested
    return names["is_genuine"]


def _signed(body: bytes, at: datetime) -> dict[str, str]:
    return {
        "webhook-id": "e1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": "v1,old " + Webhook(SECRET).sign("e1", at, body.decode()),
    }


def test_page_names_every_operation_code_and_event(page: str) -> None:
    headings = set(re.findall(r"^### (.+)$", page, flags=re.MULTILINE))
    assert OPERATIONS.keys() | {str(event) for event in EVENTS} <= headings
    assert all(f"| `{code}` |" in page for code in PROBLEMS)


def test_every_link_inside_the_page_has_its_heading(page: str) -> None:
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", page, flags=re.MULTILINE)}
    assert set(re.findall(r"\(#(\w+)\)", page)) <= headings


def test_a_row_of_a_table_has_as_many_cells_as_its_head(page: str) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", page, flags=re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table


def test_shown_check_takes_a_delivery_of_the_service(is_genuine: Any) -> None:
    assert is_genuine(SECRET, _signed(BODY, datetime.now(UTC)), BODY)


def test_shown_check_refuses_another_body(is_genuine: Any) -> None:
    assert not is_genuine(SECRET, _signed(BODY, datetime.now(UTC)), BODY + b" ")


def test_shown_check_refuses_an_old_delivery(is_genuine: Any) -> None:
    assert not is_genuine(SECRET, _signed(BODY, datetime.now(UTC) - timedelta(minutes=6)), BODY)
