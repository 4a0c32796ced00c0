"""How would a text about a ticket read? It is shown on the operator's own terminal and goes nowhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from triage_core.cli.options import AsJson, Database, Now, Tenant, existing, moment_of
from triage_core.cli.shapes import draft_shape, emit
from triage_core.compose import open_writer
from triage_core.domain.drafting.draft import NoDraft, Said, Wanted
from triage_core.domain.errors import TriageError
from triage_core.domain.policy.gates import TemplateKind
from triage_core.service.drafting import Drafting, material_of
from triage_core.settings import settings_from
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.drafting.draft import Drafted
    from triage_core.service.triage import Triage

Words = Annotated[str, typer.Option(metavar="TEXT", help="What the text says in this place.")]


class DraftRefused(TriageError):
    """There is no draft for the ticket."""

    code = "draft_refused"

    def __init__(self, refused: NoDraft) -> None:
        """Say what stands in the way, and what to do."""
        super().__init__(f"there is no draft ({refused.reason}): {refused.sentence}")


def draft(
    ticket_id: Annotated[str, typer.Argument(metavar="TICKET_ID", help="The id of a stored ticket.")],
    kind: Annotated[TemplateKind, typer.Option("--kind", help="What the text is for.")],
    db: Database,
    tenant: Tenant = "default",
    language: Annotated[str, typer.Option("--language", help="The customer's language.", metavar="CODE")] = "en",
    zone: Annotated[
        str | None, typer.Option("--zone", help="The customer's time zone, such as Europe/Berlin.", metavar="ZONE")
    ] = None,
    current_state: Words = "",
    next_steps: Words = "",
    workaround: Words = "",
    root_cause: Words = "",
    resolution_summary: Words = "",
    prevention: Words = "",
    with_model: Annotated[
        bool, typer.Option("--with-model", help="Let the language model of the settings phrase it, where it may.")
    ] = False,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Draft a text about a ticket from the policy's templates; nothing is stored and nothing is sent.

    What only people know is given with --current-state, --next-steps and the like; what is not known stays in braces.
    A class without drafts, a repeated ticket and an incomplete one are refused, with the reason.
    """
    said = Said(
        current_state=current_state,
        next_steps=next_steps,
        workaround=workaround,
        root_cause=root_cause,
        resolution_summary=resolution_summary,
        prevention=prevention,
    )
    wanted = Wanted(kind=kind, language=language, zone=zone, said=said)
    drafting = Drafting(open_writer(settings_from({**os.environ, "TRIAGE_DATABASE_URL": db})) if with_model else None)
    with existing(db) as triage:
        drafted = _drafted(triage, drafting, (tenant, ticket_id), wanted, now)
    if as_json:
        emit(draft_shape(drafted))
    else:
        console().print(_page(drafted), "", *_lines(drafted), sep="\n")


def _drafted(triage: Triage, drafting: Drafting, which: tuple[str, str], wanted: Wanted, now: str | None) -> Drafted:
    moment = moment_of(now)
    ticket = triage.ticket(*which)
    playbook = triage.playbooks.stamped(ticket, moment)
    found = drafting.draft(playbook, ticket, wanted, material_of(triage.store, *which), moment)
    if isinstance(found, NoDraft):
        raise DraftRefused(found)
    return found


def _page(drafted: Drafted) -> Table:
    """Say what the draft is, above the draft itself."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(drafted.ticket_id, Text(drafted.kind.replace("_", " "), style="bold"))
    table.add_row("template", f"{drafted.template}: {drafted.because}")
    table.add_row("words of", _phrased_by(drafted))
    if drafted.unfilled:
        table.add_row("lacks", Text(", ".join(drafted.unfilled), style="red"))
    if drafted.needs_person:
        table.add_row("next", "a named person looks at exactly this text before it leaves")
    return table


def _phrased_by(drafted: Drafted) -> str:
    if drafted.model is not None:
        return f"the model {visible(drafted.model)}"
    return "the template" if drafted.fallback is None else f"the template (model: {drafted.fallback.replace('_', ' ')})"


def _lines(drafted: Drafted) -> Iterator[Text]:
    yield Text(visible(drafted.subject), style="bold")
    yield Text("")
    yield from (Text(visible(line)) for line in drafted.body.splitlines())
