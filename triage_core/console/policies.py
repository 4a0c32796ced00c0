"""How does a person read the versions of the policy and its changes, try one, approve one, and bring one back?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from triage_core.console.answering import sentence
from triage_core.console.approvals import proof_of
from triage_core.console.moments import Moments
from triage_core.console.rendering import moved, page
from triage_core.contract.problems import PROBLEMS
from triage_core.domain.changing.change import ChangeNotFound, Standing
from triage_core.domain.errors import TriageError
from triage_core.domain.gating.errors import NotInPerson
from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.service.calibrating import Calibration
from triage_core.service.change_checks import rules_changed
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit
    from triage_core.domain.changing.change import PolicyChange
    from triage_core.domain.changing.effects import Effect

ROOT: Final = "/policy"
_LISTED: Final = 50
_FLIPS: Final = 20


def _use_of(visit: Visit) -> PolicyChanges:
    return PolicyChanges(visit.triage.store, visit.triage.playbooks, visit.services.now)


def _hand(visit: Visit) -> Hand:
    caller = visit.reader
    return Hand(caller.tenant, caller.actor, visit.form.get("note", ""))


def _name(visit: Visit, part: str) -> str:
    return str(visit.request.path_params[part])


def _refused(visit: Visit, refusal: TriageError | None) -> dict[str, Any]:
    """Return what a page says of a refusal; where the sign-in was too long ago, it leads to a new one."""
    stale = isinstance(refusal, NotInPerson)
    back = quote(visit.request.url.path.rpartition("/")[0], safe="")
    return {
        "status": PROBLEMS[refusal.code].status if refusal else 200,
        "told": sentence(refusal) if refusal and not stale else "",
        "again": f"/sign-in?next={back}" if stale else "",
        "note": visit.form.get("note", ""),
    }


# --- looking ----------------------------------------------------------------------------------------------------------


def history(visit: Visit) -> Response:
    """Show what waits, and every version."""
    caller, use = visit.reader, _use_of(visit)
    changes = use.changes(caller.tenant, _LISTED)
    return page(
        "policy.html",
        caller=caller,
        moments=Moments.of(visit, caller),
        waiting=[change for change in changes if change.standing is Standing.PROPOSED],
        versions=use.history(caller.tenant),
        in_force=visit.triage.playbooks.active(caller.tenant, visit.services.now()).version,
    )


def look(visit: Visit) -> Response:
    """Show one change."""
    return _change(visit)


def _change(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller, use = visit.reader, _use_of(visit)
    change = use.change(caller.tenant, _name(visit, "change_id"))
    return page(
        "policy_change.html",
        caller=caller,
        moments=Moments.of(visit, caller),
        change=change,
        differences=use.differences(change),
        titles=DEFINITIONS,
        moved=_moved(change),
        flips=change.backtest.flips[:_FLIPS] if change.backtest else (),
        is_open=change.standing is Standing.PROPOSED,
        is_mine=change.proposed_by == caller.person_id,
        csrf=visit.csrf,
        **_refused(visit, refusal),
    )


def _moved(change: PolicyChange) -> list[Effect]:
    """Return the figures that the backtest says something about."""
    return [effect for effect in change.backtest.effects if effect.n] if change.backtest else []


def version(visit: Visit) -> Response:
    """Show one version, and what differs in the one in force."""
    return _version(visit)


def _version(visit: Visit, refusal: TriageError | None = None) -> Response:
    caller = visit.reader
    shelf, now = visit.triage.playbooks, visit.services.now()
    then, current = shelf.version(caller.tenant, _name(visit, "version")), shelf.active(caller.tenant, now)
    return page(
        "policy_version.html",
        caller=caller,
        then=then.policy,
        current=current.policy,
        differences=rules_changed(then.policy, current.policy),
        csrf=visit.csrf,
        **_refused(visit, refusal),
    )


# --- changing ---------------------------------------------------------------------------------------------------------


def _does(work: Callable[[Visit, PolicyChanges, str], object]) -> Callable[[Visit], Response]:
    """Return what answers a form of a change: it works in the name of who sent it, and leads back to the page."""

    def answer(visit: Visit) -> Response:
        visit.check_form()
        name = _name(visit, "change_id")
        try:
            work(visit, _use_of(visit), name)
        except ChangeNotFound:
            raise
        except TriageError as error:
            return _change(visit, error)
        return moved(f"{ROOT}/{quote(name, safe='')}")

    return answer


def _tried(visit: Visit, use: PolicyChanges, name: str) -> object:
    calibration = Calibration(visit.triage.store, visit.triage.playbooks, visit.services.now)
    return use.try_out(_hand(visit), name, calibration.to_rejudge(visit.reader.tenant))


def _approved(visit: Visit, use: PolicyChanges, name: str) -> object:
    return use.approve(_hand(visit), name, proof_of(visit.reader))


def _withdrawn(visit: Visit, use: PolicyChanges, name: str) -> object:
    return use.withdraw(_hand(visit), name)


def roll_back(visit: Visit) -> Response:
    """Bring a version back."""
    visit.check_form()
    try:
        change = _use_of(visit).roll_back(_hand(visit), _name(visit, "version"), proof_of(visit.reader))
    except TriageError as error:
        return _version(visit, error)
    return moved(f"{ROOT}/{quote(change.id, safe='')}")


_ONE: Final = f"{ROOT}/{{change_id}}"
_VERSION: Final = f"{ROOT}/versions/{{version:path}}"
ROUTES: Final[Routes] = (
    ("GET", ROOT, history),
    ("POST", f"{_VERSION}/roll-back", roll_back),
    ("GET", _VERSION, version),
    ("GET", _ONE, look),
    ("POST", f"{_ONE}/backtest", _does(_tried)),
    ("POST", f"{_ONE}/approve", _does(_approved)),
    ("POST", f"{_ONE}/withdraw", _does(_withdrawn)),
)
