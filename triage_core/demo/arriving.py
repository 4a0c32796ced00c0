"""Chapters 1 and 2: what came in, what was decided and why, and what was blocked?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.text import Text

from triage_core.demo.stage import FIRST, SECOND, Stage
from triage_core.domain.account import shown_value
from triage_core.service.accounts import Account, account_of
from triage_core.terminal import class_style, joined, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.explanation import Fired

#: What may come of a submission, in the words of the page.
_EFFECTS: Final = {
    "triaged": "decided",
    "blocked": "blocked (chapter 2)",
    "updated": "replies to an earlier one",
    "known": "repeated (chapter 9)",
}


def decided(stage: Stage) -> None:
    """Show the decisions on which a rule fired that fired on none before them."""
    stage.chapter(
        1, "What came in, and what was decided", "every decision names its rules, and the words they stood on"
    )
    told = [each for each in _accounts(stage) if each.explanation is not None]
    _tell_numbers(stage)
    shown = _telling(told)
    stage.say(
        f"a selection, {len(shown) + 1} of the {len(told)} decided; every rule that fired is seen, but for matrix and "
        "floors:"
    )
    stage.table(*(row for account in shown for row in _rows(account)))
    _tell_hostile(stage)
    for tenant in (FIRST, SECOND):
        counts = Counter(each.ticket.class_name for each in told if each.ticket.tenant == tenant)
        told_by_class = ", ".join(f"{counts[item.name]} {item.name}" for item in stage.books[tenant].policy.classes)
        gated = sum(each.ticket.gate_required for each in told if each.ticket.tenant == tenant)
        version = stage.books[tenant].version
        stage.say(f"{tenant}, under {version}: {told_by_class}; for {gated} of them a person approves every text")


def _tell_numbers(stage: Stage) -> None:
    """Account for every example that was handed in."""
    came = Counter(answer.effect for _, answer in stage.answers)
    ids = {answer.ticket_id for _, answer in stage.answers}
    parts = ", ".join(f"{came[effect]} {told}" for effect, told in _EFFECTS.items())
    stage.say(f"{came.total()} were handed in: {parts}; {len(ids)} tickets came of them")


def _tell_hostile(stage: Stage) -> None:
    ticket = stage.ticket("m-7001")
    demand = quoted(stage.triage.text(ticket.tenant, ticket.id).partition("\n")[2], 58)
    marked = "marked as suspicious" if ticket.suspicious else "not marked"
    gate = "a person approves" if ticket.gate_required else "no gate"
    stage.say(f"{ticket.id} {demand} stays {ticket.class_name}, {marked}, {gate}")


def _accounts(stage: Stage) -> Iterator[Account]:
    now = stage.clock.now()
    ids = dict.fromkeys((written.tenant, answer.ticket_id) for written, answer in stage.answers)
    return (account_of(stage.triage, tenant, ticket_id, now) for tenant, ticket_id in ids)


def _telling(told: list[Account]) -> list[Account]:
    """Leave out a ticket whose tag, severity and raise rules have all been seen; the most telling ones come first."""
    seen: set[str] = set()
    found: list[Account] = []
    for account in sorted(told, key=lambda each: (-len(_reasons(each)), each.ticket.class_rank)):
        new = {rule.rule for rule in _reasons(account)} - seen
        if new:
            found.append(account)
            seen |= new
    return sorted(found, key=lambda each: each.ticket.class_rank)


def _reasons(account: Account) -> list[Fired]:
    fired = account.explanation.fired if account.explanation else ()
    return [rule for rule in fired if rule.kind != "matrix" and not rule.rule.startswith("floor:")]


def _rows(account: Account) -> Iterator[tuple[str | Text, ...]]:
    ticket = account.ticket
    subject = account.text.partition("\n")[0]
    gate = Text("gate", style="red") if ticket.gate_required else ""
    found = joined(str(ticket.severity), Text(" ".join(ticket.tag_names), style="bold"), gate)
    name = Text(f"{ticket.id} {ticket.class_name}", style=class_style(ticket.class_rank))
    yield name, joined(quoted(subject, 44), found, by="  ")
    yield "", Text(" · ".join(_reason(rule, account.text) for rule in _reasons(account)), style="dim")


def _reason(rule: Fired, text: str) -> str:
    words = " ".join(dict.fromkeys(quoted(text[word.start : word.end], 30) for word in rule.words))
    fields = ", ".join(f"{name}={shown_value(value)}" for name, value in rule.fields.items() if name != "tags")
    return f"{rule.rule} {words or fields}"


def blocked(stage: Stage) -> None:
    """Show what incomplete tickets lack, and that their words ring nevertheless."""
    notice = "an incomplete ticket is kept and asked about once; no class, no promise, no draft"
    stage.chapter(2, "What was blocked, and what is asked for", notice)
    stage.table(*(_asked(each) for each in _accounts(stage) if each.explanation is None))
    chat = stage.ticket("c-1004")
    stage.clock.wait(minutes=3)
    given = {"impact": "low", "customer_tier": "standard", "data_sensitivity": "internal"}
    after = stage.triage.complete(chat.tenant, chat.id, given, stage.person("lena.brandt"))
    tags = " ".join(after.tag_names)
    stage.say(f"completed by lena.brandt: {after.id} goes on as {after.class_name} {tags}, owned by {after.owner}")


def _asked(account: Account) -> tuple[str | Text, ...]:
    ticket = account.ticket
    lacks = ", ".join(problem.pointer.rpartition("/")[2] for problem in ticket.problems)
    rings = Text(f"internal alert: {', '.join(ticket.alerts)}", style="bold red") if ticket.alerts else ""
    subject = quoted(account.text.partition("\n")[0], 30)
    return Text(ticket.id, style="magenta"), subject, rings or f"asks for {lacks}"
