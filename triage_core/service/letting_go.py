"""How does a text go, or take another form, so that its timeline tells it and still verifies?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.closure import facts as closures
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Event, Happened
from triage_core.domain.knowledge.noting import KNOWLEDGE_NOTE
from triage_core.domain.lifecycle import Step
from triage_core.domain.policy.retention import Fate
from triage_core.domain.pseudonyms import names_of, pseudonym_of, without
from triage_core.domain.retention import ARCHIVED, COMPARED, Planned, fates
from triage_core.domain.submission import PROFILE
from triage_core.service.acting import Acting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from triage_core.domain.model import Actor, Ticket
    from triage_core.ports import Store, StoredText

#: The rule that stands for a person's own wish.
ASKED: Final = "asked by the person"
#: How often something is repeated where somebody else changed the ticket in between.
ATTEMPTS: Final = 5
#: What the draft of an article is made of.
_LEARNT_FROM: Final = frozenset({closures.CLOSURE, KNOWLEDGE_NOTE})
_NOW: Final = Event(what=Happened.NOTE_ADDED)

Lines = list[tuple[Fate, str, tuple[str, ...]]]


class LettingGo(Acting):
    """Letting texts go, over a store; `redact` takes personal data and secrets out of a text."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        redact: Callable[[str], str],
    ) -> None:
        """Bind to the surroundings."""
        super().__init__(store, now, new_id)
        self._redact: Final = redact

    def let_go(
        self, ticket: Ticket, planned: tuple[Planned, ...], actor: Actor, *, forgets_sender: bool = False
    ) -> None:
        """Write down what goes, and let it go, in one transaction; raises `StaleTicket`."""
        lines: Lines = list(fates(planned)) or [(Fate.ERASE, ASKED, ())]
        changes: dict[str, Any] = {"requester_key": None} if forgets_sender else {}
        if ticket.lesson is not None and any(item.fate is Fate.ERASE for item in planned):
            changes["lesson"] = None
        steps = [_told(*line) for line in lines]
        case = self._case(ticket, actor, lambda _seen, _it: [replace(steps[0], changes=changes), *steps[1:]], _NOW)
        case.candidate = None
        if not _LEARNT_FROM.isdisjoint(item.kind for item in planned if item.fate is Fate.ERASE):
            # A draft is these words in another place; what somebody has published stands for itself.
            self.store.knowledge.drop_draft(ticket.tenant, ticket.id)
        texts = self.store.texts(ticket.tenant, ticket.id)
        self.store.save(
            replace(
                case.change(),
                erased=tuple(name for fate, _, names in lines if fate is Fate.ERASE for name in names),
                rewritten=tuple(self._rewritten(ticket, texts, lines)),
                uncompared=forgets_sender or any(item.kind in COMPARED for item in planned),
            )
        )

    def _rewritten(self, ticket: Ticket, texts: tuple[StoredText, ...], lines: Lines) -> Iterator[StoredText]:
        fate_of = {name: fate for fate, _, names in lines for name in names}
        by_kind = {text.kind: text.content for text in texts}
        names = names_of(by_kind.get("requester"), _name_in(by_kind.get(PROFILE)))

        def changed(words: str) -> str:
            return self._redact(without(words, names, pseudonym_of(ticket.requester_key)))

        for text in texts:
            if fate_of.get(text.id) is Fate.ARCHIVE:
                yield replace(text, kind=f"{ARCHIVED}{text.kind}")
            if fate_of.get(text.id) is Fate.PSEUDONYMISE:
                yield replace(text, content=in_words(text, changed))


def _told(fate: Fate, rule: str, ids: tuple[str, ...]) -> Step:
    return Step(kind=Kind.TEXTS_ERASED, changes={}, facts={"fate": fate, "rule": rule, "texts": ids})


def in_words(text: StoredText, change: Callable[[str], str]) -> str:
    """Change the words of a text; what is stored as a document stays one."""
    try:
        if text.kind == closures.CLOSURE:
            return closures.written(closures.with_words(closures.read(text.content), change))
        held = msgspec.json.decode(text.content)
    except msgspec.MsgspecError:
        return change(text.content)
    return (
        change(text.content)
        if isinstance(held, str | int | float)
        else msgspec.json.encode(_each(held, change)).decode()
    )


def _each(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever a document holds
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each(held, change) for name, held in value.items()}
    return [_each(held, change) for held in value] if isinstance(value, list) else value


def _name_in(profile: str | None) -> str | None:
    """Return the name that a stored profile holds."""
    try:
        held = msgspec.json.decode(profile or "{}")
    except msgspec.DecodeError:
        return None
    name = held.get("name") if isinstance(held, dict) else None
    return name if isinstance(name, str) else None
