"""Why can a text not be prepared, approved or released in this way?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterable


class MessageNotFound(TriageError):
    """No text of this tenant has the id."""

    code = "message_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such message in this tenant; check the id and the key you use")


class MessageNotOpen(TriageError):
    """The text is too far for this."""

    code = "message_not_open"

    def __init__(self) -> None:
        """Say what helps."""
        super().__init__("this message is released or over; prepare a new one")


class ApprovalNotFound(TriageError):
    """No approval of this tenant has the id."""

    code = "approval_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such approval in this tenant; check the id")


class NothingAwaited(TriageError):
    """Nobody has to approve the text, so a flow that waits would wait for ever."""

    code = "nothing_awaited"

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__("nobody has to approve this message, so nothing would be called back; release it right away")


class ApprovalOver(TriageError):
    """The request was decided, expired or replaced."""

    code = "approval_over"

    def __init__(self) -> None:
        """Say what helps."""
        super().__init__(
            "this request is decided, expired or replaced by a newer one; look at the message as it stands"
        )


class TextChanged(TriageError):
    """Somebody decided about another text than the one that waits."""

    code = "text_changed"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("the text changed since you opened it; read it again and decide about what stands there now")


class NotApprover(TriageError):
    """The person may not decide this."""

    code = "not_approver"

    def __init__(self, roles: Iterable[str]) -> None:
        """Say who may."""
        who = ", ".join(roles) or "nobody"
        super().__init__(
            f"you may not decide this: it needs one of the roles {who}, and nobody who wrote, changed or asked for it"
        )


class DecidedBefore(TriageError):
    """The person has decided already, and otherwise."""

    code = "decided_before"

    def __init__(self) -> None:
        """Say that it stands."""
        super().__init__("you have decided about this already; a decision stands, a new text asks anew")


class NotInPerson(TriageError):
    """A decision came from somewhere else than a person's own fresh session."""

    code = "not_in_person"

    def __init__(self) -> None:
        """Say how to decide."""
        super().__init__("decide on the approval's page, signed in yourself a short while ago; no key or link decides")


class ExceptionNotAllowed(TriageError):
    """The checks refuse a text for something that nobody may let pass."""

    code = "exception_not_allowed"

    def __init__(self, codes: Iterable[str]) -> None:
        """Name what has to be mended."""
        super().__init__(f"the policy allows no exception here, so change the text: {', '.join(codes) or 'no finding'}")


class NotSendable(TriageError):
    """There is nothing to say, or nobody to say it to."""

    code = "message_incomplete"

    def __init__(self, lacks: str) -> None:
        """Name what is missing."""
        super().__init__(f"the message lacks {lacks}; add it and prepare the message again")


class NoDraftAllowed(TriageError):
    """Texts for such a ticket are written by a person."""

    code = "draft_not_allowed"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("no text is drafted for this ticket; a person writes it and prepares it as their own")


class PermitWrong(TriageError):
    """What was sent was not what was released."""

    code = "permit_wrong"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this permit is not the one that the release gave; release the message, then send it")
