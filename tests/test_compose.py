"""Does every URL lead to its store, and every mistake to a word of help?"""

from __future__ import annotations

import pytest

from triage_core.adapters.failures import DriverMissing, UrlUnsupported
from triage_core.adapters.memory import MemoryStore
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.compose import open_services, open_store, receivers_of
from triage_core.domain.receivers import PLATFORM_HOSTS, HostPatternInvalid, Receivers
from triage_core.settings import settings_from


def test_memory_needs_nothing() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


def test_sqlite_is_opened_by_its_url() -> None:
    store = open_store("sqlite://")
    assert isinstance(store, SqliteStore)
    store.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_driver_of_postgres_is_chosen(postgres_url: str, scheme: str) -> None:
    store = open_store(postgres_url.replace("postgresql+psycopg", scheme))
    store.close()


@pytest.mark.parametrize("url", ["", "mysql://user:hunter2@host/db", "triage.db"])
def test_an_unknown_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UrlUnsupported, match="sqlite:///FILE") as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage_core.compose.find_spec", lambda _name: None)
    with pytest.raises(DriverMissing, match=r"triage-core\[postgres\]"):
        open_store("postgresql://localhost/triage")


def test_the_platforms_receive_events_unless_the_settings_name_others() -> None:
    named = {"TRIAGE_WEBHOOK_HOSTS": " Hooks.Example.com, *.n8n.example.org,", "TRIAGE_WEBHOOK_ALLOW_LOOPBACK": "true"}
    memory = {"TRIAGE_DATABASE_URL": "memory:"}
    assert receivers_of(settings_from(memory)) == Receivers(hosts=PLATFORM_HOSTS)
    own = Receivers(hosts=("hooks.example.com", "*.n8n.example.org"), allow_loopback=True)
    assert receivers_of(settings_from({**memory, **named})) == own


def test_a_list_of_receivers_that_lets_everybody_in_is_refused() -> None:
    with pytest.raises(HostPatternInvalid):
        open_services(settings_from({"TRIAGE_DATABASE_URL": "memory:", "TRIAGE_WEBHOOK_HOSTS": "*"}))


def test_an_installation_registers_and_delivers() -> None:
    services, _ = open_services(settings_from({"TRIAGE_DATABASE_URL": "memory:"}))
    assert services.courier is not None
    assert services.courier.round().messages == 0


def test_nobody_stops_all_tenants_over_the_network_unless_the_settings_name_the_operator() -> None:
    memory = {"TRIAGE_DATABASE_URL": "memory:"}
    assert open_services(settings_from(memory))[0].operator_tenant is None
    assert open_services(settings_from({**memory, "TRIAGE_OPERATOR_TENANT": "ops"}))[0].operator_tenant == "ops"
