"""Who receives events, what did not arrive, and how is it sent again?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.shapes import emit
from triage_core.compose import open_courier, receivers_of, system_clock
from triage_core.domain.delivery import DeliveryState
from triage_core.service import hooks as care
from triage_core.service.signing import rotate, signing_secrets
from triage_core.settings import settings_from
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.cli.shapes import Shape
    from triage_core.domain.delivery import Delivery, Hook

app = typer.Typer(help="See who receives events, what did not arrive, and send it again.", no_args_is_help=True)
HookId = Annotated[str, typer.Argument(metavar="HOOK", help="The hook, as the list names it.")]
OfHook = Annotated[str | None, typer.Option("--hook", metavar="HOOK", help="Only of this hook.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most, the newest first.")]


@app.command("list")
def list_hooks(db: Database, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """List the registrations of a tenant; of each address only the host is shown, for the rest is a secret."""
    with existing(db) as triage:
        found = triage.store.hooks(tenant)
    if as_json:
        emit({"hooks": [_hook(hook) for hook in found]})
    else:
        _print(map(_hook, found), "id", "event_type", "host", "platform", "state", "failures", "last_status")


@app.command()
def deliveries(
    db: Database,
    tenant: Tenant = "default",
    hook: OfHook = None,
    state: Annotated[DeliveryState | None, typer.Option("--state", help="Only in this state.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List what was delivered, what waits and what died."""
    with existing(db) as triage:
        found = triage.store.deliveries(tenant, hook, state, limit)
    if as_json:
        emit({"deliveries": [_delivery(one) for one in found]})
    else:
        shown = ("message_id", "hook_id", "type", "state", "attempts", "last_status", "last_failure", "next_at")
        _print(map(_delivery, found), *shown)


@app.command()
def dead(
    db: Database, tenant: Tenant = "default", hook: OfHook = None, limit: Limit = 50, as_json: AsJson = False
) -> None:
    """List dead letters: events that were tried to the end, or refused."""
    deliveries(db, tenant, hook, DeliveryState.DEAD, limit, as_json)


@app.command()
def replay(
    db: Database,
    tenant: Tenant = "default",
    hook: OfHook = None,
    message: Annotated[str | None, typer.Option("--message", metavar="ID", help="Only this event.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters of the tenant.")] = False,
    as_json: AsJson = False,
) -> None:
    """Queue dead letters again; they come late, and say in `at` when they happened."""
    if not (hook or message or everything):
        raise typer.BadParameter("say which dead letters: --hook, --message, or --all for every one")
    with existing(db) as triage:
        count = triage.store.replay(tenant, hook, message, system_clock())
    if as_json:
        emit({"tenant": tenant, "replayed": count})
    else:
        console().print(f"{count} dead letters wait for delivery again")


@app.command()
def resume(db: Database, hook: HookId, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Bring a hook back into service; what waits for it is sent, dead letters are replayed by `replay`."""
    with existing(db) as triage:
        back = care.resume(triage.store, tenant, hook, system_clock())
    if as_json:
        emit(_hook(back))
    else:
        console().print(f"{back.id} receives {back.event_type} again")


@app.command()
def header(
    db: Database,
    hook: HookId,
    name: Annotated[str, typer.Option("--name", help="The header's name.")] = "x-make-apikey",
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Send an extra header along, as some receivers ask for; its value is read from standard input."""
    value = typer.get_text_stream("stdin").readline().strip()
    with existing(db) as triage:
        care.set_header(triage.store, tenant, hook, (name, value))
    if as_json:
        emit({"tenant": tenant, "hook_id": hook, "header": name.lower()})
    else:
        console().print(f"{hook} is sent {name.lower()}")


@app.command()
def secret(
    db: Database,
    tenant: Tenant = "default",
    anew: Annotated[
        bool, typer.Option("--rotate", help="Make a new one; the old one signs for seven more days.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the secrets with which a tenant's events are signed, for whoever verifies them."""
    now = system_clock()
    with existing(db) as triage:
        if anew:
            rotate(triage.store, tenant, now)
        found = signing_secrets(triage.store, tenant, now)
    if as_json:
        emit({"tenant": tenant, "secrets": found})
    else:
        console().print("\n".join(found), soft_wrap=True)


@app.command()
def deliver(db: Database, as_json: AsJson = False) -> None:
    """Deliver everything that is due, of all tenants, once; the service does this by itself."""
    settings = settings_from({**os.environ, "TRIAGE_DATABASE_URL": db})
    with existing(db) as triage:
        done = open_courier(triage.store, receivers_of(settings)).round()
    if as_json:
        emit({"messages": done.messages, "sent": done.sent, "failed": done.failed, "dead": done.dead})
    else:
        console().print(f"{done.sent} sent, {done.failed} to be tried again, {done.dead} dead")


def _hook(hook: Hook) -> Shape:
    return {
        "id": hook.id,
        "event_type": hook.event_type,
        "host": hook.host,
        "platform": hook.platform,
        "state": hook.state,
        "failures": hook.failures,
        "last_status": hook.last_status,
        "created_by": hook.created_by,
        "created_at": hook.created_at,
        "expires_at": hook.expires_at,
        "resume_at": hook.resume_at,
        "header": hook.header_name or None,
    }


def _delivery(one: Delivery) -> Shape:
    return {
        "message_id": one.message_id,
        "hook_id": one.hook_id,
        "ticket_id": one.ticket_id,
        "type": one.type,
        "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at,
        "last_status": one.last_status,
        "last_failure": one.last_failure,
        "created_at": one.created_at,
    }


def _print(rows: Iterable[Shape], *columns: str) -> None:
    cells = ([visible("" if row[name] is None else str(row[name])) for name in columns] for row in rows)
    print_list(console(), columns, cells)
