"""How are all chains of a tenant read without holding them in memory?

In pages by key, each a statement of its own: no transaction stays open while somebody verifies, so writers and the
database's housekeeping go on. Pages are of different moments; `chain` reads one ticket as of a single moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from triage_core.adapters.sql import queries
from triage_core.adapters.sql.encoding import escape, unescape
from triage_core.adapters.sql.reading import Reader
from triage_core.domain.chain import Head

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Given

RawLine = tuple[int, str, str]


class EvidenceReader(Reader):
    """Answers the questions of `Evidence`."""

    def tenants(self) -> tuple[str, ...]:
        """Return every tenant that has tickets, or lines that a ticket left behind."""
        return tuple(unescape(name) for name in self._tenants())

    def _tenants(self) -> Iterator[str]:
        after: str | None = ""
        while after is not None:
            firsts = [self.rows(query, {"after": after})[0][0] for query in queries.NEXT_TENANT]
            after = min((name for name in firsts if name is not None), default=None)
            if after is not None:
                yield after

    def heads(self, tenant: str) -> Iterator[Head]:
        """Return the head that each ticket row names, by ticket id."""
        after = ""
        while found := self.rows(queries.HEADS, {"tenant": escape(tenant), "after": after}):
            for ticket_id, version, seal in found:
                yield Head(ticket_id=unescape(ticket_id), version=version, hash=seal)
            after = found[-1][0]

    def chains(self, tenant: str) -> Iterator[tuple[str, Sequence[RawLine]]]:
        """Return each ticket's raw lines by ticket id, also of lines without a ticket row."""
        for ticket_id, rows in groupby(self._lines(tenant), key=itemgetter(0)):
            yield unescape(ticket_id), [(number, body, seal) for _, number, body, seal in rows]

    def _lines(self, tenant: str) -> Iterator[tuple[Any, ...]]:
        given: Given = {"tenant": escape(tenant), "after": "", "after_number": 0}
        while found := self.rows(queries.CHAINS, given):
            yield from found
            given = {**given, "after": found[-1][0], "after_number": found[-1][1]}

    def hashes(self, tenant: str, heads: Iterable[Head]) -> dict[tuple[str, int], str]:
        """Return the stored hash at each head's ticket and version, where that line still exists."""
        found: dict[tuple[str, int], str] = {}
        rest = iter(heads)
        while part := list(islice(rest, queries.HASH_PAGE)):
            rows = self.rows(queries.HASHES, _wanted(tenant, part))
            found |= {(unescape(ticket_id), number): seal for ticket_id, number, seal in rows}
        return found

    def chain(self, tenant: str, ticket_id: str) -> tuple[Head | None, Sequence[RawLine]]:
        """Return one ticket's head and raw lines as of one moment."""
        rows = self.rows(queries.CHAIN, {"tenant": escape(tenant), "ticket_id": escape(ticket_id)})
        version, seal = rows[0][:2]
        head = None if version is None else Head(ticket_id=ticket_id, version=version, hash=seal)
        return head, [(number, body, line_seal) for _, _, number, body, line_seal in rows if number is not None]


def _wanted(tenant: str, heads: Sequence[Head]) -> dict[str, str | int | None]:
    given: dict[str, str | int | None] = {"tenant": escape(tenant)}
    for place in range(queries.HASH_PAGE):
        head = heads[place] if place < len(heads) else None
        given[f"ticket_{place}"] = escape(head.ticket_id) if head else None
        given[f"number_{place}"] = head.version if head else None
    return given
