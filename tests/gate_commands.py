"""What do commands print about the tickets of a database?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typer.testing import CliRunner

from triage_core.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Commands that read; `TICKET` stands for each ticket.
_ALL: Final = (
    ("sends", "list", "--json"),
    ("escalations", "list", "--json"),
    ("escalations", "export"),
    ("escalations", "export", "--format", "json"),
    ("oversight", "--json"),
    ("verify", "--json"),
    ("rollout", "show", "--json"),
    ("delegate", "list", "--json"),
    ("hooks", "list", "--json"),
    ("hooks", "dead", "--json"),
    ("closures", "--json"),
    ("knowledge", "search", "zq"),
)
_EACH: Final = (
    ("explain", "TICKET", "--json"),
    ("explain", "TICKET"),
    ("escalations", "show", "TICKET-e1"),
    ("escalations", "log", "TICKET-e1", "--json"),
    ("draft", "TICKET", "--kind", "status_update", "--json"),
    ("draft", "TICKET", "--kind", "first_response"),
)


def printed(url: str, tenant: str, tickets: list[str]) -> Iterator[tuple[str, str]]:
    """Run every command, and return what it printed; one that is refused prints why."""
    each = [tuple(word.replace("TICKET", ticket) for word in words) for words in _EACH for ticket in tickets]
    for words in (*_ALL, *each):
        result = CliRunner().invoke(app, [*words, "--db", url, "--tenant", tenant])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "No such" not in result.output, result.output
        yield f"triage {' '.join(words)}", f"{result.stdout}{result.stderr}"
