"""Which providers of identity are trusted, for which tenant, and what do their tokens stand for?"""

from __future__ import annotations

import json
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from triage_core.contract.operation import Scope
from triage_core.domain.credentials import KeyPlatform
from triage_core.domain.errors import TriageError

VARIABLE: Final = "TRIAGE_OIDC_PROVIDERS"
_Url = Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])\S+$")]


class ProvidersInvalid(TriageError):
    """The settings of identity providers cannot be used."""

    code = "providers_invalid"

    def __init__(self, places: tuple[str, ...]) -> None:
        """Name the places; their content may be a secret and is not repeated."""
        super().__init__(f"{VARIABLE} cannot be used; correct: {', '.join(places)}")


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class App(_Setting):
    """A program that comes with a token of its own and no person."""

    name: str
    platform: KeyPlatform = KeyPlatform.DIRECT
    scopes: tuple[Scope, ...]


class Provider(_Setting):
    """One issuer; its tokens belong to one tenant."""

    issuer: _Url
    tenant: Annotated[str, Field(min_length=1)]
    #: What tokens for the API are made out to.
    audience: Annotated[str, Field(min_length=1)]
    #: Set together with the redirect where people sign in to the console with it.
    client_id: str | None = None
    client_secret: str | None = None
    label: str = "your organisation's account"
    #: Clients whose tokens come from a person at a platform's connector.
    connectors: tuple[str, ...] = ()
    #: The platform that carries what connectors read.
    connector_platform: KeyPlatform = KeyPlatform.POWER_AUTOMATE
    #: Programs by their client id.
    apps: dict[str, App] = Field(default_factory=dict)
    #: People by the provider's own id of them; others are found by their verified mailbox.
    people: dict[str, str] = Field(default_factory=dict)


_PROVIDERS: Final = TypeAdapter(tuple[Provider, ...])


def providers_from(written: str) -> tuple[Provider, ...]:
    """Read the providers from a JSON list; raises `ProvidersInvalid`."""
    if not written.strip():
        return ()
    try:
        found = _PROVIDERS.validate_python(json.loads(written))
    except json.JSONDecodeError as error:
        raise ProvidersInvalid(("the JSON itself",)) from error
    except ValidationError as error:
        raise ProvidersInvalid(tuple("/".join(map(str, each["loc"])) for each in error.errors())) from None
    if len({provider.issuer for provider in found}) < len(found):
        raise ProvidersInvalid(("each issuer once",))
    entrances = [provider.tenant for provider in found if provider.client_id]
    if len(set(entrances)) < len(entrances):
        raise ProvidersInvalid(("one client_id for each tenant",))
    return found
