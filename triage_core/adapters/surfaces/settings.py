"""What does each surface need to be set up? Where it is reached, in whose name, and with which secret."""

from __future__ import annotations

import re
from abc import abstractmethod
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, model_validator

from triage_core.channels.zendesk_fields import ZendeskMapping
from triage_core.domain.receivers import ReceiverRefused, Receivers, is_loopback_host
from triage_core.domain.sending import Surface

#: What validation is told about this machine itself.
LOOPBACK: Final = "allow_loopback"
#: What a key must hold, since a refusal never repeats what it does hold.
EXPECTED: Final = {
    "address": "a stand-in on this machine, such as http://127.0.0.1:8080",
    "channel": "the id of a channel, such as C0123456789",
    "region": "us or eu",
    "subdomain": "the first part of the account's address, such as acme for acme.zendesk.com",
    "email": "an address such as agent@example.com",
    "data_source": "the id of a source of data, 32 digits and letters a to f",
    "page": "the id of a page, 32 digits and letters a to f",
    "host": "the name of a relay in small letters, such as smtp.example.com",
    "security": "starttls or tls",
    "sender": "a mailbox such as Support <support@example.com>",
    "reply_to": "a mailbox such as Support <support@example.com>",
    "team": "the name of a team, of at most 100 letters",
}


def _allows_loopback(info: ValidationInfo) -> bool:
    return bool(info.context and info.context.get(LOOPBACK))


def mailbox(text: str) -> Address:
    """Read a mailbox such as `Acme, Inc. <support@acme.example>`, whose name may hold anything but brackets."""
    name, _, address = text.rpartition("<")
    quoted = re.fullmatch(r'"(.*)"', name.strip())
    return Address(display_name=quoted[1] if quoted else name.strip(), addr_spec=address.rstrip(">"))


def _is_mailbox(text: str) -> str:
    try:
        mailbox(text)
    except (ValueError, HeaderParseError):
        message = f"expected {EXPECTED['sender']}"
        raise ValueError(message) from None
    return text


def _without_space(secret: SecretStr) -> SecretStr:
    if re.fullmatch(r"[!-~]+", secret.get_secret_value()) is None:
        message = "expected a secret without spaces and line breaks"
        raise ValueError(message)
    return secret


Secret = Annotated[SecretStr, AfterValidator(_without_space)]
_Mailbox = Annotated[str, Field(pattern=r"^[^@\s<>]+@[A-Za-z0-9.-]+$")]
_ADDRESS = r"[!#-;=?A-Z^-~]+@[A-Za-z0-9.-]+"
_Mailto = Annotated[str, Field(pattern=rf"^([^<>@\r\n]+ <{_ADDRESS}>|{_ADDRESS})$"), AfterValidator(_is_mailbox)]
_Uuid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")]
_Here = Annotated[str, Field(pattern=r"^http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(/[\w.-]+)*$")]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class WebSettings(_Setting):
    """A surface that is reached over HTTP, at hosts that are known beforehand."""

    hosts: ClassVar[tuple[str, ...]]
    #: For tests and first tries: a stand-in on this machine.
    address: _Here | None = None

    @property
    @abstractmethod
    def base(self) -> str:
        """Where requests begin."""

    @model_validator(mode="after")
    def _reachable(self, info: ValidationInfo) -> Self:
        try:
            Receivers(hosts=self.hosts, allow_loopback=_allows_loopback(info)).target(self.base)
        except ReceiverRefused as error:
            message = f"its address cannot be used: {error.refusal}"
            raise ValueError(message) from None
        return self


class SlackSettings(WebSettings):
    """An app of one workspace, and the channel it posts to."""

    hosts: ClassVar = ("slack.com",)
    token: Secret
    channel: Annotated[str, Field(pattern=r"^[CGDU][A-Z0-9]{2,40}$")]

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or "https://slack.com/api"


class TeamsSettings(WebSettings):
    """The webhook of a workflow."""

    hosts: ClassVar = ("*.logic.azure.com", "*.powerplatform.com")
    url: Secret

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or self.url.get_secret_value()


class PagerDutySettings(WebSettings):
    """An integration of one service."""

    hosts: ClassVar = ("events.pagerduty.com", "events.eu.pagerduty.com")
    routing_key: Secret
    region: Literal["us", "eu"] = "us"

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or f"https://{'events.eu' if self.region == 'eu' else 'events'}.pagerduty.com/v2"


class OpsgenieSettings(WebSettings):
    """An integration, and the team its alerts are for."""

    hosts: ClassVar = ("api.opsgenie.com", "api.eu.opsgenie.com")
    key: Secret
    region: Literal["us", "eu"] = "us"
    team: Annotated[str, Field(max_length=100)] = ""

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or f"https://{'api.eu' if self.region == 'eu' else 'api'}.opsgenie.com/v2"

    @property
    def told_to(self) -> list[dict[str, str]]:
        """Whom alerts are for, in the service's words; nobody in particular when empty."""
        return [{"type": "team", "name": self.team}] if self.team else []


class ZendeskSettings(WebSettings):
    """An account, and the agent in whose name comments are written."""

    hosts: ClassVar = ("*.zendesk.com",)
    subdomain: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]
    email: _Mailbox
    token: Secret
    #: The ids of what is written back to tickets; nothing is without them.
    writeback: ZendeskMapping | None = None

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or f"https://{self.subdomain}.zendesk.com/api/v2"

    def ticket_url(self, number: str) -> str | None:
        """Return where agents find a ticket; none for what is no number of the account's."""
        known = re.fullmatch(r"[1-9]\d{0,18}", number)
        return f"https://{self.subdomain}.zendesk.com/agent/tickets/{number}" if known else None


class NotionSettings(WebSettings):
    """An integration, and where its pages go: into a source of data, or below a page."""

    hosts: ClassVar = ("api.notion.com",)
    token: Secret
    data_source: _Uuid | None = None
    page: _Uuid | None = None

    @property
    def base(self) -> str:
        """Where requests begin."""
        return self.address or "https://api.notion.com/v1"

    @property
    def parent(self) -> dict[str, str]:
        """Where pages go, in the service's words."""
        if self.data_source is not None:
            return {"type": "data_source_id", "data_source_id": self.data_source}
        return {"type": "page_id", "page_id": str(self.page)}

    @model_validator(mode="after")
    def _one_parent(self) -> Self:
        if (self.data_source is None) == (self.page is None):
            message = "expected either data_source or page"
            raise ValueError(message)
        return self


class EmailSettings(_Setting):
    """A relay, and the sender in whose name mails go out."""

    host: Annotated[str, Field(pattern=r"^[a-z0-9.-]+$|^\[::1\]$", max_length=253)]
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    #: Nothing is encrypted only on this machine itself.
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr | None = None
    sender: _Mailto
    reply_to: _Mailto | None = None
    #: The relay stands in the operator's own network, so its address need not be a public one.
    internal: bool = False

    @property
    def address(self) -> str:
        """The sender's address alone."""
        return mailbox(self.sender).addr_spec

    @property
    def domain(self) -> str:
        """The domain in whose name mails go out; answers are recognised by it."""
        return self.address.rpartition("@")[2]

    @model_validator(mode="after")
    def _whole_sign_in(self) -> Self:
        if bool(self.username) != (self.password is not None):
            message = "expected both username and password, or neither"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _guarded(self, info: ValidationInfo) -> Self:
        is_here = is_loopback_host(self.host)
        if is_here and not _allows_loopback(info):
            message = "a relay on this machine is for tests; expected another host"
            raise ValueError(message)
        if self.security == "none" and not is_here:
            message = "expected security starttls or tls"
            raise ValueError(message)
        return self


class TenantSurfaces(_Setting):
    """What is set up for a tenant; what is left out is off."""

    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None
    email: EmailSettings | None = None
    pagerduty: PagerDutySettings | None = None
    opsgenie: OpsgenieSettings | None = None
    zendesk: ZendeskSettings | None = None
    notion: NotionSettings | None = None

    def of(self, surface: Surface) -> Any:  # noqa: ANN401 - each surface has settings of its own
        """Return the settings of a surface; none where it is off."""
        if surface is Surface.ZENDESK_TICKET:
            return self.zendesk if self.zendesk is not None and self.zendesk.writeback is not None else None
        return getattr(self, surface.value)
