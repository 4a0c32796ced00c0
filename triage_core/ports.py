"""What does the service need from the world outside? Small protocols, owned by their callers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.closure_ports import Closures
from triage_core.control_ports import Controls, Guard
from triage_core.domain.chain import Head, Line
from triage_core.domain.model import Ticket
from triage_core.domain.profile import Profile
from triage_core.domain.related import Candidate
from triage_core.domain.sending import Send
from triage_core.domain.value import Value
from triage_core.duty_ports import HasDuty
from triage_core.hook_ports import Post
from triage_core.identity_ports import HasVault
from triage_core.knowledge_ports import HasKnowledge
from triage_core.report_ports import HasReports
from triage_core.retention_ports import Shelf
from triage_core.send_ports import HasSends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage_core.domain.entry import Entry


class StoredText(Value, frozen=True, kw_only=True):
    """A text of a ticket, kept apart from its timeline so that it can be erased."""

    id: str
    #: subject, body, given (the intake as it came), message, note
    kind: str
    content: str
    at: datetime


class Timer(Value, frozen=True, kw_only=True):
    """The next moment at which a ticket needs a look, one for each purpose."""

    purpose: str
    due_at: datetime
    #: Stable id of the edge: ticket/metric/number/edge.
    edge: str


class DueTimer(Value, frozen=True, kw_only=True):
    """A timer that a sweep has claimed."""

    tenant: str
    ticket_id: str
    timer: Timer


class Message(Value, frozen=True, kw_only=True):
    """An intent to tell the outside something; it never holds customer text."""

    id: str
    type: str
    payload: str
    at: datetime


class Answer(Value, frozen=True, kw_only=True):
    """What a request with an idempotency key was answered."""

    key: str
    request_digest: str
    body: str
    at: datetime


class Change(Value, frozen=True, kw_only=True):
    """Everything that one decision writes, in one transaction."""

    ticket: Ticket
    #: The version the decision was made on; 0 creates the ticket.
    expected: int
    lines: tuple[Line, ...]
    texts: tuple[StoredText, ...] = ()
    #: All timers of the ticket from now on; None leaves them as they are.
    timers: tuple[Timer, ...] | None = None
    messages: tuple[Message, ...] = ()
    #: What the service itself is to send from now on; each is due at once.
    sends: tuple[Send, ...] = ()
    answer: Answer | None = None
    #: What later tickets compare this one by from now on; None leaves it as it is.
    candidate: Candidate | None = None
    #: Controls that must still stand as the decision saw them.
    guards: tuple[Guard, ...] = ()
    #: Ids of texts of the ticket that go for good, and texts that take the place of those with the same id.
    erased: tuple[str, ...] = ()
    rewritten: tuple[StoredText, ...] = ()
    #: Nothing is compared with the ticket any more.
    uncompared: bool = False


class StoredPolicy(Value, frozen=True, kw_only=True):
    """A policy version as a tenant uses it."""

    version: str
    document: str
    digest: str
    active_from: datetime


class Page(Value, frozen=True, kw_only=True):
    """One page of a list, and where the next one starts."""

    tickets: tuple[Ticket, ...]
    next_cursor: str | None = None


class TicketFilter(Value, frozen=True, kw_only=True):
    """Which tickets a list shows, in queue order."""

    queue: str | None = None
    owner: str | None = None
    state: str | None = None
    class_name: str | None = None
    customer: str | None = None
    #: Where the running escalation waits, and who answers for it.
    escalation_queue: str | None = None
    escalation_holder: str | None = None
    open_only: bool = True
    escalated_only: bool = False
    waiting_only: bool = False


class Writes(Protocol):
    """Takes decisions for good."""

    def save(self, *changes: Change) -> None:
        """Write all changes or none, durable on return.

        Raises `AnswerTaken` when the idempotency key has an answer, else `SourceTaken` when the source's ticket exists
        already, else `StaleTicket` when a ticket moved on, else `EventTaken` when a line answers an event of the source
        that another line of the ticket answers, else `ControlMoved` when a guarded control moved on.
        """


class Tickets(Protocol):
    """Finds tickets of one tenant."""

    def ticket(self, tenant: str, ticket_id: str) -> Ticket | None:
        """Return the state of a ticket."""

    def by_source(self, tenant: str, source: str, source_id: str) -> Ticket | None:
        """Return the ticket that stands for a source's ticket."""

    def page(self, tenant: str, which: TicketFilter, cursor: str | None, limit: int) -> Page:
        """List tickets in queue order."""

    def loads(self, tenant: str) -> dict[str, int]:
        """Count the open tickets of every owner."""


class Records(Protocol):
    """Reads what was written beside the state."""

    def timeline(self, tenant: str, ticket_id: str) -> tuple[Line, ...]:
        """Return the sealed lines in order."""

    def texts(self, tenant: str, ticket_id: str) -> tuple[StoredText, ...]:
        """Return a ticket's texts, oldest first."""

    def answer(self, tenant: str, key: str) -> Answer | None:
        """Return what a key was answered."""

    def messages(self, tenant: str, ticket_id: str) -> tuple[Message, ...]:
        """Return a ticket's outgoing intents, oldest first."""


class Counted(Protocol):
    """Finds lines of a tenant's timelines by what they report."""

    def counted(self, tenant: str, kind: str, after: datetime, until: datetime) -> tuple[Entry, ...]:
        """Return lines of a kind that some measure counts, from after a moment until another, in the order of time."""


class Nearby(Value, frozen=True, kw_only=True):
    """Which tickets are worth comparing: those of a time that share a key, and the newest of that time."""

    since: datetime
    until: datetime
    thread_keys: tuple[str, ...] = ()
    requester_key: str | None = None
    customer: str | None = None
    system: str | None = None


class Recent(Protocol):
    """Finds the tickets that a new one is compared with."""

    def recent(self, tenant: str, around: Nearby, limit: int) -> tuple[Candidate, ...]:
        """Return up to `limit` tickets for each key, the newest first, each once; both ends of the time count."""


class History(Value, frozen=True, kw_only=True):
    """What a customer asked for before."""

    #: Tickets by class; those that have none yet are left out.
    classes: dict[str, int]
    #: The newest first.
    latest: tuple[Ticket, ...]


class Histories(Protocol):
    """Tells the past of customers."""

    def lately_released(self, tenant: str, since: datetime) -> tuple[Ticket, ...]:
        """Return the tickets of which a text left after a moment, by id."""

    def history(self, tenant: str, customer: str, limit: int) -> History:
        """Return a customer's live tickets: all of them counted, and so many of the latest."""


class ProfileRow(Value, frozen=True, kw_only=True):
    """A line of the profile table: about an account, or about a person of it."""

    customer: str | None = None
    #: Keyed digest of the person; none for the account itself.
    requester_key: str | None = None
    profile: Profile


class ProfileTable(Protocol):
    """Keeps profiles of customers."""

    def put_profiles(self, tenant: str, rows: Sequence[ProfileRow]) -> None:
        """Write rows; a row of the same account and person is replaced."""

    def profiles(self, tenant: str, customer: str | None, requester_key: str | None) -> tuple[ProfileRow, ...]:
        """Return the rows of a person and of an account: the account's first, then the person's."""


class Profiles(Protocol):
    """Knows customers."""

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        """Return what is known about a customer; raises `ProfileUnavailable`."""


class Timers(Protocol):
    """Hands out what is due."""

    def claim(self, now: datetime, until: datetime, worker: str, limit: int) -> tuple[DueTimer, ...]:
        """Claim due timers for a worker until a moment; a claim that lapses can be taken by another worker."""


class StoredCheckpoint(Value, frozen=True, kw_only=True):
    """That a checkpoint of a tenant's chains was taken; the checkpoint itself is kept outside."""

    number: int
    at: datetime
    count: int
    root: str


class Policies(Protocol):
    """Keeps every policy version that a tenant used."""

    def put_policy(self, tenant: str, policy: StoredPolicy) -> None:
        """Store a version; storing the same version with other content raises `PolicyTaken`."""

    def policies(self, tenant: str) -> tuple[StoredPolicy, ...]:
        """Return all versions, the newest last."""


class Evidence(Protocol):
    """Reads whole chains for verification."""

    def tenants(self) -> tuple[str, ...]:
        """Return every tenant that has tickets."""

    def heads(self, tenant: str) -> Iterator[Head]:
        """Return the head that each ticket row names, by ticket id."""

    def chains(self, tenant: str) -> Iterator[tuple[str, Sequence[tuple[int, str, str]]]]:
        """Return each ticket's raw lines `(number, body, hash)` by ticket id, also of lines without a ticket row."""

    def hashes(self, tenant: str, heads: Iterable[Head]) -> dict[tuple[str, int], str]:
        """Return the stored hash at each head's ticket and version, where that line still exists."""

    def chain(self, tenant: str, ticket_id: str) -> tuple[Head | None, Sequence[tuple[int, str, str]]]:
        """Return one ticket's head and raw lines as of one moment."""


class Checkpoints(Protocol):
    """Remembers which checkpoints were taken."""

    def add_checkpoint(self, tenant: str, at: datetime, count: int, root: str) -> int:
        """Record a checkpoint and return its number; a tenant's checkpoints count from 1."""

    def checkpoints(self, tenant: str) -> tuple[StoredCheckpoint, ...]:
        """Return what was recorded, oldest first."""


class Forgetting(Protocol):
    """Lets go of what is kept for a while only."""

    def forget_answers(self, before: datetime) -> int:
        """Remove the answers of all tenants that are older, and return how many there were."""


class DigestKeys(Protocol):
    """Keeps each tenant's key for fingerprints of texts."""

    def digest_key(self, tenant: str) -> bytes:
        """Return the tenant's key, made at the first call and the same ever after."""


class Store(
    Writes,
    Tickets,
    Records,
    Counted,
    Recent,
    Histories,
    ProfileTable,
    Timers,
    Policies,
    Evidence,
    Checkpoints,
    Forgetting,
    DigestKeys,
    Controls,
    Post,
    HasVault,
    HasDuty,
    HasSends,
    Closures,
    HasKnowledge,
    HasReports,
    Shelf,
    Protocol,
):
    """All of it; services ask for the part they need."""

    def close(self) -> None:
        """Finish what is under way and release the connections."""
