"""With what are a tenant's events signed, so that a receiver knows where they come from?"""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from standardwebhooks import Webhook

from triage_core.domain.delivery import SigningSecret

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.hook_ports import SigningSecrets

#: How receivers tell a signing secret from other secrets.
_PREFIX: Final = "whsec_"
_BYTES: Final = 32
#: How long the secret before signs as well, so that receivers can change over.
OVERLAP: Final = timedelta(days=7)


def signing_secrets(store: SigningSecrets, tenant: str, now: datetime) -> tuple[str, ...]:
    """Return the secrets that are in use, the newest first; the first one is made when it is first needed."""
    if not (known := store.signing_secrets(tenant)):
        store.add_signing_secret(tenant, _made(1, now), now)
        known = store.signing_secrets(tenant)
    return tuple(one.secret for one in known if one.until is None or one.until > now)


def rotate(store: SigningSecrets, tenant: str, now: datetime, overlap: timedelta = OVERLAP) -> str:
    """Make a new secret and let the old ones end; return the one that is now the newest."""
    known = store.signing_secrets(tenant)
    store.add_signing_secret(tenant, _made(known[0].number + 1 if known else 1, now), now + overlap)
    return store.signing_secrets(tenant)[0].secret


def _made(number: int, now: datetime) -> SigningSecret:
    written = _PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()
    return SigningSecret(number=number, secret=written, made_at=now)


def signed(message_id: str, at: datetime, body: str, with_secrets: tuple[str, ...]) -> dict[str, str]:
    """Return the headers that prove a message, one signature for each secret."""
    signatures = (Webhook(secret).sign(message_id, at, body) for secret in with_secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
