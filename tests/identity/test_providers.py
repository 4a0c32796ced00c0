"""Are settings of identity providers read strictly, and are secrets kept out of complaints?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from triage_core.identity.providers import ProvidersInvalid, providers_from

ENTRA: dict[str, Any] = {
    "issuer": "https://login.example.com/t/v2.0",
    "tenant": "acme",
    "audience": "api://triage",
    "client_id": "console",
    "client_secret": "hush",
}


def test_no_setting_trusts_nobody() -> None:
    assert providers_from(" ") == ()


def test_a_provider_is_read() -> None:
    (provider,) = providers_from(json.dumps([{**ENTRA, "connectors": ["flows"]}]))
    assert (provider.tenant, provider.connectors, provider.client_id) == ("acme", ("flows",), "console")


@pytest.mark.parametrize("issuer", ["http://login.example.com", "ftp://x", "http://127.0.0.1.evil.example.com/"])
def test_a_provider_without_encryption_is_refused(issuer: str) -> None:
    with pytest.raises(ProvidersInvalid, match="0/issuer"):
        providers_from(json.dumps([{**ENTRA, "issuer": issuer}]))


@pytest.mark.parametrize(
    "written", ["{", "{}", json.dumps([{**ENTRA, "extra": 1}]), json.dumps([{"client_secret": "hush"}])]
)
def test_a_complaint_names_places_and_no_values(written: str) -> None:
    with pytest.raises(ProvidersInvalid) as refused:
        providers_from(written)
    assert "hush" not in str(refused.value)


def test_people_of_a_tenant_sign_in_at_one_place() -> None:
    elsewhere = {**ENTRA, "issuer": "https://login.example.org/"}
    with pytest.raises(ProvidersInvalid, match="one client_id"):
        providers_from(json.dumps([ENTRA, elsewhere]))


def test_an_issuer_stands_for_one_tenant() -> None:
    with pytest.raises(ProvidersInvalid, match="each issuer once"):
        providers_from(json.dumps([ENTRA, {**ENTRA, "tenant": "other"}]))
