"""Does the search for words of gated texts miss no way out?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Route

from tests.edge.sample_edge import ticket
from tests.gate_office import GateOffice, Outlets
from tests.sample_ladders import URGENT
from triage_core.contract.operations import OPERATIONS
from triage_core.domain.sending import Surface

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARAMETER = re.compile(r"\{\w+(?::path)?\}")
#: The way to a provider and back tells nothing of tickets.
_ELSEWHERE = ("/sign-in/oidc/{tenant}", "/sign-in/oidc/{tenant}/callback")


@pytest.fixture(scope="module")
def outlets() -> Iterator[Outlets]:
    with Outlets() as opened:
        yield opened


@pytest.fixture
def office(outlets: Outlets) -> GateOffice:
    """An urgent ticket with a text that waits for approval."""
    opened = GateOffice(outlets=outlets)
    opened.post("lee", "tickets", ticket(source="zendesk", source_id="1", **URGENT))
    given = {"kind": "first_response", "to_csv": "jo@example.com", "subject": "zq1zq", "body": "Hello, zq1zq. Desk"}
    opened.post("ann", "tickets/t1/messages", given)
    return opened


def missed(templates: list[str], paths: list[str]) -> list[str]:
    """Return the templates of addresses that no path fits."""
    bare = [path.partition("?")[0] for path in paths]
    found = {template: re.compile(_PARAMETER.sub("[^/]+", template)) for template in templates}
    return [template for template, fits in found.items() if not any(map(fits.fullmatch, bare))]


def test_every_reading_operation_is_read(office: GateOffice) -> None:
    templates = [operation.path for operation in OPERATIONS.values() if operation.method == "GET"]
    assert missed(templates, [f"/api/v1/{path}" for path in office.paths(lists=True)]) == []


def test_every_page_is_looked_at(office: GateOffice) -> None:
    assert office.pages is not None
    pages = [page for page in office.pages.routes if isinstance(page, Route)]
    templates = [page.path for page in pages if "GET" in (page.methods or ())]
    requests = [f"/approvals/{name}" for name, _ in office.pages.requests_seen_by("lee")]
    assert requests
    assert missed([each for each in templates if each not in _ELSEWHERE], [*office.pages.paths(), *requests]) == []


def test_something_arrives_by_every_surface_and_hook(office: GateOffice, outlets: Outlets) -> None:
    office.sends()
    office.writes_pages()
    ways = {way for way, _ in outlets.arrived()}
    told = {surface.value for surface in Surface if surface is not Surface.ZENDESK_TICKET}  # by the same account
    assert ways == {"webhook", *told}


def test_what_an_approver_reads_would_be_found(office: GateOffice) -> None:
    assert office.pages is not None
    shown = {who: "zq1zq" in "".join(page for _, page in office.pages.requests_seen_by(who)) for who in ("lee", "bob")}
    assert shown == {"lee": True, "bob": False}
