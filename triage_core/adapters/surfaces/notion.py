"""How is a page written to Notion? In pieces of a hundred blocks, going on where an attempt before came to.

A page that was made and not finished is told by the receipt `PAGE:COUNT`: so many of its blocks are there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from triage_core.adapters.guarded_http import Call, GuardedHttp
from triage_core.adapters.surfaces import answers
from triage_core.domain.sending import Act, Told

if TYPE_CHECKING:
    from triage_core.adapters.guarded_http import Answer
    from triage_core.adapters.guarded_network import Deadline
    from triage_core.adapters.surfaces.settings import NotionSettings
    from triage_core.domain.sending import Envelope

#: The version that knows several sources of data in one database.
VERSION: Final = "2025-09-03"
#: How many blocks one request may bring.
PIECE: Final = 100
_ACTS: Final = frozenset({Act.POST, Act.UPDATE})
_PAGE: Final = re.compile(r"([0-9a-fA-F-]{32,36})(?::(\d{1,6}))?")


class _Page(NamedTuple):
    id: str
    #: How many of its blocks are there.
    written: int = 0


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
            begun = self._begin(envelope, within)
            if begun.failure is not None:
                return begun
            page = _page_of(begun.receipt)
        children = envelope.body.get("children", [])
        if page is None:  # it was made, and what has no name cannot be added to
            return Told() if len(children) <= PIECE else Told(failure="receipt_missing", is_unconfirmed=True)
        return self._go_on(page, children, within)

    def _begin(self, envelope: Envelope, within: Deadline) -> Told:
        """Make the page with its first blocks, or change the properties of the page that there is."""
        if envelope.act is Act.UPDATE:
            return self._change(envelope, within)
        children = envelope.body.get("children", [])
        page = {
            **envelope.body,
            "parent": self._settings.parent,
            "properties": envelope.body.get("properties") or _title(envelope),
            "children": children[:PIECE],
        }
        answer = self._ask("POST", "pages", page, within)
        made = answers.text_of(answers.read(answer).get("id"))
        return _told(answer, f"{made}:{len(children[:PIECE])}" if made else "")

    def _change(self, envelope: Envelope, within: Deadline) -> Told:
        page = _page_of(envelope.reply_to)
        if page is None:
            return answers.RECEIPT_MISSING
        if not envelope.body.get("properties"):
            return Told(receipt=f"{page.id}:0")
        given = {"properties": envelope.body["properties"]}
        return _told(self._ask("PATCH", f"pages/{page.id}", given, within), f"{page.id}:0")

    def _go_on(self, page: _Page, children: list[Any], within: Deadline) -> Told:
        for start in range(page.written, len(children), PIECE):
            given = {"children": children[start : start + PIECE]}
            added = _told(self._ask("PATCH", f"blocks/{page.id}/children", given, within))
            if added.failure is not None:
                return replace(added, receipt=f"{page.id}:{start}")
        return Told(receipt=page.id)

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
    return _Page(found[1], int(found[2] or 0)) if found else None


def _told(answer: Answer, receipt: str = "") -> Told:
    code = answers.code_of(answers.read(answer).get("code"))
    return answers.told(answer, receipt, code=code, repeatable=True)


def _title(envelope: Envelope) -> dict[str, Any]:
    return {"title": {"title": [{"type": "text", "text": {"content": envelope.title}}]}}
