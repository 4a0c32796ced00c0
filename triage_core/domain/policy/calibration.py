"""What does a wrong decision cost, and how are decisions judged every week?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.values import Section, Share

_Weight = Annotated[float, Field(ge=0, le=1_000)]


class Calibration(Section):
    """The weekly calibration: how much is looked at, and how errors weigh against each other.

    The weights are prices, not measurements: a missed escalation counts as much as ten false ones, a class too low as
    much as three too high, until the desk says what they cost there.
    """

    sample_size: Annotated[int, Field(ge=30, le=1_000)] = 60
    """Tickets looked at every week."""
    double_share: Share = 0.2
    """The share that two people label independently of each other."""
    missed_escalation: _Weight = 10.0
    """What it costs when a ticket that should have been escalated is not."""
    false_escalation: _Weight = 1.0
    """What it costs when a ticket is escalated that should not have been."""
    class_too_low: _Weight = 3.0
    """What each class costs by which a ticket was put too low."""
    class_too_high: _Weight = 1.0
    """What each class costs by which a ticket was put too high."""
