"""What does a relay do with a mail? It takes it, refuses it before or after reading it, or loses the connection."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME: Final = "triage"
PASSWORD: Final = "relay stand-in 0123456789"
_PATIENCE: Final = 30.0


@dataclass(frozen=True)
class Mail:
    """A mail that the relay read to its end."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    is_encrypted: bool


class SmtpStandIn:
    """A relay on this machine, whose habits can be changed while it works."""

    def __init__(self, context: ssl.SSLContext | None = None, *, implicit: bool = False, auth: bool = False) -> None:
        """Encrypt with a certificate, after STARTTLS or from the first word on; ask for a password or not."""
        self.received: list[Mail] = []
        #: What is answered to MAIL, to RCPT for each address, and after the text.
        self.on_mail: str | None = None
        self.on_recipient: dict[str, str] = {}
        self.on_text: str | None = None
        #: Hang up after the text, having kept it or not.
        self.drops_after_text = False
        self.is_silent_after_text = False
        self._context, self._implicit, self._auth = context, implicit, auth

    def __enter__(self) -> Self:
        self._controller = _Controller(_Handler(self), hostname="127.0.0.1", port=0, **self._options())
        self._controller.start()
        return self

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self._context is not None and self._implicit:
            options["ssl_context"] = self._context
        elif self._context is not None:
            options |= {"tls_context": self._context, "require_starttls": True}
        if self._auth:
            options |= {"authenticator": _check, "auth_required": True, "auth_require_tls": "tls_context" in options}
        return options

    def __exit__(self, *_: object) -> None:
        self._controller.stop(no_assert=True)

    @property
    def host(self) -> str:
        return "localhost"

    @property
    def port(self) -> int:
        """Where it listens."""
        server: Any = self._controller.server
        return int(server.sockets[0].getsockname()[1])


class _Controller(Controller):
    """Knows its port only once it listens."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        socket.create_connection(server.sockets[0].getsockname()[:2], 5).close()


def _check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    is_known = isinstance(given, LoginPassword) and given == LoginPassword(USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=is_known)


class _Handler:
    def __init__(self, stand_in: SmtpStandIn) -> None:
        self._is = stand_in

    async def handle_MAIL(  # noqa: N802 - as the library calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._is.on_mail is not None:
            return self._is.on_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._is.on_recipient:
            return self._is.on_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as the library calls it
        if self._is.on_text is not None:
            return self._is.on_text
        self._is.received.append(_mail(session, envelope))
        if self._is.drops_after_text:
            transport: Any = server.transport
            transport.abort()
        if self._is.is_silent_after_text:
            await asyncio.sleep(_PATIENCE)
        return "250 OK"


def _mail(session: Session, envelope: Envelope) -> Mail:
    content = envelope.content or b""
    message = message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=policy.default)
    return Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), message, session.ssl is not None)
