"""How does a person change a text before it leaves?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from triage_core.console.approvals import ROOT, address_of, name_of, proof_of, shown, use_of
from triage_core.console.rendering import moved
from triage_core.contract import outbound as contract
from triage_core.contract.messages import names_in
from triage_core.contract.operation import Scope
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.domain.gating import deciding
from triage_core.domain.gating.errors import ApprovalNotFound
from triage_core.domain.gating.state import approval_id, message_id
from triage_core.domain.gating.texts import Text
from triage_core.domain.output import Weight
from triage_core.domain.policy.people import Right
from triage_core.edge.parsing import checked
from triage_core.service.reviewing import Matter, found_in, matter_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.gating.state import Outgoing
    from triage_core.domain.output import Finding
    from triage_core.service.access import Caller

_FIELDS: Final = ("to_csv", "cc_csv", "bcc_csv", "subject", "format", "body")


def edit(visit: Visit) -> Response:
    """Change the text: a new version, of which nothing is approved yet."""
    visit.check_form()
    caller = visit.reader
    try:
        findings = _saved(visit, caller)
    except ApprovalNotFound:
        raise
    except TriageError as error:
        return shown(visit, error)
    return shown(visit, findings=findings) if findings else moved(_newest(visit, caller))


def _newest(visit: Visit, caller: Caller) -> str:
    """Return the page of the request about the text as it stands now."""
    ticket, approval = use_of(visit).approval(caller.tenant, name_of(visit))
    message = deciding.message_of(ticket, approval)
    if message is None or message.approval is None:
        return address_of(visit)
    return f"{ROOT}/{quote(approval_id(ticket.id, message.approval), safe='')}"


def _saved(visit: Visit, caller: Caller) -> tuple[Finding, ...]:
    """Save the new text, unless the checks find something in it that has to be mended before; return that."""
    if Scope.MESSAGES_PREPARE not in caller.scopes:
        holders = visit.triage.playbooks.active(caller.tenant, visit.services.now()).directory
        raise NotPermitted("change texts", holders.holders(Right.WORK_TICKETS))
    use, asked = use_of(visit), (caller.tenant, name_of(visit))
    ticket, approval, matter = matter_of(visit.triage, use, asked, proof_of(caller), caller.actor)
    message = deciding.message_of(ticket, approval)
    if message is None:
        raise ApprovalNotFound
    text = _given(visit, message, matter)
    seen = visit.triage.seen(ticket, caller.actor, visit.services.now())
    found = found_in(visit.triage, seen, ticket, message, text)
    if any(finding.weight is Weight.BLOCKS for finding in found):
        return found
    name = message_id(ticket.id, message.number)
    use.edit(caller.tenant, name, text, caller.actor, visit.form.get("seal", ""))
    return ()


def _given(visit: Visit, message: Outgoing, matter: Matter) -> Text:
    """Read the form; browsers send each line's end as two characters."""
    sent = {name: visit.form[name].replace("\r\n", "\n") for name in _FIELDS if name in visit.form}
    given = checked(contract.TextGiven, sent, "")
    return Text(
        channel=message.channel,
        to=names_in(given.to_csv),
        cc=names_in(given.cc_csv),
        bcc=names_in(given.bcc_csv),
        subject=given.subject,
        format=str(given.format),
        body=given.body,
        attachments=matter.text.attachments if matter.text else (),
    )


ROUTES: Final[Routes] = (("POST", f"{ROOT}/{{approval_id}}/edit", edit),)
