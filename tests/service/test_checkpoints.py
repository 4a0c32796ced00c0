"""Can a checkpoint be kept outside, and is every change of it noticed?"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, ticket
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.chain import Head
from triage_core.service.checkpoints import (
    Checkpoint,
    CheckpointUnreadable,
    SignatureWrong,
    SignedCheckpoint,
    SigningKeyUnreadable,
    check,
    checkpoint,
    export,
    read,
    root_of,
    sign,
)

Pair = tuple[bytes, bytes]


def key_pair() -> Pair:
    key = Ed25519PrivateKey.generate()
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


@pytest.fixture
def keys() -> Pair:
    return key_pair()


@pytest.fixture
def taken() -> Checkpoint:
    store = MemoryStore()
    for number in range(3):
        store.save(change(ticket(f"t-{number}")))
    return checkpoint(store, TENANT, NOW)


def test_a_checkpoint_holds_every_head_and_is_recorded() -> None:
    store = MemoryStore()
    store.save(change(ticket("t-1")), change(ticket("t-2")))
    first = checkpoint(store, TENANT, NOW)
    second = checkpoint(store, TENANT, NOW)
    assert (first.number, second.number, first.count) == (1, 2, 2)
    assert first.heads == tuple(store.heads(TENANT))
    assert [(one.number, one.root) for one in store.checkpoints(TENANT)] == [(1, first.root), (2, first.root)]


def test_a_signed_checkpoint_survives_the_file(taken: Checkpoint, keys: Pair, tmp_path: Path) -> None:
    private, public = keys
    export(sign(taken, private), tmp_path / "checkpoint.json")
    assert check(read(tmp_path / "checkpoint.json"), public) == taken


CHANGES: dict[str, Callable[[Checkpoint], Checkpoint]] = {
    "tenant": lambda taken: replace(taken, tenant="initech"),
    "number": lambda taken: replace(taken, number=2),
    "at": lambda taken: replace(taken, at=taken.at.replace(microsecond=0)),
    "a head": lambda taken: replace(taken, heads=(replace(taken.heads[0], hash="0" * 64), *taken.heads[1:])),
    "fewer heads": lambda taken: replace(taken, heads=taken.heads[1:]),
    "root and heads": lambda taken: replace(taken, heads=(), count=0, root=root_of(())),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_checkpoint_is_refused(taken: Checkpoint, keys: Pair, name: str) -> None:
    private, public = keys
    signed = sign(taken, private)
    with pytest.raises(SignatureWrong):
        check(replace(signed, checkpoint=CHANGES[name](taken)), public)


def test_another_key_is_refused(taken: Checkpoint, keys: Pair) -> None:
    with pytest.raises(SignatureWrong):
        check(sign(taken, keys[0]), key_pair()[1])


@pytest.mark.parametrize("signature", ["", "é", "***", base64.b64encode(b"0" * 64).decode()])
def test_what_is_no_signature_is_refused(taken: Checkpoint, keys: Pair, signature: str) -> None:
    with pytest.raises(SignatureWrong):
        check(SignedCheckpoint(checkpoint=taken, signature=signature), keys[1])


def test_a_key_of_another_kind_is_refused(taken: Checkpoint, keys: Pair) -> None:
    curve = generate_private_key(SECP256R1())
    private = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem in (private, public, b"nonsense", keys[1]):
        with pytest.raises(SigningKeyUnreadable):
            sign(taken, pem)
    for pem in (private, public, b"nonsense", keys[0]):
        with pytest.raises(SigningKeyUnreadable):
            check(sign(taken, keys[0]), pem)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}", b"\xff", b'{"checkpoint":{},"signature":""}'])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.json"
    path.write_bytes(content)
    with pytest.raises(CheckpointUnreadable):
        read(path)


def test_the_root_depends_on_every_head_and_their_order() -> None:
    heads = [Head(ticket_id=f"t-{number}", version=number, hash="ab") for number in range(3)]
    roots = {root_of(heads), root_of(heads[::-1]), root_of(heads[1:]), root_of([])}
    assert len(roots) == 4
