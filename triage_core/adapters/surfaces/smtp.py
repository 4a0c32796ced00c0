"""How is a mail handed to a relay? Encrypted, once, and with the relay's word after the text as the only yes.

Before the text was handed over, nothing was sent, whatever went wrong. A connection that is lost after that leaves open
whether the mail goes its way.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from threading import Timer
from typing import TYPE_CHECKING, Final

import httpcore

from triage_core.adapters.guarded_network import Deadline, NotReached, permitted
from triage_core.adapters.surfaces import answers
from triage_core.adapters.surfaces.settings import mailbox
from triage_core.channels.loops import HOPS_HEADER, message_id
from triage_core.domain.delivery import Failure
from triage_core.domain.receivers import Target, is_loopback_host
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.surfaces.reach import Reach
    from triage_core.adapters.surfaces.settings import EmailSettings
    from triage_core.domain.sending import Envelope

_ACTS: Final = frozenset({Act.POST})
#: No spaces, brackets or controls, so that an address is nothing but an address.
_ADDRESS: Final = re.compile(r"[!#-;=?-~]+@[!#-;=?A-Z^-~]+")
_MOST_RECIPIENTS: Final = 50
_POLICY: Final = SMTP.clone(cte_type="7bit")
_READY: Final = 220
_GOES_ON: Final = range(200, 300)
_LATER: Final = range(400, 500)
_REFUSALS: Final = range(400, 600)
_CLOSING: Final = 421
_NOT_CONNECTED: Final = Told(failure=Failure.NOT_CONNECTED.value, may_retry=True, is_down=True)


class Smtp:
    """Hands mails to one relay."""

    def __init__(self, settings: EmailSettings, reach: Reach) -> None:
        """Use the relay of the settings."""
        self._settings: Final = settings
        self._reach: Final = reach

    def send(self, envelope: Envelope) -> Told:
        """Hand one mail over; where the relay refuses some of its recipients, the others get it."""
        if envelope.act not in _ACTS:
            return answers.ACT_UNSUPPORTED
        if not envelope.to or len(envelope.to) > _MOST_RECIPIENTS or not all(map(_ADDRESS.fullmatch, envelope.to)):
            return answers.ADDRESS_UNUSABLE
        message = self._written(envelope)
        try:
            with self._relay() as relay:
                return _handed_over(relay, message, self._settings.address, envelope.to)
        except (NotReached, smtplib.SMTPException, OSError) as error:
            return _not_handed_over(error)

    def _written(self, envelope: Envelope) -> EmailMessage:
        message = EmailMessage(policy=_POLICY)
        message["From"] = mailbox(self._settings.sender)
        message["To"] = ", ".join(envelope.to)
        message["Subject"] = _line(envelope.title)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = message_id(envelope.ticket_id or "test", envelope.key, self._settings.domain)
        message[HOPS_HEADER] = str(envelope.hops)
        if not envelope.is_released:
            message["Auto-Submitted"] = "auto-generated"
        if envelope.reply_to:
            message["In-Reply-To"] = message["References"] = _line(envelope.reply_to).partition(" ")[0]
        if self._settings.reply_to:
            message["Reply-To"] = mailbox(self._settings.reply_to)
        message.set_content(_sound(envelope.text))
        if html := envelope.body.get("html"):
            message.add_alternative(_sound(str(html)), subtype="html")
        return message

    @contextmanager
    def _relay(self) -> Iterator[_Relay]:
        """Open a connection that is encrypted and, where there is a password, signed in; end it in time."""
        relay = _Relay(self._settings, self._reach)
        limit = Timer(self._reach.time_limit.total_seconds(), relay.hang_up)
        limit.daemon = True
        limit.start()
        try:
            relay.open()
            yield relay
        finally:
            limit.cancel()
            relay.close()


class _Relay(smtplib.SMTP):
    """A connection to an address of the relay that was judged."""

    def __init__(self, settings: EmailSettings, reach: Reach) -> None:
        self._settings, self._reach = settings, reach
        self._deadline = Deadline(reach.time_limit.total_seconds())
        super().__init__(local_hostname=settings.domain, timeout=reach.time_limit.total_seconds())
        #: Whose certificate has to be shown; the library sets it only where it connects by itself.
        self._host = settings.host

    def open(self) -> None:
        """Connect, encrypt and sign in."""
        settings = self._settings
        code, said = self.connect(settings.host, settings.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, said)
        self.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            code, said = self.starttls(context=self._reach.trusted)
            if code != _READY:
                raise smtplib.SMTPResponseException(code, said)
            self.ehlo_or_helo_if_needed()  # nothing that was said before is believed
        if settings.password is not None:
            self.login(settings.username, settings.password.get_secret_value())

    def hang_up(self) -> None:
        """End the connection under whoever waits for it."""
        if isinstance(line := self.sock, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del timeout
        for address in self._addresses(host, port):
            with suppress(OSError, httpcore.TimeoutException):
                line = socket.create_connection((address, port), self._deadline.left())
                return self._wrapped(line) if self._settings.security == "tls" else line
        raise NotReached(Failure.NOT_CONNECTED)

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        is_loopback = self._reach.allow_loopback and is_loopback_host(host)
        target = Target(scheme="smtp", host=host, port=port, target="", is_loopback=is_loopback)
        if not self._settings.internal:
            return permitted(target, self._reach.names)
        try:
            return self._reach.names(host, port)
        except (OSError, UnicodeError) as error:
            raise NotReached(Failure.NAME_UNKNOWN) from error

    def _wrapped(self, line: socket.socket) -> socket.socket:
        try:
            return self._reach.trusted.wrap_socket(line, server_hostname=self._settings.host)
        except ssl.SSLError as error:
            raise NotReached(Failure.TLS_FAILED) from error


_WORDS: Final = {
    smtplib.SMTPAuthenticationError: "unauthenticated",
    smtplib.SMTPSenderRefused: "sender_refused",
    smtplib.SMTPDataError: "message_refused",
}


def _handed_over(relay: smtplib.SMTP, message: EmailMessage, sender: str, to: tuple[str, ...]) -> Told:
    code, said = relay.mail(sender)
    if code not in _GOES_ON:
        raise smtplib.SMTPSenderRefused(code, said, sender)
    codes = [relay.rcpt(recipient)[0] for recipient in to]
    taken = sum(code in _GOES_ON for code in codes)
    if not taken:
        return _refused(min(codes), "recipient_refused")
    if (refusal := _given(relay, message.as_bytes())) is not None:
        return refusal
    with suppress(smtplib.SMTPException, OSError):
        relay.quit()
    left_out = f" without {len(to) - taken} of {len(to)}" if taken < len(to) else ""
    return Told(receipt=f"{message['Message-ID']}{left_out}")


def _not_handed_over(error: Exception) -> Told:
    """Tell what stood in the way before the text was given away."""
    if isinstance(error, NotReached):
        is_lasting = error.failure is Failure.ADDRESS_FORBIDDEN
        return Told(failure=error.failure.value, may_retry=not is_lasting, is_down=not is_lasting)
    if isinstance(error, ssl.SSLError):
        return Told(failure=Failure.TLS_FAILED.value, may_retry=True, is_down=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, _WORDS.get(type(error), "refused"))
    return Told(failure="not_supported") if isinstance(error, smtplib.SMTPNotSupportedError) else _NOT_CONNECTED


def _given(relay: smtplib.SMTP, text: bytes) -> Told | None:
    """Give the text away; none where the relay took it."""
    try:
        code, _ = relay.data(text)
    except smtplib.SMTPDataError:  # the relay did not want to hear it
        raise
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException):
        return answers.unconfirmed()
    if code in _GOES_ON:
        return None
    return _refused(code, "message_refused") if code in _REFUSALS else answers.unconfirmed()


def _refused(code: int, word: str) -> Told:
    """Tell a refusal: what begins with a 4 may be taken later, and with 421 the relay wants to be left alone."""
    if code not in _REFUSALS:
        return Told(failure="answer_unreadable", may_retry=True, is_down=True)
    return Told(failure=word, may_retry=code in _LATER, is_down=code == _CLOSING)


def _line(text: str) -> str:
    return _sound(" ".join(text.split()))


def _sound(text: str) -> str:
    """Return a text without halves of surrogate pairs and without characters that end a text early."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
