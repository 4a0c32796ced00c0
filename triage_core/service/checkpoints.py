"""How is the end of every chain of a tenant written down, signed, and kept outside the database?

A signature covers the root, and the root covers every head; so a signed checkpoint cannot be changed in any part.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from triage_core.domain.chain import Head
from triage_core.domain.errors import TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.service.verification import Ledger

#: Says what is signed, so that a signature made here fits nothing else.
_PURPOSE = "triage checkpoint, first form"


class Checkpoint(Value, frozen=True, kw_only=True):
    """Where every chain of a tenant ended at a moment."""

    tenant: str
    #: Counts from 1 for each tenant.
    number: int
    at: datetime
    count: int
    root: str
    heads: tuple[Head, ...]


class SignedCheckpoint(Value, frozen=True, kw_only=True):
    """A checkpoint, and the signature of whoever vouches for it."""

    checkpoint: Checkpoint
    #: Ed25519, in base64.
    signature: str


class CheckpointUnreadable(TriageError):
    """A file is not a checkpoint, or its parts do not fit together."""

    code = "checkpoint_unreadable"

    def __init__(self) -> None:
        """Say what can be done."""
        super().__init__("this file is not an exported checkpoint, or it was changed; take it from its backup")


class SignatureWrong(TriageError):
    """A checkpoint's signature does not belong to it and to the key."""

    code = "signature_wrong"

    def __init__(self) -> None:
        """Name the two causes."""
        super().__init__("the signature does not fit: the checkpoint was changed, or signed with another key")


class SigningKeyUnreadable(TriageError):
    """A key file holds no usable key."""

    code = "signing_key_unreadable"

    def __init__(self, kind: str) -> None:
        """Say which kind of key is needed and how to make one."""
        super().__init__(
            f"this is no Ed25519 {kind} key in PEM form without a password; "
            "make one with: openssl genpkey -algorithm ed25519",
        )


def checkpoint(store: Ledger, tenant: str, at: datetime) -> Checkpoint:
    """Write down the end of every chain, and record in the store that this was done; verify the chains before."""
    heads = tuple(store.heads(tenant))
    root = root_of(heads)
    number = store.add_checkpoint(tenant, at, len(heads), root)
    return Checkpoint(tenant=tenant, number=number, at=at, count=len(heads), root=root, heads=heads)


def root_of(heads: Iterable[Head]) -> str:
    """Hash all heads, in order, into one value."""
    root = sha256()
    for head in heads:
        root.update(msgspec.json.encode((head.ticket_id, head.version, head.hash)) + b"\n")
    return root.hexdigest()


def sign(taken: Checkpoint, private_pem: bytes) -> SignedCheckpoint:
    """Sign a checkpoint; keep the key where the database's administrators cannot read it."""
    signature = _private_key(private_pem).sign(_statement(taken))
    return SignedCheckpoint(checkpoint=taken, signature=base64.b64encode(signature).decode())


def check(signed: SignedCheckpoint, public_pem: bytes) -> Checkpoint:
    """Return the checkpoint if the key's owner signed exactly this one."""
    key = _public_key(public_pem)
    taken = signed.checkpoint
    try:
        key.verify(base64.b64decode(signed.signature, validate=True), _statement(taken))
    except (InvalidSignature, ValueError) as error:
        raise SignatureWrong from error
    if (taken.count, taken.root) != (len(taken.heads), root_of(taken.heads)):
        raise SignatureWrong
    return taken


def export(signed: SignedCheckpoint, path: Path) -> None:
    """Write a signed checkpoint to a file, one head in a line, for a place outside the database."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(signed), indent=1))


def read(path: Path) -> SignedCheckpoint:
    """Read an exported checkpoint; `check` then says whether it can be trusted."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SignedCheckpoint)
    except msgspec.DecodeError as error:
        raise CheckpointUnreadable from error


def _statement(taken: Checkpoint) -> bytes:
    """Say what is signed, in a form that does not depend on how a file is laid out."""
    parts = _PURPOSE, taken.tenant, taken.number, taken.at.isoformat(), taken.count, taken.root
    return msgspec.json.encode(parts)


def _private_key(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyUnreadable("private") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnreadable("private")
    return key


def _public_key(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SigningKeyUnreadable("public") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyUnreadable("public")
    return key
