"""Where do the flows, blueprints and Zaps lie that people wrote and the package ships?"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_folder(platform: str, name: str) -> Path:
    """Return a folder of a platform: in the package where it was installed, beside it in a clone."""
    packed = _PACKAGE / platform
    return (packed if packed.is_dir() else _PACKAGE.parent / platform) / name


def shipped_files(platform: str, name: str) -> dict[str, bytes]:
    """Return the JSON files of such a folder by their names, without the ending."""
    return {path.stem: path.read_bytes() for path in sorted(shipped_folder(platform, name).glob("*.json"))}
