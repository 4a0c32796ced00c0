"""In which JSON shape does each command answer? These names are a promise; docs/command-line.md lists them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import msgspec

from triage_core.domain.account import sentences

if TYPE_CHECKING:
    from triage_core.domain.drafting.draft import Drafted
    from triage_core.domain.explanation import Explanation, Fired, Skipped
    from triage_core.domain.model import Clock, Ticket
    from triage_core.domain.policy.problem import Problem
    from triage_core.service.accounts import Account

Shape = dict[str, Any]


def emit(shape: object) -> None:
    """Print one answer as one line."""
    sys.stdout.buffer.write(msgspec.json.encode(shape) + b"\n")
    sys.stdout.flush()


def ticket_shape(account: Account) -> Shape:
    """Say what was decided about a ticket; every key is always there."""
    ticket, statement = account.ticket, account.statement
    update_every = statement.update_every if statement else None
    return {
        "ticket_id": ticket.id or None,
        "tenant": ticket.tenant,
        "source": ticket.source,
        "source_id": ticket.source_id,
        "outcome": "blocked" if ticket.class_name is None else "triaged",
        "state": ticket.state,
        "class": ticket.class_name,
        "severity": ticket.severity,
        "tags": ticket.tag_names,
        "gate_required": ticket.gate_required,
        "must_escalate": ticket.must_escalate,
        "approvers": ticket.approvers,
        "queue": ticket.queue,
        "owner": ticket.owner,
        "secondary": ticket.secondary,
        "assigned_because": account.assigned or None,
        "score": None if account.score is None else round(account.score, 3),
        "clocks": [_clock(clock) for clock in ticket.clocks],
        "missing": _missing(ticket),
        "alerts": ticket.alerts,
        "defaulted": ticket.defaulted,
        "fired": _fired(account),
        "impact_statement": statement.impact if statement else None,
        "rationale": statement.rationale if statement else None,
        "update_every_seconds": update_every.total_seconds() if update_every else None,
        "policy_version": ticket.policy_version or None,
        "created_at": ticket.created_at,
    }


def explanation_shape(account: Account) -> Shape:
    """Say also what did not fire, why, and which different fact would give another class."""
    told = account.explanation
    return {
        **ticket_shape(account),
        "sentences": sentences(told, account.text) if told else [],
        "skipped": [_skipped(rule) for rule in told.skipped] if told else [],
        "would_change": _would_change(told),
        "text_was_cut": told.truncated if told else False,
    }


def _clock(clock: Clock) -> Shape:
    return {
        "metric": clock.metric,
        "number": clock.number,
        "calendar": clock.calendar,
        "target_seconds": clock.target.total_seconds(),
        "due_at": clock.due_at,
        "outcome": clock.outcome,
        "breached_at": clock.breached_at,
    }


def _missing(ticket: Ticket) -> list[Shape]:
    return [
        {
            "field": problem.pointer.rpartition("/")[2],
            "pointer": problem.pointer,
            "expected": problem.expected,
            "code": problem.code,
        }
        for problem in ticket.problems
    ]


def _fired(account: Account) -> list[Shape]:
    return [_rule(rule, account.text) for rule in account.explanation.fired] if account.explanation else []


def _rule(rule: Fired, text: str) -> Shape:
    words = [
        {"term": word.term, "start": word.start, "end": word.end, "text": text[word.start : word.end]}
        for word in rule.words
    ]
    return {
        "rule": rule.rule,
        "kind": rule.kind,
        "effect": rule.effect,
        "because": rule.because or None,
        "fields": rule.fields,
        "words": words,
    }


def _skipped(rule: Skipped) -> Shape:
    return {"rule": rule.rule, "lacks": rule.lacks, "field": rule.field or None, "has": rule.has, "wants": rule.wants}


def _would_change(told: Explanation | None) -> list[Shape]:
    if told is None:
        return []
    return [{"fact": item.fact, "value": item.value, "class": item.class_name} for item in told.would_change]


def problem_shape(problem: Problem) -> Shape:
    """Say what is wrong at one place of a policy file."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "expected": problem.expected or None,
        "nearest": problem.nearest,
    }


def draft_shape(drafted: Drafted) -> Shape:
    """Say how a text would read, and where its words are from."""
    return {
        "ticket_id": drafted.ticket_id,
        "kind": drafted.kind,
        "language": drafted.language,
        "subject": drafted.subject,
        "body": drafted.body,
        "template": drafted.template,
        "because": drafted.because,
        "unfilled": drafted.unfilled,
        "model": drafted.model,
        "fallback": drafted.fallback,
        "to_customer": drafted.to_customer,
        "needs_person": drafted.needs_person,
    }
