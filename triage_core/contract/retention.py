"""How is told what retention lets go of, and what is kept of a person?"""

from __future__ import annotations

from typing import Annotated

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Told
from triage_core.domain.policy.retention import Fate


class LetGo(Told):
    """How many texts of a kind meet a fate under a rule."""

    rule: Annotated[str, f.field("Rule", "Rule of the policy.", "old drafts")]
    fate: Annotated[Fate, f.field("Fate", "What becomes of them.", "archive")]
    kind: Annotated[str, f.field("Kind", "Kind of text.", "body")]
    texts: Annotated[int, f.field("Texts", "How many texts it is.", 12)]


class RetentionReport(Told):
    """What retention would do, or did."""

    tenant: f.Tenant
    at: Annotated[f.Moment, f.field("At", "When it was looked.", f.AT)]
    is_dry_run: Annotated[bool, f.flag("Is Dry Run", "Whether nothing was changed.", example=True)]
    tickets_looked_at: Annotated[int, f.field("Tickets Looked At", "Tickets with a text old enough for a rule.", 40)]
    tickets: Annotated[int, f.field("Tickets", "Tickets of which something goes.", 3)]
    texts: Annotated[int, f.field("Texts", "How many texts go.", 12)]
    busy_csv: Annotated[str, f.csv("Busy Tickets", "Tickets that wait for the next run.", "0192f3a7c1d25b9e4a7f03")]
    counts: Annotated[tuple[LetGo, ...], f.listing("Counts", "How many texts, by rule, fate and kind.")]


class PersonWish(Given):
    """Whose it is."""

    requester: f.Requester


class ExportWish(PersonWish):
    """Whose it is, and for whom it is written."""

    whole: Annotated[
        bool, f.flag("Whole", "Every word as it is, for the person's own eyes; redacted otherwise.", example=False)
    ] = False


class PersonExport(Told):
    """Everything that is kept of a person."""

    tenant: f.Tenant
    tickets: Annotated[int, f.field("Tickets", "How many tickets the person sent.", 2)]
    document: Annotated[str, f.field("Document", "All that is kept, as JSON in one text.", '{"tickets": []}')]


class PersonErasure(Told):
    """What was erased for a person, and what was not."""

    tenant: f.Tenant
    texts: Annotated[int, f.field("Texts", "How many texts were erased.", 7)]
    profiles: Annotated[int, f.field("Profiles", "How many profiles were erased.", 1)]
    ticket_ids_csv: Annotated[str, f.csv("Tickets", "Tickets whose texts are gone.", "0192f3a7c1d25b9e4a7f03")]
    open_csv: Annotated[str, f.csv("Open Tickets", "Tickets that are still worked on; ask again.", "0192f3a7c1d25b9e")]
    article_ids_csv: Annotated[
        str, f.csv("Articles", "Articles from these tickets that somebody should look at.", "0192f3a7c1d25b9e4a7f03")
    ]
