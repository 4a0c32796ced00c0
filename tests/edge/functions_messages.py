"""Which messages does the Functions runtime exchange with its host? Plain stand-ins for them.

The host's own messages are built by a code generator that is not installed here. The runtime only needs their names and
their fields, so these are written after the runtime's behaviour.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

_ONE_OF = {"data": ("string", "bytes", "json", "http", "int", "double"), "rpc_data": ("data",)}


class Message:
    """Whatever fields a message is given; one that was not given is not there."""

    exception: Any = None
    return_value: Any = None

    def __init__(self, **fields: Any) -> None:
        """Take the fields as they are."""
        vars(self).update(fields)

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 - the runtime calls it so
        """Return the name of the one field of a group that is set; none counts as not set."""
        return next((name for name in _ONE_OF[group] if vars(self).get(name) is not None), None)


def _kind(name: str, **constants: object) -> type[Message]:
    return type(name, (Message,), constants)


_PLAIN = (
    *("RpcException", "WorkerMetadata", "WorkerInitResponse", "FunctionMetadataResponse", "RpcFunctionMetadata"),
    *("RpcRetryOptions", "FunctionLoadResponse", "FunctionEnvironmentReloadResponse", "InvocationResponse"),
    *("TypedData", "ParameterBinding", "RpcHttp", "NullableString", "NullableBool", "NullableDouble"),
    *("NullableTimestamp", "Timestamp"),
)
_SAME_SITE = type("SameSite", (), {name: name for name in ("None", "Lax", "Strict", "ExplicitNone")})

#: What the runtime is handed as the host's messages.
PROTOS = SimpleNamespace(
    **{name: _kind(name) for name in _PLAIN},
    BindingInfo=_kind("BindingInfo", undefined=0, out=1, inout=2),
    StatusResult=_kind("StatusResult", Failure=0, Success=1),
    RpcHttpCookie=_kind("RpcHttpCookie", SameSite=_SAME_SITE),
)
