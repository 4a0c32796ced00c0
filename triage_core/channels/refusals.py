"""Why can a payload or a mapping not be used, and what would have to be in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.model import Problem
    from triage_core.domain.policy.problem import Problem as FileProblem


class ChannelUnknown(TriageError):
    """No normaliser has this name."""

    code = "channel_unknown"

    def __init__(self, known: Iterable[str]) -> None:
        """List the channels that exist."""
        super().__init__(f"there is no such channel; known: {', '.join(sorted(known))}")


class PayloadTooLarge(TriageError):
    """The payload is longer than the channel takes."""

    code = "payload_too_large"

    def __init__(self, limit: int) -> None:
        """Name the limit."""
        super().__init__(f"the payload is longer than {limit:,} bytes; send large files as links or raise max_bytes")


class PayloadUnreadable(TriageError):
    """The payload is not in the form of its channel."""

    code = "payload_unreadable"

    def __init__(self, channel: str, expected: str) -> None:
        """Say which form the channel needs."""
        super().__init__(f"this is no payload of the channel {channel}; expected {expected}")


class PayloadIncomplete(TriageError):
    """The payload lacks what makes it a ticket."""

    code = "payload_incomplete"

    def __init__(self, channel: str, problems: tuple[Problem, ...]) -> None:
        """List every place that has to be filled."""
        places = "; ".join(f"{problem.pointer}: expected {problem.expected}" for problem in problems)
        super().__init__(f"the payload of the channel {channel} lacks what makes it a ticket: {places}")
        self.problems = problems


class MappingMissing(TriageError):
    """Rows came without a mapping file."""

    code = "mapping_missing"

    def __init__(self, channel: str) -> None:
        """Say where a mapping comes from."""
        super().__init__(f"the channel {channel} needs a mapping file; copy one of examples/mappings and fit it")


class MappingInvalid(TriageError):
    """A mapping file cannot be used as it stands."""

    code = "mapping_invalid"

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        """Repeat every problem with its line."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
