"""What must a closing say, and when is somebody reminded of what it promised?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.values import Duration, Names, Section

_CATEGORIES = (
    *("change", "configuration", "capacity", "software", "hardware", "network", "security", "data"),
    *("human_error", "process", "third_party", "other"),
)


class Closing(Section):
    """What a closing must say."""

    cause_categories: Annotated[Names, Field(min_length=1)] = _CATEGORIES
    """Kinds of root causes."""
    review_articles_after: Duration = Field(default="180d", validate_default=True)
    """An article of the knowledge base is looked at again after this time."""
    remind_before: Duration = Field(default="2d", validate_default=True)
    """Owners of what a closing promised are reminded so long before the promised day is over."""
