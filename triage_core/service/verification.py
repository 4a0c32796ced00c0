"""Are the timelines of a tenant as they were written, and how far does this check reach?

The database alone shows edits, gaps and reorderings inside chains. Whoever can write to the database can also cut lines
off the end, write a whole chain anew or take a whole ticket away, and adjust the rest to it; that shows only against a
checkpoint that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

import msgspec

from triage_core.domain import chain
from triage_core.domain.chain import Flaw, Head, Line, against_checkpoint, flaws_of
from triage_core.domain.errors import TriageError
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.value import Value
from triage_core.ports import Checkpoints, Evidence, Tickets

if TYPE_CHECKING:
    from triage_core.service.checkpoints import Checkpoint

#: How many heads of a checkpoint are compared at a time.
_PAGE = 500

Lines = Sequence[tuple[int, str, str]]


class Ledger(Evidence, Checkpoints, Tickets, Protocol):
    """The part of a store that keeps and proves timelines."""


class CheckpointOfOther(TriageError):
    """The checkpoint was taken of another tenant."""

    code = "checkpoint_of_other"

    def __init__(self) -> None:
        """Say which one is needed."""
        super().__init__("this checkpoint is of another tenant; verify each tenant against its own checkpoint")


class Report(Value, frozen=True, kw_only=True):
    """What a verification read and found."""

    tenant: str
    chains: int
    lines: int
    flaws: tuple[Flaw, ...] = ()
    #: Number and moment of the checkpoint that the chains were held against.
    checkpoint: int | None = None
    checkpoint_at: datetime | None = None

    @property
    def is_sound(self) -> bool:
        """Nothing was found, as far as the check reaches."""
        return not self.flaws

    @property
    def reach(self) -> str:
        """Say what the check can see, for everyone who reads its result."""
        if self.checkpoint_at is None:
            return "edits, gaps, reorderings, differing rows; to see truncation or full rewriting it needs a checkpoint"
        return (
            "edits, gaps, reorderings and rows that differ, and truncation and rewriting of all that stood at "
            f"checkpoint {self.checkpoint} of {self.checkpoint_at.isoformat()}; later lines need a later checkpoint"
        )


def verify(
    store: Ledger,
    tenant: str,
    checkpoint: Checkpoint | None = None,
    progress: Callable[[int], object] = lambda _lines: None,
) -> Report:
    """Check every chain of a tenant; `progress` hears the number of lines after each chain."""
    if checkpoint is not None and checkpoint.tenant != tenant:
        raise CheckpointOfOther
    chains = lines = 0
    flaws: list[Flaw] = []
    for ticket_id, head, found in _chains(store, tenant):
        chains, lines = chains + 1, lines + len(found)
        flaws += _settled_flaws(store, tenant, ticket_id, (head, found)) or _row_flaws(store, tenant, ticket_id)
        progress(lines)
    if checkpoint is None:
        return Report(tenant=tenant, chains=chains, lines=lines, flaws=tuple(flaws))
    flaws += _against(store, checkpoint)
    at = checkpoint.at
    return Report(
        tenant=tenant,
        chains=chains,
        lines=lines,
        flaws=tuple(flaws),
        checkpoint=checkpoint.number,
        checkpoint_at=at,
    )


def _chains(store: Evidence, tenant: str) -> Iterator[tuple[str, Head | None, Lines]]:
    """Bring heads and chains together, which both come by ticket id; either may lack the other."""
    heads: Iterable[tuple[str, Head | Lines]] = ((head.ticket_id, head) for head in store.heads(tenant))
    by_ticket = itemgetter(0)
    for ticket_id, found in groupby(merge(heads, store.chains(tenant), key=by_ticket), key=by_ticket):
        head: Head | None = None
        lines: Lines = ()
        for _, part in found:
            if isinstance(part, Head):
                head = part
            else:
                lines = part
        yield ticket_id, head, lines


def _settled_flaws(store: Evidence, tenant: str, ticket_id: str, found: tuple[Head | None, Lines]) -> list[Flaw]:
    """Look again before a flaw is told: head and lines were read at two moments, and writers did not wait."""
    head, lines = found
    if not flaws_of(ticket_id, lines, head):
        return []
    head, lines = store.chain(tenant, ticket_id)
    return flaws_of(ticket_id, lines, head)


def _row_flaws(store: Ledger, tenant: str, ticket_id: str) -> list[Flaw]:
    """Hold a ticket's row against what its sound chain adds up to; a row that moved on meanwhile is left alone."""
    head, lines = store.chain(tenant, ticket_id)
    read = [Line(entry=chain.read(body), body=body, hash=seal) for _, body, seal in lines]
    try:
        ticket = store.ticket(tenant, ticket_id)
        if ticket is None or not read or rebuild(read) == ticket or store.chain(tenant, ticket_id)[0] != head:
            return []
    except msgspec.ValidationError:
        pass
    return [_row_flaw(ticket_id, len(read))]


def _row_flaw(ticket_id: str, number: int) -> Flaw:
    what = "the ticket's row does not say what its timeline adds up to"
    return Flaw(ticket_id=ticket_id, number=number, code="row_differs", what=what)


def _against(store: Evidence, checkpoint: Checkpoint) -> Iterator[Flaw]:
    rest = iter(checkpoint.heads)
    while part := list(islice(rest, _PAGE)):
        written = [head for head in part if head.version]
        yield from against_checkpoint(written, store.hashes(checkpoint.tenant, written))
