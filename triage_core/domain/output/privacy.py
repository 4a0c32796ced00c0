"""Does a text hold personal data that is not its reader's, or a secret?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.sensitive import SECRET, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit

#: The end of a telephone number that is the same however it is dialled.
_SAME_END: Final = 7


class Known:
    """Whose addresses and numbers may stand in a text."""

    def __init__(self, values: Iterable[str]) -> None:
        """Take addresses, `@domains` and numbers as people write them."""
        written = [value.strip().casefold() for value in values if value.strip()]
        self._domains: Final = tuple(value for value in written if value.startswith("@"))
        self._mails: Final = frozenset(value for value in written if "@" in value)
        self._numbers: Final = frozenset(_bare(value) for value in written if "@" not in value)

    def holds(self, kind: Sensitive, written: str) -> bool:
        """Whether this finding is known."""
        value = written.strip().casefold()
        if kind is Sensitive.EMAIL_ADDRESS:
            return value in self._mails or value.endswith(self._domains or ("\x00",))
        bare = _bare(value)
        if kind is Sensitive.PHONE_NUMBER:
            return any(_same_line(bare, number) for number in self._numbers)
        return bare in self._numbers


def _bare(value: str) -> str:
    return "".join(char for char in value if char.isalnum())


def _same_line(one: str, other: str) -> bool:
    one, other = one.lstrip("0"), other.lstrip("0")
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SAME_END and longer.endswith(shorter)


def find_personal(case: Case) -> Iterator[Hit]:
    """Find personal data of others."""
    known = Known(
        (*case.surroundings.own, *case.surroundings.ticket_ids, *case.text.recipients, *case.standards.contacts)
    )
    for passage, each in case.sensitive:
        if each.kind in case.standards.personal_data and not known.holds(
            each.kind, passage.text[each.start : each.end]
        ):
            yield passage.hit(each.start, each.end, each.kind.replace("_", " "))


def find_secrets(case: Case) -> Iterator[Hit]:
    """Find secrets, whoever they belong to: mail and chat are no place for them."""
    for passage, each in case.sensitive:
        if each.kind in SECRET:
            yield passage.hit(each.start, each.end, each.kind.replace("_", " "))
