"""Who has to agree before a text leaves, before a grave ticket is handled with less caution, or before it is closed?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.gating.state import Need, Origin
from triage_core.domain.policy.people import Right
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy.gates import ApprovalRule

#: How long people have where no rule of the policy says it.
_EXPIRES: Final = timedelta(minutes=30)
_APPROVE: Final = "approve"
_CLEAR: Final = "clear"
_SECOND: Final = "second_person"
_EXCEPTION: Final = "exception"
#: Begins a reason that names a finding which is to be let pass.
EXCEPTED: Final = "exception:"
#: Texts whose author is no person and no template.
_UNTRUSTED: Final = frozenset({Origin.MODEL, Origin.FLOW})


class Gate(Value, frozen=True, kw_only=True):
    """What stands before a text; without reasons it is open."""

    reasons: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    expires: timedelta = _EXPIRES

    @property
    def is_closed(self) -> bool:
        """A person has to agree."""
        return bool(self.reasons)


OPEN: Final = Gate()


def gate_of(context: Context, ticket: Ticket, origin: Origin) -> Gate:
    """Return the gate of a text on a ticket as it stands now, under the policy in force now.

    What an earlier decision asked for holds as well: a gate is never weaker than one of them.
    """
    book = context.in_force
    reasons = tuple(_reasons(book, ticket, origin)) or (("ticket",) if ticket.gate_required else ())
    if not reasons:
        return OPEN
    gate = _of_rule(book, ticket, reasons)
    if ticket.class_name not in book.policy.gates.commander_clears:
        return gate
    cleared = Need(name=_CLEAR, roles=book.directory.holders(Right.CLEAR_COMMUNICATION))
    return replace(gate, needs=(*gate.needs, cleared))


def _of_rule(book: Playbook, ticket: Ticket, reasons: tuple[str, ...]) -> Gate:
    """Return the gate that the policy's rule for a ticket makes."""
    rule = _rule(book, ticket)
    roles = rule.roles if rule else book.directory.holders(Right.APPROVE)
    needs = [Need(name=_APPROVE, roles=roles, count=rule.quorum if rule else 1)]
    needs += [Need(name=f"role:{role}", roles=(role,)) for role in ticket.approvers if role not in roles]
    return Gate(reasons=reasons, needs=tuple(needs), expires=rule.expires if rule else _EXPIRES)


def _reasons(book: Playbook, ticket: Ticket, origin: Origin) -> Iterable[str]:
    policy = book.policy
    if any(known.gated for known in policy.classes if known.name == ticket.class_name):
        yield f"class:{ticket.class_name}"
    yield from (f"tag:{tag.name}" for tag in policy.tags if tag.gated and tag.name in ticket.tag_names)
    if ticket.suspicious:
        yield "suspicious"
    if ticket.class_name is None and ticket.alerts:
        yield "alerted"
    if origin in _UNTRUSTED:
        yield str(origin)


def _rule(book: Playbook, ticket: Ticket) -> ApprovalRule | None:
    for rule in book.policy.gates.approvals:
        if rule.classes and ticket.class_name not in rule.classes:
            continue
        if not rule.tags_any or set(rule.tags_any) & set(ticket.tag_names):
            return rule
    return None


def closing_gate(context: Context, ticket: Ticket) -> Gate:
    """Return what closing a grave ticket needs: the same people as a text on it, but for who clears communication."""
    return _of_rule(context.in_force, ticket, (f"closing:{ticket.class_name}",))


def exception_gate(context: Context, codes: Iterable[str]) -> Gate:
    """Return what letting a text pass needs that the checks refuse for these reasons."""
    book = context.in_force
    rule = book.policy.gates.exceptions
    needs = Need(name=_EXCEPTION, roles=rule.roles or book.directory.holders(Right.APPROVE), count=rule.quorum)
    return Gate(reasons=tuple(f"{EXCEPTED}{code}" for code in codes), needs=(needs,), expires=rule.expires)


def weakening_gate(context: Context, ticket: Ticket, why: str) -> Gate:
    """Return what less caution on a ticket of the highest class needs beside the person who asks: a second one."""
    book = context.in_force
    rule = _rule(book, ticket)
    holders = book.directory.holders(Right.LOWER_GATED)
    return Gate(
        reasons=(why,),
        needs=(Need(name=_SECOND, roles=holders),),
        expires=rule.expires if rule else _EXPIRES,
    )
