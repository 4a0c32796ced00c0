"""Who pressed which button in Slack?

The signature proves that Slack sent the request, to an app whose secret we know, less than five minutes ago. The team
in it says for which tenants it speaks, and the user is somebody of the roster or nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import msgspec
from slack_sdk.signature import Clock, SignatureVerifier

from triage_core.domain.errors import TriageError
from triage_core.observability import logger
from triage_core.service.access import Unauthenticated
from triage_core.service.interactions import Pressed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from triage_core.identity.roster import Roster
    from triage_core.identity.workspaces import Workspace
    from triage_core.service.access import Caller

_TIMESTAMP: Final = "x-slack-request-timestamp"
_SIGNATURE: Final = "x-slack-signature"
_DIGITS: Final = 12
_FIELDS: Final = 20
_log = logger("triage.identity")


class InteractionUnreadable(TriageError):
    """Slack sent something that is no interaction."""

    code = "interaction_unreadable"

    def __init__(self) -> None:
        """Say what was expected."""
        super().__init__("this is no interaction of Slack's; expected a form with the field payload")


class _Team(msgspec.Struct, frozen=True):
    id: str = ""


class _User(msgspec.Struct, frozen=True):
    id: str = ""
    #: The user's own workspace, which is another one in a shared channel.
    team_id: str = ""


class _Action(msgspec.Struct, frozen=True):
    action_id: str = ""
    value: str = ""


class _Payload(msgspec.Struct, frozen=True):
    type: str = ""
    team: _Team | None = None
    user: _User = _User()
    actions: list[_Action] = msgspec.field(default_factory=list)
    #: Where Slack takes what the person is told.
    response_url: str = ""


def _untold(_address: str, _text: str) -> bool:
    return False


class SlackDoor:
    """Knows the workspaces that may speak, and the people in them."""

    def __init__(
        self,
        workspaces: Sequence[Workspace],
        roster: Roster,
        now: Callable[[], datetime],
        tell: Callable[[str, str], bool] = _untold,
    ) -> None:
        """Trust these workspaces and no others; `tell` takes a text to the address that came with a press."""
        self._workspaces, self._roster, self._now, self._tell = workspaces, roster, now, tell

    def pressed(self, headers: Mapping[str, str], body: bytes) -> Pressed:
        """Return what was pressed, by whom; raises `Unauthenticated` and `InteractionUnreadable`.

        Nothing of the body is read before its signature fits.
        """
        vouched = self._vouched(headers, body)
        payload = _payload(body)
        team = payload.team.id if payload.team else payload.user.team_id
        is_guest = payload.user.team_id not in {"", team}
        if is_guest:
            _log.info("slack_refused", reason="guest")
        action = payload.actions[0] if payload.actions else _Action()
        return Pressed(
            tenants=tuple(workspace.tenant for workspace in vouched if workspace.team == team and not is_guest),
            user=payload.user.id,
            action=action.action_id,
            value=action.value,
            is_guest=is_guest,
            answer_to=payload.response_url,
        )

    def tell(self, pressed: Pressed, text: str) -> bool:
        """Tell the person what came of it, and whether that was taken; Slack shows nothing of the answer to a press."""
        is_told = bool(pressed.answer_to) and self._tell(pressed.answer_to, text)
        if pressed.answer_to and not is_told:
            _log.warning("slack_untold")
        return is_told

    def _vouched(self, headers: Mapping[str, str], body: bytes) -> list[Workspace]:
        stamp, signature = headers.get(_TIMESTAMP, ""), headers.get(_SIGNATURE, "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _DIGITS and signature.isascii()):
            raise _refused("unsigned")
        clock = _Clock(self._now)
        try:
            found = [
                workspace
                for workspace in self._workspaces
                if SignatureVerifier(workspace.secret, clock).is_valid(body, stamp, signature)
            ]
        except UnicodeDecodeError:
            raise _refused("encoding") from None
        if not found:
            raise _refused("signature")
        return found

    def caller(self, tenant: str, user: str) -> Caller | None:
        """Return the person of the roster whom a user stands for."""
        person = self._roster.by_slack(tenant, user)
        return self._roster.caller(tenant, person) if person else None


class _Clock(Clock):
    """The service's own clock, for the library that compares times."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now().timestamp()


def _payload(body: bytes) -> _Payload:
    try:
        written = parse_qs(body.decode(), max_num_fields=_FIELDS).get("payload", [""])
        return msgspec.json.decode(written[0].encode("utf-8", "replace"), type=_Payload)
    except (ValueError, msgspec.DecodeError) as error:
        raise InteractionUnreadable from error


def _refused(reason: str) -> Unauthenticated:
    _log.info("slack_refused", reason=reason)
    return Unauthenticated()
