"""Which parts has a Make app, and what does each one say?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.lowcode.make.blueprint import mapping, members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANIFEST: Final = "makecomapp.json"
Code = dict[str, Any]


class Part(NamedTuple):
    """One connection, webhook, module or list of the app, with its code by the names of the manifest."""

    kind: str
    name: str
    entry: Code
    code: dict[str, Any]
    files: dict[str, str]


class App:
    """The app's files, read once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files: Final = files
        self.unreadable: Final[list[str]] = []
        self.code: Final = {path: self._read(path) for path in files if path.endswith(".json")}
        self.manifest: Final = mapping(self.code.get(MANIFEST))
        self.parts: Final = tuple(self._parts())

    def _read(self, path: str) -> Any:  # noqa: ANN401 - whatever the file holds
        try:
            return json.loads(self.files[path].decode("utf-8-sig"))
        except (ValueError, RecursionError):
            self.unreadable.append(path)
            return None

    def _parts(self) -> Iterator[Part]:
        for kind, parts in mapping(self.manifest.get("components")).items():
            for name, entry in mapping(parts).items():
                listed = mapping(mapping(entry).get("codeFiles"))
                files = {part: path for part, path in listed.items() if isinstance(path, str)}
                code = {part: self.code.get(path) for part, path in files.items()}
                yield Part(kind, name, mapping(entry), code, files)

    @property
    def base(self) -> Code:
        return mapping(self.code.get(self.base_file))

    @property
    def base_file(self) -> str:
        return str(mapping(self.manifest.get("generalCodeFiles")).get("base"))

    def kept(self) -> set[str]:
        """Return what registering a webhook keeps."""
        attached = [mapping(part.code.get("attach")) for part in self.parts if part.kind == "webhook"]
        return {name for code in attached for name in mapping(mapping(code.get("response")).get("data"))} | {"url"}

    def declared(self, kind: str, part: Part) -> set[str]:
        """Return the fields that a person can fill in, of one kind of part or of one part."""
        parts = [other for other in self.parts if other.kind == kind] if kind == "connection" else [part]
        lists = ("params", "staticParams", "mappableParams")
        return {
            str(mapping(field).get("name"))
            for each in parts
            for name in lists
            for field in members(each.code.get(name))
        }
