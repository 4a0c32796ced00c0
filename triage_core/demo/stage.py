"""What do all chapters of the demo work with: the use cases, the clock, the tickets fed so far, and the page?"""

from __future__ import annotations

from datetime import UTC, datetime, time
from itertools import count
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from triage_core.compose import open_triage
from triage_core.demo import examples
from triage_core.demo.clock import HOME, MORNING, SimulatedClock
from triage_core.domain.errors import TriageError
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.value import Value
from triage_core.terminal import Hanging, Trimmed, clock_time, joined
from triage_core.ticketfile import submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from triage_core.domain.chain import Line
    from triage_core.domain.model import Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.submission import Submission, Submitted
    from triage_core.ticketfile import Written

#: The two tenants of the story: most of it happens at the first one.
FIRST, SECOND = examples.TENANTS
#: How wide the lines of a paper are.
_PAPER: Final = 92
FLOW: Final = Actor(kind=ActorKind.PLATFORM, id="demo-flow")


class DemoNeedsRoom(TriageError):
    """The database holds tickets of the demo's tenants already."""

    code = "demo_needs_room"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this database holds tickets of an earlier demo; name a new file, or leave --db out")


class Claim(Value, frozen=True, kw_only=True):
    """Something the story says of itself, and whether it was so."""

    claim: str
    holds: bool


class Stage:
    """The running story."""

    def __init__(self, url: str, page: Console) -> None:
        """Open the database and put both policies into force."""
        self.url: Final = url
        self.page: Final = page
        self.clock: Final = SimulatedClock()
        numbers = count(1)
        self.triage: Final = open_triage(url, self.clock.now, lambda: f"T{next(numbers):03}")
        self.books: Final[dict[str, Playbook]] = {}
        self.claims: Final[list[Claim]] = []
        self.answers: Final[list[tuple[Written, Submitted]]] = []
        if set(self.triage.store.tenants()) & examples.TENANTS.keys():
            raise DemoNeedsRoom
        for tenant in examples.TENANTS:
            policy = examples.policy_of(tenant)
            start = datetime.combine(policy.effective_from, time(), UTC)
            self.books[tenant] = self.triage.playbooks.activate(tenant, policy, start)

    # --- acting ---------------------------------------------------------------------------------------------------

    def feed(self) -> None:
        """Hand every example in, a few seconds apart."""
        for written in examples.tickets():
            self.take_in(written)
            self.clock.wait(seconds=10)

    def take_in(self, written: Written) -> Ticket:
        """Hand one more ticket in, and return what became of it."""
        answer = self.triage.submit(self.submission(written), FLOW)
        self.answers.append((written, answer))
        return self.triage.ticket(written.tenant, answer.ticket_id)

    def submission(self, written: Written) -> Submission:
        """Return an example as a channel would hand it over now."""
        return submission(written, self.clock.now(), "")

    def written(self, source_id: str) -> Written:
        """Return an example by the id of its source."""
        return next(written for written, _ in self.answers if written.source_id == source_id)

    def ticket(self, source_id: str) -> Ticket:
        """Return the ticket that an example became, as it stands now."""
        written, answer = next(pair for pair in self.answers if pair[0].source_id == source_id)
        return self.triage.ticket(written.tenant, answer.ticket_id)

    def lines(self, source_id: str) -> tuple[Line, ...]:
        """Return the timeline of an example's ticket."""
        ticket = self.ticket(source_id)
        return self.triage.store.timeline(ticket.tenant, ticket.id)

    def person(self, person_id: str) -> Actor:
        """Return somebody of the first tenant's roster, with their roles."""
        person = self.books[FIRST].directory.person(person_id)
        return Actor(kind=ActorKind.PERSON, id=person.id, roles=person.roles)

    # --- telling --------------------------------------------------------------------------------------------------

    def chapter(self, number: int, title: str, notice: str) -> None:
        """Begin a chapter with what the reader should notice."""
        heading = f"{number}  {title}"
        now = self.clock.now().astimezone(HOME)
        at = f"{now:%a %H:%M}" if now.date() == MORNING.date() else f"{now:%a %d %b %H:%M}"
        self.page.print()
        self.page.print(Rule(Text(heading, style="bold"), align="left", style="dim", characters="─"))
        self.say(joined(Text(f"{at} ", style="dim"), Text(notice, style="italic")))

    def table(self, *rows: tuple[str | Text, ...], heads: tuple[str, ...] = ()) -> None:
        """Print rows in columns; the last one takes what room is left and goes on in the next line where it must."""
        grid = Table.grid(padding=(0, 2))
        above = [tuple(Text(head, style="dim") for head in heads)] if heads else []
        for column in list(zip(*above, *rows, strict=True))[:-1]:
            grid.add_column(no_wrap=True, min_width=max(cell_len(str(cell)) for cell in column))
        grid.add_column(overflow="fold")
        for row in (*above, *rows):
            grid.add_row(*row)
        self.page.print(Trimmed(grid))

    def say(self, what: str | Text) -> None:
        """Print a sentence; what does not fit goes on in the next line, further in."""
        self.page.print(Hanging(what))

    def paper(self, *lines: str) -> None:
        """Print lines that stand on a paper of their own, such as a mail, and that it goes on."""
        told = [part for line in lines for part in wrap(line, _PAPER, subsequent_indent="  ")]
        self.page.print(Text("\n".join(f"  | {line}" for line in (*told, "…")), style="dim"))

    def claim(self, claim: str, holds: bool) -> None:  # noqa: FBT001 - the point of a claim is whether it holds
        """Print a claim, and whether it holds."""
        self.claims.append(Claim(claim=claim, holds=holds))
        answer = Text("yes", style="green") if holds else Text("NO", style="bold red")
        self.say(joined(f"{claim}:", answer))

    def refused(self, action: Callable[[], object]) -> str:
        """Try something that must not work, and return what the person is told."""
        try:
            action()
        except TriageError as error:
            return f"{error} [{error.code}]"
        return "this was NOT refused"

    def at(self, moment: datetime) -> str:
        """Write a time of day in the first tenant's zone."""
        return clock_time(moment, HOME)
