"""What do the checks of one text look at together?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from triage_core.domain.manipulation import Finding as Trickery
from triage_core.domain.manipulation import inspect
from triage_core.domain.output.links import links_of
from triage_core.domain.output.outgoing import Format, Where
from triage_core.domain.output.passage import Passage
from triage_core.domain.sensitive import Found, find

if TYPE_CHECKING:
    from triage_core.domain.output.links import Link
    from triage_core.domain.output.outgoing import Outgoing, Surroundings
    from triage_core.domain.output.standards import Standards


class Case:
    """A text with the rules it is held against; what several checks need is worked out once."""

    def __init__(self, text: Outgoing, standards: Standards, surroundings: Surroundings) -> None:
        """Read subject and body."""
        self.text: Final = text
        self.standards: Final = standards
        self.surroundings: Final = surroundings
        self.subject: Final = Passage(Where.SUBJECT, text.subject)
        self.body: Final = Passage(Where.BODY, text.body, text.format)
        self.passages: Final = (self.subject, self.body)

    @cached_property
    def tricks(self) -> list[tuple[Passage, Trickery]]:
        """What the recogniser of manipulation sees in what was written, and in HTML in what is shown as well."""
        found = [(passage, trick) for passage in self.passages for trick in inspect(passage.raw)]
        if self.text.format is not Format.PLAIN:
            shown = self.body.shown
            for trick in inspect(shown.text):
                start, end = shown.span(trick.start, trick.end)
                found.append((self.body, Trickery(trick.trick, start, end)))
        return found

    @cached_property
    def links(self) -> list[tuple[Passage, Link]]:
        """All links."""
        formats = ((self.subject, Format.PLAIN), (self.body, self.text.format))
        return [(passage, link) for passage, written_as in formats for link in links_of(passage, written_as)]

    @cached_property
    def sensitive(self) -> list[tuple[Passage, Found]]:
        """Personal data and secrets."""
        regions = self.standards.phone_regions
        return [(passage, found) for passage in self.passages for found in find(passage.text, regions)]
