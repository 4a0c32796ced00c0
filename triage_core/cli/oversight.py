"""How does the command line tell whether people still read what they approve?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage_core.cli.options import AsJson, Database, Tenant, existing, moment_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.service.overseeing import oversight_of
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.kpis.figures import Rate
    from triage_core.domain.oversight import Oversight, PersonHour
    from triage_core.domain.policy.gates import ReviewWarning

_RATES = ("quick", "off_hours", "edited", "rejected", "expired")
Since = Annotated[str | None, typer.Option("--since", metavar="ISO", help="Count from this moment on only.")]


def oversight(db: Database, tenant: Tenant = "default", since: Since = None, as_json: AsJson = False) -> None:
    """Count quick approvals, decisions outside working hours, changes, rejections, and requests nobody answered."""
    start = moment_of(since) if since else None
    with existing(db) as triage:
        rule = triage.playbooks.active(tenant, system_clock()).policy.gates.review_warning
        found = oversight_of(triage.store, tenant, rule, start)
    if as_json:
        emit(_shape(tenant, found, rule))
    else:
        for line in _lines(found, rule):
            console().print(line)


def _shape(tenant: str, found: Oversight, rule: ReviewWarning) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "under_seconds": rule.under.total_seconds(),
        "words_over": rule.words_over,
        "decisions": found.decisions,
        "unmeasured": found.unmeasured,
        **{name: _rate(getattr(found, name)) for name in _RATES},
        "latency_hours": {"n": found.latency.n, "p50": found.latency.median, "p90": found.latency.p90},
        "hours": [_hour(known) for known in found.hours],
        "warnings": [_hour(known) for known in found.warnings],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {"count": rate.count, "n": rate.n, "value": rate.value, "few": rate.few}


def _hour(known: PersonHour) -> dict[str, Any]:
    return {"hour": known.hour, "person": known.person, "approvals": known.approvals, "quick": known.quick}


def _lines(found: Oversight, rule: ReviewWarning) -> Iterator[str]:
    quick = f"approved within {rule.under.total_seconds():g} s, over {rule.words_over} words"
    yield f"{'decisions to approve or reject':<42}{found.decisions}"
    for label, rate in (
        (quick, found.quick),
        ("decided outside the person's hours", found.off_hours),
        ("texts that a person changed", found.edited),
        ("requests that were rejected", found.rejected),
        ("requests that nobody decided in time", found.expired),
    ):
        yield f"{label:<42}{_part(rate)}"
    if found.latency.median is not None:
        yield f"{'hours to a decision, half and nine in ten':<42}{found.latency.median:.2f}, {found.latency.p90:.2f}"
    if found.unmeasured:
        yield f"{'approvals of long texts, time unknown':<42}{found.unmeasured}"
    for known in found.warnings:
        when = f"{known.hour:%Y-%m-%d %H:00} UTC"
        yield f"look at {known.person}, {when}: {known.quick} of {known.approvals} approvals were quick"


def _part(rate: Rate) -> str:
    share = f" ({rate.value:.0%}{', few' if rate.few else ''})" if rate.value is not None else ""
    return f"{rate.count} of {rate.n}{share}"
