"""By which tricks does a text try to steer a machine that reads it?"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Trick(StrEnum):
    """One way to manipulate; the names are a public promise, policies and timelines hold them."""

    #: Tells the reader to drop or reveal what it was told before.
    INSTRUCTION = "instruction"
    #: Gives the reader another role, or frees it from its rules.
    ROLE = "role"
    #: Asks for a class, a deadline, a recipient or a way around people, in words meant for a machine.
    DEMAND = "demand"
    #: Speaks to a model instead of to a person.
    ADDRESSED = "addressed"
    #: Holds characters that people cannot see, or letters that only look like others.
    HIDDEN = "hidden"
    #: Holds one of these tricks in an encoding.
    ENCODED = "encoded"
    #: Holds markup that carries something past the eye: comments, scripts, data and tracking addresses.
    MARKUP = "markup"
    #: Would call a whole room together where the text is shown in a chat.
    MENTION = "mention"


class Finding(NamedTuple):
    """A trick and its half-open place in the text, in code points."""

    trick: Trick
    start: int
    end: int


#: More findings of one kind say nothing new.
MOST_OF_A_KIND = 20
