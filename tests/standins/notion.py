"""What does Notion do with a page? It keeps it with its properties and blocks, or refuses it in its own words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from tests.standins import notion_rules
from tests.standins.base import Received, Said, StandIn
from tests.standins.schemas import complaints

TOKEN: Final = "ntn_stand_in_0123456789"
VERSIONS: Final = frozenset({"2022-06-28", "2025-09-03"})
DATA_SOURCE: Final = "248104cd-477e-80af-bc30-000bd28de8f9"
PAGE: Final = "59833787-2cf9-4fdf-8782-e53db20768a5"
#: The properties of the source of data that every workspace begins with.
CLOSURES: Final = {
    "Name": "title",
    "Ticket": "rich_text",
    "Class": "select",
    "Tags": "multi_select",
    "Link": "url",
    "Closed": "date",
    "Minutes": "number",
    "Recurring": "checkbox",
}
_CODES: Final = {400: "validation_error", 401: "unauthorized", 404: "object_not_found", 429: "rate_limited"}
_CODES_ABOVE: Final = {500: "internal_server_error", 502: "bad_gateway", 503: "service_unavailable"}


@dataclass
class Page:
    """A page in the workspace."""

    id: str
    parent: dict[str, Any]
    properties: dict[str, Any]
    children: list[Any] = field(default_factory=list)


class NotionStandIn(StandIn):
    """A workspace that one integration has access to."""

    root: ClassVar[str] = "/v1"
    schemas: ClassVar[tuple[str, ...]] = ("notion page", "notion blocks")

    def __init__(self, properties: dict[str, str] | None = None) -> None:
        """Begin with one source of data, with these properties, and one page."""
        super().__init__()
        self.sources = {DATA_SOURCE: properties or CLOSURES}
        self.pages: dict[str, Page] = {PAGE: Page(PAGE, {"type": "workspace"}, {})}

    @property
    def written(self) -> list[Page]:
        """The pages that were made."""
        return [page for page in self.pages.values() if page.id != PAGE]

    def refusal(self, status: int) -> Any:
        """Return the document that comes with a failure."""
        code = _CODES.get(status) or _CODES_ABOVE.get(status, "internal_server_error")
        return {"object": "error", "status": status, "code": code, "message": "as the test wants it"}

    def answer(self, request: Received) -> Said:
        """Make a page, change one, or add blocks to one."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(401, "API token is invalid.")
        if request.headers.get("notion-version") not in VERSIONS:
            return _refused(400, "Notion-Version header should be defined", "missing_version")
        if len(request.body) > notion_rules.MOST_BYTES:
            return _refused(413, "The request body is too large.")
        return self._done(request)

    def _done(self, request: Received) -> Said:
        match request.method, request.steps[1:]:
            case "POST", ("pages",):
                return self._make(request.json)
            case "PATCH", ("pages", page_id):
                return self._change(page_id, request.json)
            case "PATCH", ("blocks", page_id, "children"):
                return self._add(page_id, request.json)
            case "POST", ("data_sources", source, "query") if source in self.sources:
                return self._found(request.json)
            case "GET", ("pages", page_id) if page_id in self.pages:
                return _shown(self.pages[page_id])
        return _refused(404, "Could not find what was asked for.")

    def _make(self, given: dict[str, Any]) -> Said:
        parent = given.get("parent", {})
        declared = self._declared(parent)
        if declared is None:
            return _refused(404, "Could not find the parent. Make sure it is shared with your integration.")
        faults = [
            *notion_rules.faults_of_properties(given.get("properties"), declared),
            *notion_rules.faults_of_children(given.get("children", [])),
        ]
        if refusal := self._refusal_for(faults, "notion page", given):
            return refusal
        page = Page(str(uuid.uuid4()), parent, given["properties"], list(given.get("children", [])))
        self.pages[page.id] = page
        return _shown(page)

    def _found(self, given: dict[str, Any]) -> Said:
        wanted = given["filter"]
        found = [page for page in self.written if _words(page, wanted["property"]) == wanted["rich_text"]["equals"]]
        results = [_shown(page).document for page in found]
        return Said(200, {"object": "list", "results": results, "has_more": False, "next_cursor": None})

    def _declared(self, parent: dict[str, Any]) -> dict[str, str] | None:
        """Return the properties that pages there have; a page below a page has its title alone."""
        if parent.get("data_source_id") in self.sources:
            return self.sources[parent["data_source_id"]]
        return {"title": "title"} if parent.get("page_id") in self.pages else None

    def _change(self, page_id: str, given: dict[str, Any]) -> Said:
        if (page := self.pages.get(page_id)) is None:
            return _refused(404, "Could not find page.")
        declared = self._declared(page.parent) or {}
        if refusal := self._refusal_for([*notion_rules.faults_of_properties(given.get("properties"), declared)]):
            return refusal
        page.properties |= given["properties"]
        return _shown(page)

    def _add(self, page_id: str, given: dict[str, Any]) -> Said:
        if (page := self.pages.get(page_id)) is None:
            return _refused(404, "Could not find block.")
        faults = [*notion_rules.faults_of_children(given.get("children"))]
        if refusal := self._refusal_for(faults, "notion blocks", {"block_id": page_id, **given}):
            return refusal
        page.children += given["children"]
        return Said(200, {"object": "list", "results": [{"object": "block"} for _ in given["children"]]})

    def _refusal_for(self, faults: list[str], schema: str = "", given: Any = None) -> Said | None:
        against = complaints(schema, given) if schema and not faults else []
        self.complaints += against
        found = faults or against
        return _refused(400, f"body failed validation: {' '.join(found)}") if found else None


def _refused(status: int, message: str, code: str = "") -> Said:
    told = code or _CODES.get(status, "validation_error")
    return Said(status, {"object": "error", "status": status, "code": told, "message": message})


def _words(page: Page, name: str) -> str:
    return "".join(piece["text"]["content"] for piece in page.properties.get(name, {}).get("rich_text", []))


def _shown(page: Page) -> Said:
    url = f"https://www.notion.so/{page.id.replace('-', '')}"
    told = {"object": "page", "id": page.id, "url": url, "parent": page.parent, "properties": page.properties}
    return Said(200, told)
