"""How is a page written to Notion? In pieces of a hundred blocks, going on where an attempt before came to.

A page that was made and not finished is told by the receipt `PAGE:COUNT`: so many of its blocks are there. Its address
follows after a space, where Notion said it. A second attempt asks first whether there is a page by now; that takes
pages with a property that names what they are about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.cards.notion import calls
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.guarded_http import Answer
    from triage_core.adapters.guarded_network import Deadline
    from triage_core.adapters.surfaces.settings import NotionSettings
    from triage_core.domain.sending import Envelope

#: The version that knows several sources of data in one database.
VERSION: Final = "2025-09-03"
_ACTS: Final = frozenset({Act.POST, Act.UPDATE})
_PAGE: Final = re.compile(r"([0-9a-fA-F-]{32,36})(?::(\d{1,6}))?(?: (https://[!-~]{1,500}))?")
#: The property of `cards.notion` by which a page is found again.
_FOUND_BY: Final = "Ticket"


class _Page(NamedTuple):
    id: str
    #: How many of its blocks are there.
    written: int = 0
    url: str = ""

    def receipt(self, written: int | None = None) -> str:
        """Return what the page is called, with so many blocks unless it is whole."""
        count = "" if written is None else f":{written}"
        return f"{self.id}{count}{f' {self.url}' if self.url else ''}"


class Notion:
    """Writes pages below the place that was set up."""

    def __init__(self, settings: NotionSettings, http: GuardedHttp) -> None:
        """Write with the token of the settings."""
        self._settings: Final = settings
        self._http: Final = http

    def send(self, envelope: Envelope) -> Told:
        """Make a page, or change the properties of one and add to its end."""
        if (refusal := answers.unable(envelope, _ACTS)) is not None:
            return refusal
        within = self._http.deadline()
        page = _page_of(envelope.begun)
        if page is None:
            begun = self._made_before(envelope, within) or self._begin(envelope, within)
            if begun.failure is not None:
                return begun
            page = _page_of(begun.receipt)
        children = envelope.body.get("children", [])
        if page is None:  # it was made, and what has no name cannot be added to
            is_whole = len(calls(children)) == 1
            return Told() if is_whole else Told(failure="receipt_missing", is_unconfirmed=True)
        return self._go_on(page, children, within)

    def _begin(self, envelope: Envelope, within: Deadline) -> Told:
        """Make the page with its first blocks, or change the properties of the page that there is."""
        if envelope.act is Act.UPDATE:
            return self._change(envelope, within)
        children = envelope.body.get("children", [])
        first = calls(children)[0]
        has_properties = self._settings.data_source is not None and envelope.body.get("properties")
        page = {
            **envelope.body,
            "parent": self._settings.parent,
            "properties": envelope.body["properties"] if has_properties else _title(envelope),
            "children": first,
        }
        answer = self._ask("POST", "pages", page, within)
        made = _page_in(answers.read(answer))
        return _told(answer, made.receipt(len(first)) if made else "")

    def _made_before(self, envelope: Envelope, within: Deadline) -> Told | None:
        """Return the page that an attempt without an answer made; none where there is none, or nobody can tell."""
        source = self._settings.data_source
        if source is None or not (envelope.is_repeated and envelope.about) or envelope.act is not Act.POST:
            return None
        wanted = {"property": _FOUND_BY, "rich_text": {"equals": envelope.about}}
        answer = self._ask("POST", f"data_sources/{source}/query", {"filter": wanted}, within)
        if (asked := _told(answer)).failure is not None:
            return replace(asked, is_unconfirmed=True)
        results = answers.read(answer).get("results")
        page = _page_in(results[0]) if isinstance(results, list) and results and isinstance(results[0], dict) else None
        return Told(receipt=page.receipt(len(calls(envelope.body.get("children", []))[0]))) if page else None

    def _change(self, envelope: Envelope, within: Deadline) -> Told:
        page = _page_of(envelope.reply_to)
        if page is None:
            return answers.RECEIPT_MISSING
        if not envelope.body.get("properties"):
            return Told(receipt=page.receipt(0))
        given = {"properties": envelope.body["properties"]}
        return _told(self._ask("PATCH", f"pages/{page.id}", given, within), page.receipt(0))

    def _go_on(self, page: _Page, children: list[Any], within: Deadline) -> Told:
        written = page.written
        for piece in filter(None, calls(children[written:])):
            added = _told(self._ask("PATCH", f"blocks/{page.id}/children", {"children": piece}, within))
            if added.failure is not None:
                return replace(added, receipt=page.receipt(written))
            written += len(piece)
        return Told(receipt=page.receipt())

    def _ask(self, method: str, path: str, given: dict[str, Any], within: Deadline) -> Answer:
        headers = {
            "authorization": f"Bearer {self._settings.token.get_secret_value()}",
            "notion-version": VERSION,
            "content-type": answers.JSON,
            "user-agent": answers.USER_AGENT,
        }
        url = f"{self._settings.base}/{path}"
        return self._http.ask(Call(method=method, url=url, headers=headers, body=answers.written(given)), within)


def _page_of(receipt: str) -> _Page | None:
    found = _PAGE.fullmatch(receipt)
    return _Page(found[1], int(found[2] or 0), found[3] or "") if found else None


def _page_in(shown: dict[str, Any]) -> _Page | None:
    made = answers.text_of(shown.get("id"))
    return _page_of(_Page(made, 0, answers.text_of(shown.get("url"))).receipt(0)) or _page_of(f"{made}:0")


def _told(answer: Answer, receipt: str = "") -> Told:
    code = answers.code_of(answers.read(answer).get("code"))
    return answers.told(answer, receipt, code=code, repeatable=True)


def _title(envelope: Envelope) -> dict[str, Any]:
    return {"title": {"title": [{"type": "text", "text": {"content": envelope.title}}]}}
