"""How does somebody see what retention does, and give a person what is theirs?"""

from __future__ import annotations

import msgspec

from triage_core.contract import retention as told
from triage_core.edge.call import Answer, Call
from triage_core.service.access import PersonNeeded
from triage_core.service.persons import Persons
from triage_core.service.retention import Report, Retaining


def plan(call: Call) -> Answer:
    """Tell what is due."""
    return Answer(_report(_retaining(call).plan(call.tenant)))


def run(call: Call) -> Answer:
    """Let go of what is due."""
    return Answer(_report(_retaining(call).run(call.tenant)))


def _retaining(call: Call) -> Retaining:
    triage = call.triage
    return Retaining(triage.store, triage.now, triage.new_id, triage.redact)


def _report(report: Report) -> told.RetentionReport:
    return told.RetentionReport.of(
        tenant=report.tenant,
        at=report.at,
        is_dry_run=report.is_dry_run,
        tickets_looked_at=report.tickets_looked_at,
        tickets=report.tickets,
        texts=report.texts,
        busy_csv=",".join(report.busy),
        counts=tuple(
            told.LetGo.of(rule=count.rule, fate=count.fate, kind=count.kind, texts=count.texts)
            for count in report.counts
        ),
    )


def export_person(call: Call) -> Answer:
    """Return everything that is kept of a person."""
    found = _persons(call).export(call.tenant, call.given.requester, whole=call.given.whole)
    document = msgspec.json.encode(found).decode()
    return Answer(told.PersonExport.of(tenant=call.tenant, tickets=len(found.tickets), document=document))


def erase_person(call: Call) -> Answer:
    """Erase what may go of a person."""
    done = _persons(call).erase(call.tenant, call.given.requester, call.actor)
    return Answer(
        told.PersonErasure.of(
            tenant=call.tenant,
            texts=done.texts,
            profiles=done.profiles,
            ticket_ids_csv=",".join(done.tickets),
            open_csv=",".join(done.open),
            article_ids_csv=",".join(done.articles),
        )
    )


def _persons(call: Call) -> Persons:
    """Serve people alone: no platform is handed everything that is kept of somebody."""
    if not call.caller.is_person:
        raise PersonNeeded
    triage = call.triage
    return Persons(triage.store, triage.now, triage.new_id, triage.redact)
