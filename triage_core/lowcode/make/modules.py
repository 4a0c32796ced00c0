"""Which modules may a blueprint use, and what has each one to be given?

Only what genuine exports or official samples show. A module that is spelled in another way, or has another version, is
imported as "Module Not Found" or, worse, without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: What only the account of whoever exported it knows; import never makes it.
OF_AN_ACCOUNT: Final = frozenset(
    {"__IMTCONN__", "__IMTKEY__", "__IMTHOOK__", "hook", "datastore", "agent", "apiKeyKeychain", "basicAuthKeychain"}
    | {"oAuthAccount", "proxyKeychain", "bodyDataStructure", "account", "auth"}
)
#: What the editor writes down for itself.
OF_THE_EDITOR: Final = frozenset({"restore", "expect", "interface", "parameters", "advanced"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module in one version."""

    version: int
    #: The keys that the mapper must have; defaults are not filled in on import.
    needs: frozenset[str] = frozenset()
    #: What a key of the mapper may hold, where it is one of a few texts.
    choices: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Keys of the mapper that hold true or false.
    switches: frozenset[str] = frozenset()
    #: The first steps that a reference to it may take; None where they depend on what it is given.
    gives: frozenset[str] | None = frozenset()
    #: It has no mapper at all.
    bare: bool = False


_V4_SWITCHES: Final = frozenset(
    {"parseResponse", "stopOnHttpError", "allowRedirects", "shareCookies", "requestCompressedContent"}
)
_V3_SWITCHES: Final = frozenset(
    {"gzip", "useMtls", "serializeUrl", "shareCookies", "parseResponse", "followRedirect", "useQuerystring"}
    | {"followAllRedirects", "rejectUnauthorized"}
)
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "head"})
_ANSWER: Final = frozenset({"data", "statusCode", "headers"})
WEBHOOK: Final = "gateway:CustomWebHook"
RESPOND: Final = "gateway:WebhookRespond"
REQUEST: Final = "http:MakeRequest"
FORM: Final = "http:ActionSendData"
ROUTER: Final = "builtin:BasicRouter"
BRANCH: Final = "builtin:BasicIfElse"
MERGE: Final = "builtin:BasicMerge"
ITERATOR: Final = "builtin:BasicFeeder"
AGGREGATOR: Final = "builtin:BasicAggregator"
BREAK: Final = "builtin:Break"
SET: Final = "util:SetVariables"
SLACK: Final = "slack:CreateMessage"

MODULES: Final[dict[str, Module]] = {
    WEBHOOK: Module(version=1, gives=None),
    RESPOND: Module(version=1, needs=frozenset({"status", "body", "headers"})),
    REQUEST: Module(
        version=4,
        needs=frozenset({"url", "method", "headers", "queryParameters", "timeout"}) | _V4_SWITCHES,
        choices={
            "method": _METHODS,
            "contentType": frozenset({"json", "multipart", "urlEncoded", "custom"}),
            "inputMethod": frozenset({"jsonString", "dataStructure"}),
            "paginationType": frozenset({"offsetBased", "pageBased", "urlBased", "tokenBased"}),
        },
        switches=_V4_SWITCHES,
        gives=_ANSWER,
    ),
    FORM: Module(
        version=3,
        needs=frozenset({"ca", "qs", "url", "method", "headers", "timeout", "authUser", "authPass", "bodyType"})
        | _V3_SWITCHES,
        choices={
            "method": _METHODS,
            "bodyType": frozenset({"", "raw", "x_www_form_urlencoded", "multipart_form_data"}),
        },
        switches=_V3_SWITCHES,
        gives=_ANSWER,
    ),
    SET: Module(
        version=1,
        needs=frozenset({"scope", "variables"}),
        choices={"scope": frozenset({"roundtrip", "execution"})},
        gives=None,
    ),
    "util:SetVariable2": Module(
        version=1,
        needs=frozenset({"name", "scope", "value"}),
        choices={"scope": frozenset({"roundtrip", "execution"})},
        gives=None,
    ),
    "util:GetVariable2": Module(version=1, needs=frozenset({"name", "scope"}), gives=None),
    "util:FunctionSleep": Module(version=1, needs=frozenset({"duration"})),
    "util:ComposeTransformer": Module(version=1, needs=frozenset({"value"}), gives=frozenset({"value"})),
    ROUTER: Module(version=1, bare=True),
    BRANCH: Module(version=1, bare=True),
    MERGE: Module(version=1, bare=True, gives=None),
    ITERATOR: Module(version=1, needs=frozenset({"array"}), gives=None),
    AGGREGATOR: Module(version=1, gives=frozenset({"array", "__IMTAGGLENGTH__", "__IMTKEY__"})),
    BREAK: Module(version=1, needs=frozenset({"retry", "count", "interval"}), switches=frozenset({"retry"})),
    "builtin:Resume": Module(version=1, gives=None),
    "builtin:Ignore": Module(version=1, bare=True),
    "builtin:Commit": Module(version=1, bare=True),
    "builtin:Rollback": Module(version=1, bare=True),
    SLACK: Module(
        version=4,
        needs=frozenset({"channelWType", "channel", "text"}),
        choices={"channelWType": frozenset({"manualy", "list"})},
        gives=frozenset({"ts", "channel"}),
    ),
    "notion:createAPage": Module(version=1, needs=frozenset({"select", "database", "fields"}), gives=None),
    "google-email:ActionSendEmail": Module(version=2, needs=frozenset({"to", "subject", "html"}), gives=None),
    "email:ActionSendEmail": Module(version=7, needs=frozenset({"to", "subject", "contentType", "html"}), gives=None),
}
#: Modules that call a service, so that they can fail for reasons outside the scenario.
CALLS: Final = frozenset({REQUEST, FORM})
#: What ends the handler of an error.
DIRECTIVES: Final = frozenset({BREAK, "builtin:Resume", "builtin:Ignore", "builtin:Commit", "builtin:Rollback"})
