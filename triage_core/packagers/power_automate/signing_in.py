"""How does whoever connects prove who they are: with a key of the service, or with the organisation's sign-in?"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Part = dict[str, Any]


class SignIn(NamedTuple):
    """A registration of an organisation's sign-in service; the secret is typed in there and never packed."""

    client: str
    resource: str


#: Stands for a registration until an installation names its own.
UNKNOWN: Final = SignIn("00000000-0000-0000-0000-000000000000", "api://triage-loop")
_LOGIN: Final = "https://login.microsoftonline.com"
_NAME: Final = "Entra ID"

_HOST: Final[Part] = {
    "type": "string",
    "uiDefinition": {
        "displayName": "Host name",
        "description": "Host of your triage service, without https.",
        "tooltip": "Example: triage.example.com",
        "constraints": {"tabIndex": 1, "required": "true"},
    },
}
_KEY: Final[Part] = {
    "type": "securestring",
    "uiDefinition": {
        "displayName": "Key",
        "description": "Key that your triage service issued for this platform.",
        "tooltip": "Paste the key",
        "constraints": {"tabIndex": 2, "clearText": False, "required": "true"},
    },
}
#: Words that the platform prescribes.
_TENANT: Final[Part] = {
    "type": "string",
    "metadata": {"sourceType": "AzureActiveDirectoryTenant"},
    "uiDefinition": {
        "constraints": {"hidden": "true", "required": "false"},
        "description": "The tenant ID of for the Azure Active Directory application",
        "displayName": "Tenant",
    },
}
#: Every installation has a host of its own.
POLICIES: Final[list[Part]] = [
    {
        "templateId": "dynamichosturl",
        "title": "Use the host of the connection",
        "parameters": {"x-ms-apimTemplateParameter.urlTemplate": "https://@connectionParameters('siteHost')"},
    }
]


def security(sign_in: SignIn) -> Part:
    """Return what the definition says of it instead of the key."""
    addresses = {"authorizationUrl": f"{_LOGIN}/common/oauth2/authorize", "tokenUrl": f"{_LOGIN}/common/oauth2/token"}
    scopes = {f"{sign_in.resource}/.default": "Everything that the person may do in the service."}
    scheme = {"type": "oauth2", "flow": "accessCode", **addresses, "scopes": scopes}
    return {"securityDefinitions": {_NAME: scheme}, "security": [{_NAME: [*scopes]}]}


def parameters(sign_in: SignIn | None) -> Part:
    """Return what is asked of whoever connects."""
    if sign_in is None:
        return {"siteHost": _HOST, "api_key": _KEY}
    return {
        "siteHost": _HOST,
        "token": {"type": "oauthSetting", "oAuthSettings": _entra(sign_in)},
        "token:TenantId": _TENANT,
    }


def _entra(sign_in: SignIn) -> Part:
    return {
        "identityProvider": "aad",
        "clientId": sign_in.client,
        "scopes": [],
        "redirectMode": "Global",
        "redirectUrl": "https://global.consent.azure-apim.net/redirect",
        "properties": {
            "IsFirstParty": "False",
            "AzureActiveDirectoryResourceId": sign_in.resource,
            "IsOnbehalfofLoginSupported": True,
        },
        "customParameters": {
            "loginUri": {"value": _LOGIN},
            "tenantId": {"value": "common"},
            "resourceUri": {"value": sign_in.resource},
        },
    }
