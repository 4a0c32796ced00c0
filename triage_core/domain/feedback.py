"""What do customers, agents and teams say about the handling of a ticket, and where is it kept?

Feedback changes nothing on the ticket. It is a line of the timeline that the calibration reads; the words lie with the
other texts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError, UnknownName
from triage_core.domain.lifecycle import Step
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.playbook import Playbook


class About(StrEnum):
    """What kind of feedback it is."""

    SATISFACTION = "satisfaction"
    #: What a customer says without rating it.
    COMMENT = "comment"
    #: What an agent or a team says.
    REMARK = "remark"
    CORRECTION = "correction"


class Feedback(Value, frozen=True, kw_only=True):
    """One piece of feedback."""

    about: About
    #: Satisfaction from 1, the worst, to 5.
    rating: int | None = None
    text: str = ""
    #: For a correction: what was wrong, and what is right.
    field: str | None = None
    should_be: str | None = None


class FeedbackIncomplete(TriageError):
    """A piece of feedback lacks what its kind is about."""

    code = "feedback_incomplete"

    def __init__(self, about: About, needs: str) -> None:
        """Name what this kind needs."""
        super().__init__(f"feedback of the kind {about.value} needs {needs}; add it and send the feedback again")


_NEEDS: Final[dict[About, tuple[Callable[[Feedback], bool], str]]] = {
    About.SATISFACTION: (lambda given: given.rating is not None, "a rating from 1 to 5"),
    About.COMMENT: (lambda given: bool(given.text.strip()), "a text"),
    About.REMARK: (lambda given: bool(given.text.strip()), "a text"),
    About.CORRECTION: (lambda given: bool(given.field and given.should_be), "the field and the value it should have"),
}


def give(context: Context, given: Feedback) -> list[Step]:
    """Write feedback down, whatever the ticket's state.

    Raises `FeedbackIncomplete`, and `UnknownName` for a correction in words that the policy does not declare.
    """
    is_complete, needs = _NEEDS[given.about]
    if not is_complete(given):
        raise FeedbackIncomplete(given.about, needs)
    if given.about is About.CORRECTION:
        _check_names(context.playbook, str(given.field), str(given.should_be))
    said: dict[str, Any] = {"rating": given.rating, "field": given.field, "should_be": given.should_be}
    facts = {"about": given.about, **{name: value for name, value in said.items() if value is not None}}
    texts = {"feedback": given.text} if given.text.strip() else {}
    return [Step(kind=Kind.FEEDBACK_GIVEN, changes={}, facts=facts, texts=texts)]


def _check_names(playbook: Playbook, field: str, should_be: str) -> None:
    """Refuse free words: a correction is counted, so it speaks the policy's language."""
    policy = playbook.policy
    known: dict[str, Iterable[str]] = {
        "class": playbook.rules.ranks,
        "severity": playbook.rules.severity_ranks,
        "risk_tag": playbook.rules.tag_bits,
        "queue": [queue.name for queue in policy.queues],
        "owner": playbook.directory.people,
        # What a review finds the cause to have been; the same as the closing said confirms it.
        "root_cause": policy.closing.cause_categories,
    }
    if field in policy.intake.fields:
        checked = playbook.form.check({field: should_be})
        if field in checked.values and field not in checked.defaulted:
            return
        raise UnknownName(f"value of {field}", [value.value for value in policy.intake.fields[field].values])
    if field not in known:
        raise UnknownName("field", [*known, *policy.intake.fields])
    if should_be not in known[field]:
        raise UnknownName(field.replace("_", " "), known[field])
