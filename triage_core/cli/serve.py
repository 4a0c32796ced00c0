"""How is the service run on this machine?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core import observability, telemetry
from triage_core.cli.options import policy_of
from triage_core.compose import Installation
from triage_core.identity.first_steps import first_key, invitation
from triage_core.service.playbooks import NoPolicy
from triage_core.settings import settings_from
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.identity.desk import Identity
    from triage_core.service.access import Services

_LOOPBACK = "127.0.0.1"


def serve(
    db: Annotated[
        str,
        typer.Option(
            "--db",
            envvar="TRIAGE_DATABASE_URL",
            help="The database, such as sqlite:///triage.db or postgresql://host/name; a file is made where none is.",
            metavar="URL",
        ),
    ] = "sqlite:///triage.db",
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="A policy file to put into force where the tenant has none yet."),
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant that the policy is for.")] = "default",
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = _LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port to listen on.")] = 8000,
    public_url: Annotated[
        str | None,
        typer.Option(
            "--public-url", envvar="TRIAGE_PUBLIC_URL", metavar="URL", help="Where callers reach the service."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--sign-in", metavar="PERSON", help="Print a link that signs in this person of the roster once."),
    ] = None,
) -> None:
    """Run the service, its pages and its timers until it is interrupted."""
    given = {**os.environ, "TRIAGE_DATABASE_URL": db, "TRIAGE_PUBLIC_URL": public_url or ""}
    installation = Installation(lambda: settings_from(given))
    try:
        policy_version = prepared(installation.services(), policy, tenant)
        out = console()
        out.print(f"Triage listens on http://{host}:{port}; stop it with Ctrl-C.")
        out.print(
            f"Policy of {tenant}: {policy_version or 'none yet, so tickets are refused; give one with --policy'}."
        )
        _welcome(installation.identity(), tenant, person, public_url or f"http://{host}:{port}")
        _run(installation, host, port)
    finally:
        installation.close()


def prepared(services: Services, policy: Path | None, tenant: str) -> str | None:
    """Put the policy into force where the tenant has none; return the version that holds, if there is one."""
    playbooks, now = services.triage.playbooks, services.now()
    try:
        return playbooks.active(tenant, now).version
    except NoPolicy:
        return playbooks.activate(tenant, policy_of(policy), now).version if policy else None


def _welcome(identity: Identity, tenant: str, person: str | None, address: str) -> None:
    """Print what lets the first caller in; both are secrets that are shown once."""
    out = console()
    if key := first_key(identity, tenant):
        out.print(f"First key, shown only now: {key}", soft_wrap=True)
    if invited := invitation(identity, tenant, person):
        told = f"Sign in as {invited.person.name}, once and within 10 minutes: {address.rstrip('/')}{invited.path}"
        out.print(told, soft_wrap=True)


def _run(installation: Installation, host: str, port: int) -> None:
    # Imported here, so that no other command pays for a web server.
    import uvicorn  # noqa: PLC0415 - see above

    from triage_core.console.pages import routes  # noqa: PLC0415 - see above
    from triage_core.edge.asgi import application  # noqa: PLC0415 - see above

    app = application(installation.services, routes(installation.identity, installation.services), with_timers=True)
    observability.configure()
    telemetry.start(os.environ)
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False)
