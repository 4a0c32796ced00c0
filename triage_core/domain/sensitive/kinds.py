"""What in a text belongs to one person, or opens a door?"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Sensitive(StrEnum):
    """One kind of personal data or secret; the names stand in redacted texts, policies and findings."""

    EMAIL_ADDRESS = "email_address"
    PHONE_NUMBER = "phone_number"
    CREDIT_CARD = "credit_card"
    IBAN = "iban"
    BIC = "bic"
    #: Social security, tax and identity numbers of people.
    NATIONAL_NUMBER = "national_number"
    IP_ADDRESS = "ip_address"

    PRIVATE_KEY = "private_key"
    #: A key or token that shows by its form whose it is.
    ACCESS_KEY = "access_key"
    #: A signed token of three parts (JWT).
    WEB_TOKEN = "web_token"  # noqa: S105 - names a kind
    #: What stands behind "Bearer" or "Basic" in a request.
    AUTHORIZATION = "authorization"
    #: The password in the address of a database or a queue.
    CONNECTION = "connection"
    #: What somebody calls a password, secret, token or key.
    PASSWORD = "password"  # noqa: S105 - names a kind
    #: An address that lets everybody who knows it write.
    WEBHOOK = "webhook"


PERSONAL: Final = (
    Sensitive.EMAIL_ADDRESS,
    Sensitive.PHONE_NUMBER,
    Sensitive.CREDIT_CARD,
    Sensitive.IBAN,
    Sensitive.BIC,
    Sensitive.NATIONAL_NUMBER,
    Sensitive.IP_ADDRESS,
)
SECRET: Final = tuple(kind for kind in Sensitive if kind not in PERSONAL)


class Found(NamedTuple):
    """A kind and its half-open place in the text, in code points."""

    kind: Sensitive
    start: int
    end: int


def mark(kind: Sensitive) -> str:
    """Return what stands for a finding in a redacted text."""
    return f"[{kind}]"


#: The form of every mark; no detector takes one for something else.
MARK: Final = rf"\[(?:{'|'.join(Sensitive)})\]"
