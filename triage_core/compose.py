"""Which adapters does this installation use? The only module that puts them together."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from triage_core import telemetry
from triage_core.adapters.failures import DriverMissing, UrlUnsupported
from triage_core.adapters.ids import time_ordered
from triage_core.domain.receivers import PLATFORM_HOSTS, HostPatternInvalid, ReceiverRefused, Receivers
from triage_core.domain.redaction import redact
from triage_core.identity.desk import Identity, open_identity
from triage_core.identity.providers import providers_from
from triage_core.identity.workspaces import workspaces_from
from triage_core.ports import Profiles, Store
from triage_core.profiles.cached import CachedProfiles
from triage_core.profiles.table import TableProfiles
from triage_core.service.access import NO_SURFACES, Services
from triage_core.service.composing import Composer
from triage_core.service.delivering import Courier, Pace
from triage_core.service.drafting import Drafting
from triage_core.service.hooks import HookRegister
from triage_core.service.sending import Dispatcher
from triage_core.service.triage import Triage
from triage_core.settings import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage_core.adapters.surfaces.opened import OpenedSurfaces
    from triage_core.identity.slack import SlackDoor
    from triage_core.service.sending import NoSurfaces
    from triage_core.settings import Settings
    from triage_core.writer_ports import Writer


#: So soon a change of a profile shows on new tickets.
_PROFILES_KEPT = timedelta(minutes=1)


def system_clock() -> datetime:
    """Return the moment it is now."""
    return datetime.now(UTC)


def open_triage(
    url: str,
    now: Callable[[], datetime] = system_clock,
    new_id: Callable[[], str] | None = None,
    profiles: Profiles | None = None,
) -> Triage:
    """Open the use cases over the store that a URL names; without a clock and ids of the caller's, over real ones.

    Profiles come from the store's own table unless the caller has another source of them.
    """
    store = open_store(url)
    known = CachedProfiles(profiles or TableProfiles(store), _PROFILES_KEPT)
    return Triage(store, now, new_id or time_ordered(now), known)


class Installation:
    """The services of an installation, opened when the first request needs them."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        """Open nothing yet; settings that cannot be used are told to whoever asks."""
        self._settings = settings
        self._opened: tuple[Services, Identity] | None = None
        self._lock = Lock()

    def services(self) -> Services:
        """Return the services, the same ones every time."""
        return self._open()[0]

    def identity(self) -> Identity:
        """Return what knows people and platforms."""
        return self._open()[1]

    def _open(self) -> tuple[Services, Identity]:
        with self._lock:
            if self._opened is None:
                self._opened = open_services(self._settings())
            return self._opened

    def close(self) -> None:
        """Finish what is under way and release the database."""
        with self._lock:
            if self._opened is not None:
                self._opened[0].triage.store.close()
            self._opened = None


def open_services(settings: Settings) -> tuple[Services, Identity]:
    """Open everything that operations are carried out with, and what knows who may."""
    providers = providers_from(settings.oidc_providers)
    triage = open_triage(settings.database_url)
    identity = open_identity(triage.store.vault, triage.playbooks, system_clock, providers)
    address = settings.public_url.rstrip("/") if settings.public_url else None
    receivers = receivers_of(settings)
    surfaces = open_surfaces(settings)
    triage.surfaces = surfaces
    services = Services(
        triage,
        gatekeeper=identity.gatekeeper,
        hooks=HookRegister(triage.store, receivers, system_clock),
        now=system_clock,
        public_url=address,
        courier=open_courier(triage.store, receivers),
        drafting=Drafting(open_writer(settings), lambda text: redact(text).text),
        surfaces=surfaces,
        dispatcher=open_dispatcher(triage, surfaces, address, has_buttons=bool(settings.slack_signing)),
        operator_tenant=settings.operator_tenant,
        slack=open_slack(settings, identity),
    )
    telemetry.watch(triage.store, system_clock)
    return services, identity


def open_slack(settings: Settings, identity: Identity) -> SlackDoor | None:
    """Return what knows who presses buttons in Slack, where workspaces are set up; raises `WorkspacesInvalid`."""
    if not settings.slack_signing:
        return None
    from triage_core.adapters.surfaces import reach, slack_replies  # noqa: PLC0415 - as above
    from triage_core.identity.slack import SlackDoor  # noqa: PLC0415 - nobody pays for a surface that is not used

    replies = slack_replies.opened(reach.reach(allow_loopback=settings.webhook_allow_loopback))
    workspaces = workspaces_from(Path(settings.slack_signing), os.environ)
    return SlackDoor(workspaces, identity.roster, system_clock, replies.tell)


def receivers_of(settings: Settings) -> Receivers:
    """Return who may receive events: the hosts that the settings name, or those of the three platforms."""
    named = tuple(host for part in settings.webhook_hosts.lower().split(",") if (host := part.strip()))
    return Receivers(hosts=named or PLATFORM_HOSTS, allow_loopback=settings.webhook_allow_loopback)


def open_courier(store: Store, receivers: Receivers) -> Courier:
    """Return a worker that delivers the store's events over the network."""
    from triage_core.adapters.webhooks import WebhookSender  # noqa: PLC0415 - nobody pays for a network not used

    worker = f"{socket.gethostname()}-{os.getpid()}"
    return Courier(store, WebhookSender(receivers), system_clock, Pace(worker=worker))


def open_writer(settings: Settings) -> Writer | None:
    """Return the language model that phrases drafts; none unless the settings name its address and the model.

    Raises `SettingsInvalid` for an address that may not be asked.
    """
    if settings.writer_url is None or settings.writer_model is None:
        return None
    from triage_core.adapters.writer import ChatWriter, Service  # noqa: PLC0415 - nobody pays for a model not used

    service = Service(
        url=settings.writer_url,
        model=settings.writer_model,
        key=settings.writer_key,
        allow_loopback=settings.writer_allow_loopback,
    )
    try:
        return ChatWriter(service)
    except (ReceiverRefused, HostPatternInvalid, ValueError):
        raise SettingsInvalid(["writer_url"]) from None


def open_surfaces(settings: Settings, environment: Mapping[str, str] = os.environ) -> OpenedSurfaces | NoSurfaces:
    """Return what the settings' file lets the service send to by itself; raises `SurfacesInvalid`.

    Secrets that the file names as `env:NAME` come from the environment.
    """
    if not settings.surfaces:
        return NO_SURFACES
    from triage_core.adapters.surfaces import opened, reach, settings_file  # noqa: PLC0415 - as above

    allow_loopback = settings.webhook_allow_loopback
    set_up = settings_file.set_up(Path(settings.surfaces), environment, allow_loopback=allow_loopback)
    return opened.OpenedSurfaces(set_up, reach.reach(allow_loopback=allow_loopback))


def open_dispatcher(
    triage: Triage, surfaces: OpenedSurfaces | NoSurfaces, address: str | None, *, has_buttons: bool = False
) -> Dispatcher | None:
    """Return a worker that sends directly; none where nothing is set up.

    What it sends leads people to the service's pages; it carries buttons where the service knows who presses them.
    Raises `SettingsInvalid` where nobody could reach the pages.
    """
    if surfaces is NO_SURFACES:
        return None
    if address is None:
        raise SettingsInvalid(["public_url"])
    composer = Composer(triage, address, has_buttons=has_buttons, mapping=surfaces.mapping)
    pace = Pace(worker=f"{socket.gethostname()}-{os.getpid()}")
    book = triage.store.sends
    return Dispatcher(book, surfaces, composer.compose, system_clock, pace=pace, settled=composer.settled)


def open_store(url: str) -> Store:
    """Open the store that a URL names: `memory:`, `sqlite:///FILE` or `postgresql://HOST/DATABASE`."""
    kind = url.partition(":")[0].partition("+")[0]
    if kind not in _OPENERS:
        raise UrlUnsupported
    return _OPENERS[kind](url)


# Each opener imports its own adapter, so that nobody pays for a database that is not used.


def _open_memory(_url: str) -> Store:
    from triage_core.adapters.memory import MemoryStore  # noqa: PLC0415 - see above

    return MemoryStore()


def _open_sqlite(url: str) -> Store:
    from triage_core.adapters.sql.sqlite import SqliteStore  # noqa: PLC0415 - see above

    return SqliteStore(url)


def _open_postgres(url: str) -> Store:
    if find_spec("psycopg") is None:
        raise DriverMissing("postgres")
    from triage_core.adapters.sql.postgres import PostgresStore  # noqa: PLC0415 - see above

    return PostgresStore("postgresql+psycopg:" + url.partition(":")[2])


_OPENERS = {"memory": _open_memory, "sqlite": _open_sqlite, "postgresql": _open_postgres, "postgres": _open_postgres}
