"""Which operations of Microsoft's own connectors are known, because they were seen in flows that run?

What nobody has seen is not in this table: a parameter with a guessed name keeps a flow from being switched on.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """One operation of a connector that Microsoft runs."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    #: The step waits until somebody answers.
    waits: bool = False
    is_trigger: bool = False
    #: Parameters that are the words of a message.
    words: tuple[str, ...] = ()
    #: What comes back are words of a message.
    answers_words: bool = False
    #: Parameters that name a place, which differs from one organisation to the next.
    places: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = MappingProxyType({})


_MAIL: Final = "emailMessage/"
_ASKED: Final = "optionsEmailSubscription/Message/"
_CREATION: Final = (
    "title",
    "assignedTo",
    "details",
    "itemLink",
    "requestor",
    "enableNotifications",
    "enableReassignment",
)
_CHANNEL: Final = ("body/recipient/groupId", "body/recipient/channelId")

NATIVE: Final[dict[str, dict[str, Native]]] = {
    "shared_approvals": {
        "StartAndWaitForAnApproval": Native(
            required=(
                "approvalType",
                "WebhookApprovalCreationInput/title",
                "WebhookApprovalCreationInput/assignedTo",
            ),
            optional=tuple(f"WebhookApprovalCreationInput/{name}" for name in (*_CREATION[2:], "itemLinkDescription")),
            waits=True,
            words=("WebhookApprovalCreationInput/details",),
        ),
        "CreateAnApproval": Native(
            required=("approvalType", "ApprovalCreationInput/title", "ApprovalCreationInput/assignedTo"),
            optional=tuple(f"ApprovalCreationInput/{name}" for name in (*_CREATION[2:], "responseOptions")),
            words=("ApprovalCreationInput/details",),
        ),
        "WaitForAnApproval": Native(required=("approvalName",), waits=True),
    },
    "shared_office365": {
        "SendEmailV2": Native(
            required=(f"{_MAIL}To", f"{_MAIL}Subject", f"{_MAIL}Body"),
            optional=(f"{_MAIL}Importance",),
            words=(f"{_MAIL}Body", f"{_MAIL}Subject"),
            choices={f"{_MAIL}Importance": ("Low", "Normal", "High")},
        ),
        "SendMailWithOptions": Native(
            required=(f"{_ASKED}To",),
            optional=tuple(
                f"{_ASKED}{name}"
                for name in (
                    "Subject",
                    "Options",
                    "HeaderText",
                    "SelectionText",
                    "Body",
                    "Importance",
                    "UseOnlyHTMLMessage",
                    "HideHTMLMessage",
                    "ShowHTMLConfirmationDialog",
                    "HideMicrosoftFooter",
                )
            ),
            waits=True,
            words=(f"{_ASKED}Body", f"{_ASKED}Subject"),
        ),
        # No flow of those that were looked at has it; its parameters are those of Microsoft's reference.
        "OnNewEmailV3": Native(
            optional=(
                "folderPath",
                "to",
                "cc",
                "toOrCc",
                "from",
                "importance",
                "fetchOnlyWithAttachment",
                "includeAttachments",
                "subjectFilter",
            ),
            is_trigger=True,
            answers_words=True,
        ),
    },
    "shared_teams": {
        "PostMessageToConversation": Native(
            required=("poster", "location", "body/messageBody"),
            optional=("body/recipient", "body/isAlert", *_CHANNEL),
            words=("body/messageBody",),
            places=_CHANNEL,
            choices={"poster": ("Flow bot", "User"), "location": ("Channel", "Group chat", "Chat with Flow bot")},
        ),
        "PostCardToConversation": Native(
            required=("poster", "location", "body/messageBody"),
            optional=_CHANNEL,
            words=("body/messageBody",),
            places=_CHANNEL,
        ),
        "PostCardAndWaitForResponse": Native(
            required=("poster", "location", "body/body/messageBody"),
            optional=("body/body/updateMessage", *(f"body/{name}" for name in _CHANNEL)),
            waits=True,
            words=("body/body/messageBody",),
            places=tuple(f"body/{name}" for name in _CHANNEL),
        ),
    },
    "shared_office365users": {
        "Manager_V2": Native(required=("id",), optional=("$select",)),
        "UserProfile_V2": Native(required=("id",), optional=("$select",)),
    },
}
