"""How is the end of every timeline signed and kept outside the database?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from triage_core.cli.options import AsJson, Database, FileUnreadable, Tenant, bytes_of, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.errors import TriageError
from triage_core.service import checkpoints
from triage_core.service.verification import verify
from triage_core.terminal import console

app = typer.Typer(help="Sign where every timeline ends, so that later cuts and rewriting show.", no_args_is_help=True)
PrivateKey = Annotated[Path, typer.Option("--private-key", metavar="FILE", help="The signing key (PEM).")]
PublicKey = Annotated[Path, typer.Option("--public-key", metavar="FILE", help="The key that proves signatures (PEM).")]


class FileTaken(TriageError):
    """A file would be overwritten."""

    code = "file_taken"

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(f"{path} exists already; choose another name, or move it away if it is no longer needed")


class NotSound(TriageError):
    """A timeline is flawed, so its end must not be vouched for."""

    code = "not_sound"

    def __init__(self) -> None:
        """Say where the flaws are listed."""
        super().__init__("the timelines have flaws and are not signed; see them with: triage verify")


@app.command()
def keygen(private_key: PrivateKey, public_key: PublicKey, as_json: AsJson = False) -> None:
    """Make a pair of keys; keep the private one where the database's administrators cannot read it."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path in (private_key, public_key):
        if path.exists():
            raise FileTaken(path)
    _write(private_key, private, 0o600)
    _write(public_key, public, 0o644)
    if as_json:
        emit({"private_key": str(private_key), "public_key": str(public_key)})
    else:
        console().print(f"{private_key} signs, {public_key} proves; give the public one to whoever verifies")


@app.command()
def export(
    db: Database,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the checkpoint is written.")],
    private_key: PrivateKey,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Verify a tenant's timelines, sign where each one ends, and write that to a file for a place outside."""
    pem = bytes_of(private_key)[1]
    if out.exists():
        raise FileTaken(out)
    with existing(db) as triage:
        if not verify(triage.store, tenant).is_sound:
            raise NotSound
        signed = checkpoints.sign(checkpoints.checkpoint(triage.store, tenant, system_clock()), pem)
    checkpoints.export(signed, out)
    taken = signed.checkpoint
    if as_json:
        emit({"tenant": tenant, "number": taken.number, "at": taken.at, "chains": taken.count, "root": taken.root})
    else:
        console().print(f"checkpoint {taken.number} of {tenant} over {taken.count} timelines is in {out}")


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        # Created with its mode, so that a private key is at no moment readable for others.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be written") from error
