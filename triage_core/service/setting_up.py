"""Is everything there that a tenant's tickets need: people, hours, channels, and a service that works?

What the service alone can know is checked here, row by row, so that whoever sets it up sees what is missing before the
first ticket comes. Nothing is sent for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.policy.people import Right
from triage_core.domain.sending import SendState
from triage_core.send_ports import SendFilter
from triage_core.service.health import Check, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from triage_core.domain.playbook import Playbook
    from triage_core.domain.sending import SendRecord, Surface
    from triage_core.ports import Store
    from triage_core.service.access import Caller, Hook

#: Opening hours that do not open within this time are a mistake, or a desk that is closed.
OPENS_WITHIN: Final = timedelta(days=14)
#: How far back the latest end of a surface is looked for.
_LATEST: Final = 50
_TOLD: Final = {
    SendState.SENT: "took the latest message",
    SendState.FAILED: "did not take the latest message",
    SendState.UNKNOWN: "did not say whether it took the latest message",
}


class Setting(NamedTuple):
    """What there is to look at."""

    store: Store
    caller: Caller
    #: None where the tenant has no policy.
    playbook: Playbook | None
    surfaces: Iterable[Surface]
    hooks: Iterable[Hook]
    now: datetime


def parts(setting: Setting) -> tuple[Check, ...]:
    """Return a row for each part of the setup."""
    service, policy = _service(setting), _policy(setting)
    if setting.playbook is None:
        return (service, policy)
    of_policy = tuple(check(setting.playbook, setting) for check in _OF_POLICY)
    return (service, policy, *of_policy, _registrations(setting), *_surfaces(setting))


def _service(setting: Setting) -> Check:
    failed = [check.name for check in ready(setting.store, setting.now) if not check.is_ok]
    detail = f"its operator has to look at: {', '.join(failed)}" if failed else "works"
    return Check(name="service", is_ok=not failed, detail=detail)


def _policy(setting: Setting) -> Check:
    playbook = setting.playbook
    detail = playbook.version if playbook else "is missing; activate one with: triage policy activate"
    return Check(name="policy", is_ok=playbook is not None, detail=detail)


def _platform(playbook: Playbook, setting: Setting) -> Check:
    platform = setting.caller.platform
    if platform is None:
        return Check(name="platform", is_ok=True, detail="a person asks, through no platform")
    carried = playbook.policy.platforms.get(platform)
    detail = f"may carry {carried} data" if carried else "may carry no data; name it under platforms in the policy"
    return Check(name="platform", is_ok=carried is not None, detail=detail)


def _roster(playbook: Playbook, _setting: Setting) -> Check:
    count = len(playbook.policy.people)
    return Check(name="roster", is_ok=count > 0, detail=_people(count))


def _may(name: str, right: Right) -> Callable[[Playbook, Setting], Check]:
    def check(playbook: Playbook, _setting: Setting) -> Check:
        roles = {role.name for role in playbook.policy.roles if right in role.rights}
        count = sum(not roles.isdisjoint(person.roles) for person in playbook.policy.people)
        detail = _people(count) if count else f"nobody has the right {right}; give it to a role of the policy"
        return Check(name=name, is_ok=count > 0, detail=detail)

    return check


def _hours(playbook: Playbook, setting: Setting) -> Check:
    calendars = playbook.promises.calendars
    until = setting.now + OPENS_WITHIN
    shut = sorted(name for name, calendar in calendars.items() if not calendar.intervals(setting.now, until))
    detail = f"closed for the next {OPENS_WITHIN.days} days: {', '.join(shut)}" if shut else "every calendar opens"
    return Check(name="hours", is_ok=not shut, detail=detail)


_OF_POLICY: Final[tuple[Callable[[Playbook, Setting], Check], ...]] = (
    _platform,
    _roster,
    _may("approvers", Right.APPROVE),
    _may("incident_leads", Right.ACKNOWLEDGE),
    _hours,
)


def _registrations(setting: Setting) -> Check:
    hooks = tuple(setting.hooks)
    stopped = sum(not hook.active for hook in hooks)
    detail = f"{len(hooks)} of this key, {stopped} of them stopped"
    return Check(name="registrations", is_ok=stopped == 0, detail=detail)


def _surfaces(setting: Setting) -> tuple[Check, ...]:
    return tuple(_surface(setting, surface) for surface in sorted(setting.surfaces))


def _surface(setting: Setting, surface: Surface) -> Check:
    """Tell how the latest message to a surface ended; one that was never used may be right."""
    records = setting.store.sends.listed(setting.caller.tenant, SendFilter(surface=surface), _LATEST)
    latest = next((record for record in records if record.state in _TOLD), None)
    is_ok = latest is None or latest.state is SendState.SENT
    return Check(name=f"sender_{surface}", is_ok=is_ok, detail=_ended(latest))


def _ended(latest: SendRecord | None) -> str:
    if latest is None:
        return "nothing was sent yet; try it with: triage surfaces test"
    return f"{_TOLD[latest.state]}{f' ({latest.failure})' if latest.failure else ''}"


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"
