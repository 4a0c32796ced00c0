"""Which files does somebody upload to Zapier, and which Zaps come along?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.packagers.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The project as the platform builds it; its tests stay here.
_FILES: Final = (
    *("index.js", "address.js", "approval.js", "authentication.js", "call.js", "middleware.js", "operations.js"),
    *("integration.json", "package.json", "package-lock.json", ".zapierapprc"),
)
ZAPS: Final = "zaps"


def folder() -> Path:
    """Return the folder of the app."""
    return shipped_folder("zapier", "")


def project_files() -> Mapping[str, bytes]:
    """Return every file of the project by its name."""
    root = folder()
    zaps = sorted((root / ZAPS).glob("*.json"))
    named = {**{name: root / name for name in _FILES}, **{f"{ZAPS}/{zap.name}": zap for zap in zaps}}
    return {name: path.read_bytes() for name, path in named.items()}
