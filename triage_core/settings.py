"""How is an installation set up? By environment variables, checked before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = "TRIAGE_"
#: A public address is encrypted, unless it never leaves the machine.
_ADDRESS: Final = r"^(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)/?$"
#: The same for a service that is asked, with a path.
_SERVICE: Final = r"^(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[A-Za-z0-9._~-]+)*/?$"

#: What each variable must hold, since a refusal never repeats what it does hold.
_EXPECTED: Final = {
    "database_url": "a store such as sqlite:///triage.db or postgresql://HOST/DATABASE",
    "webhook_allow_loopback": "true or false",
    "public_url": "an address such as https://triage.example.com, without a path",
    "writer_url": "the https address of a language model on a public host and port 443, such as "
    "https://models.example.com/v1 (or one on this machine, with TRIAGE_WRITER_ALLOW_LOOPBACK=true)",
    "writer_allow_loopback": "true or false",
}


class SettingsInvalid(TriageError):
    """The environment does not set the service up."""

    code = "settings_invalid"

    def __init__(self, names: list[str]) -> None:
        """Name each variable and what it must hold, never what it holds."""
        needed = "; ".join(f"set {_PREFIX}{name.upper()} to {_EXPECTED[name]}" for name in names)
        super().__init__(f"the service is not set up: {needed}")


class Settings(BaseModel):
    """Everything that differs between installations."""

    model_config = ConfigDict(frozen=True)

    database_url: Annotated[str, Field(pattern=r"^(memory:|sqlite:|postgres)")]
    #: Where callers reach the service; each request's own address when empty.
    public_url: Annotated[str, Field(pattern=_ADDRESS)] | None = None
    #: Who may vouch for people and programs, as a JSON list; nobody when empty.
    oidc_providers: str = ""
    #: A JSON file with the Slack workspaces whose buttons work; nobody's when empty.
    slack_signing: str = ""
    #: Hosts that may receive events, separated by commas; those of the three platforms when empty.
    webhook_hosts: str = ""
    #: The tenant of those who run the installation, who may stop all tenants over the network; nobody when empty.
    operator_tenant: str | None = None
    #: For tests and first tries: this machine itself may receive events, over plain http.
    webhook_allow_loopback: bool = False
    #: The base address of a language model that phrases drafts, its name, and its key; none without the first two.
    writer_url: Annotated[str, Field(pattern=_SERVICE)] | None = None
    writer_model: str | None = None
    writer_key: SecretStr | None = None
    #: The model may be on this machine itself, over plain http.
    writer_allow_loopback: bool = False
    #: The file that says what the service may send to by itself, per tenant; nothing when empty.
    surfaces: str = ""


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raises `SettingsInvalid` with every variable that is missing or wrong."""
    given = {name: value for name in Settings.model_fields if (value := environment.get(_PREFIX + name.upper()))}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        names = {str(fault["loc"][0]) for fault in error.errors(include_input=False, include_url=False)}
        raise SettingsInvalid(sorted(names)) from None
