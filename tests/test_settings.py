"""Is an installation that is not set up told what it lacks?"""

from __future__ import annotations

import pytest

from triage_core.settings import SettingsInvalid, settings_from


def test_settings_come_from_the_environment() -> None:
    settings = settings_from({"TRIAGE_DATABASE_URL": "memory:", "TRIAGE_PUBLIC_URL": "https://triage.example.com"})
    assert (settings.database_url, settings.public_url) == ("memory:", "https://triage.example.com")


def test_an_empty_variable_counts_as_missing() -> None:
    assert settings_from({"TRIAGE_DATABASE_URL": "memory:", "TRIAGE_PUBLIC_URL": ""}).public_url is None
    with pytest.raises(SettingsInvalid, match="TRIAGE_DATABASE_URL"):
        settings_from({"TRIAGE_DATABASE_URL": ""})


@pytest.mark.parametrize("address", ["http://triage.example.com", "https://a/b", "https://user:hunter2@a", "hunter2"])
def test_a_public_address_that_is_not_safe_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsInvalid, match="TRIAGE_PUBLIC_URL") as refused:
        settings_from({"TRIAGE_DATABASE_URL": "memory:", "TRIAGE_PUBLIC_URL": address})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000/", "http://[::1]"])
def test_an_address_on_this_machine_needs_no_encryption(address: str) -> None:
    assert settings_from({"TRIAGE_DATABASE_URL": "memory:", "TRIAGE_PUBLIC_URL": address}).public_url == address
