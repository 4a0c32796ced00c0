"""Which flows lie behind a path, and which of its files cannot be read?

Files come from anywhere, so every one is read within bounds: of size, of depth, and of what an archive unpacks to.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.domain.errors import TriageError
from triage_core.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A flow with all that the platform allows in it stays far below.
LARGEST_FILE: Final = 8_000_000
#: What a solution may weigh on import.
LARGEST_ARCHIVE: Final = 95_000_000
MOST_MEMBERS: Final = 2_000
DEEPEST: Final = 60
LONGEST_NAME: Final = 2_000
_FOLDER: Final = "workflows"
_CUSTOMIZATIONS: Final = "customizations.xml"
_VARIABLES: Final = "environmentvariabledefinitions/"
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class FlowsUnreadable(TriageError):
    """There is nothing to look at behind a path."""

    code = "file_unreadable"

    def __init__(self, path: Path, reason: str) -> None:
        """Name the path as it was given."""
        super().__init__(f"{path}: {reason[:1].lower()}{reason[1:]}; name a flow, a folder of flows or a solution")


class _Refused(Exception):
    """A file is not read, for a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What an archive declares beside its flows."""

    customizations: str = ""
    #: The names of the environment variables that it defines.
    variables: frozenset[str] = field(default_factory=frozenset)


class Document(NamedTuple):
    """A file that was read; instead of content it has the reason why there is none."""

    file: str
    content: Any = None
    refusal: str = ""
    solution: Solution | None = None


def documents(path: Path) -> Iterator[Document]:
    """Yield every flow behind a path, and every file that should be one and cannot be read."""
    try:
        if path.is_dir():
            for each in sorted((*path.rglob("*.json"), *path.rglob("*.zip"))):
                if each.is_file() and each.suffix == ".zip":
                    yield from _from_archive(each)
                elif each.is_file():
                    yield from _wanted(_from_file(each), is_named=False)
        elif path.suffix.lower() == ".zip":
            yield from _from_archive(path)
        else:
            yield _from_file(path)
    except OSError as error:
        raise FlowsUnreadable(path, error.strerror or "cannot be read") from error


def _wanted(document: Document, *, is_named: bool) -> Iterator[Document]:
    """Leave out what lies beside flows: definitions of connectors, settings, maps."""
    if is_named or document.refusal or _is_flow(document.content):
        yield document


def _is_flow(content: Any) -> bool:  # noqa: ANN401 - any document
    if not isinstance(content, dict):
        return False
    inner = content.get("properties")
    return "definition" in content or (isinstance(inner, dict) and "definition" in inner) or "triggers" in content


def _from_file(path: Path) -> Document:
    with path.open("rb") as file:
        return _read(str(path), file.read(LARGEST_FILE + 1))


def _from_archive(path: Path) -> Iterator[Document]:
    if path.stat().st_size > LARGEST_ARCHIVE:
        raise FlowsUnreadable(path, f"it is larger than the {LARGEST_ARCHIVE:,} bytes that a solution may have")
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(path, archive)
    except _DAMAGE as error:
        raise FlowsUnreadable(path, "it is no archive, or a damaged one") from error


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[Document]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise FlowsUnreadable(path, f"it has more than {MOST_MEMBERS:,} members")
    solution = _solution(archive, members)
    left = LARGEST_ARCHIVE
    for member in sorted(members, key=lambda each: each.filename):
        name = member.filename.replace("\\", "/")
        if name.lower().endswith(".json"):
            document, used = _member(archive, member, f"{path}!{visible(name)}", left)
            left -= used
            is_named = name.lower().startswith(f"{_FOLDER}/")
            yield from _wanted(document._replace(solution=solution), is_named=is_named)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, left: int) -> tuple[Document, int]:
    """Read a member, never believing what the archive says of its size."""
    try:
        raw = _unpacked(archive, member, left)
    except (*_DAMAGE, _Refused) as error:
        return Document(file, refusal=str(error) if isinstance(error, _Refused) else "this member is damaged"), 0
    return _read(file, raw), len(raw)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    if left <= 0:
        raise _Refused(f"the archive unpacks to more than {LARGEST_ARCHIVE:,} bytes")
    with archive.open(member) as opened:
        return opened.read(LARGEST_FILE + 1)


def _solution(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Solution | None:
    """Return what the archive declares; nothing where it is not a solution."""
    by_name = {member.filename.replace("\\", "/").lower(): member for member in members}
    if _CUSTOMIZATIONS not in by_name:
        return None
    text = _unpacked(archive, by_name[_CUSTOMIZATIONS], LARGEST_ARCHIVE).decode("utf-8", "replace")
    found = {name.removeprefix(_VARIABLES).partition("/")[0] for name in by_name if name.startswith(_VARIABLES)}
    return Solution(customizations=text, variables=frozenset(found))


def _read(file: str, raw: bytes) -> Document:
    try:
        return Document(file, _parsed(raw))
    except _Refused as error:
        return Document(file, refusal=str(error))


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - any document
    if len(raw) > LARGEST_FILE:
        raise _Refused(f"this is larger than {LARGEST_FILE:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused(f"this is not UTF-8 (byte {error.start})") from error
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(content, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _Refused(f"this is no JSON: {error.msg.lower()} in line {error.lineno}") from error
    except UnicodeEncodeError as error:
        raise _Refused("half of a character stands alone in a text") from error
    except ValueError as error:
        raise _Refused("a number in it is longer than any that can be") from error
    except RecursionError as error:
        raise _Refused("this is nested too deeply") from error
    return _shallow(content)


def _shallow(content: Any) -> Any:  # noqa: ANN401 - any document
    """Return a document that no walk over it can lose its way in."""
    level = [content]
    for _ in range(DEEPEST):
        if any(len(name) > LONGEST_NAME for each in level if isinstance(each, dict) for name in each):
            raise _Refused(f"a name in it is longer than {LONGEST_NAME:,} characters")
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list))]
        level = [child for children in inner for child in children]
        if not level:
            return content
    raise _Refused("this is nested too deeply")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f"an object has two members of one name: {visible(twice[:60])}")
    return found


def _no_number(_name: str) -> float:
    raise _Refused("NaN and Infinity are no JSON")
