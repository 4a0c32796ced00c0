"""In which words does a page say why a person has to decide, and why somebody may not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.gating.barring import Bar

if TYPE_CHECKING:
    from triage_core.console.sheet import Labels
    from triage_core.domain.gating.state import Approval, Need

_WHY: Final = {
    "suspicious": "The ticket holds words that look like an attempt to steer the answer.",
    "alerted": "Words of a serious risk stand in a ticket that has no class yet.",
    "model": "A language model wrote the text.",
    "flow": "A flow brought the text, and nobody knows who wrote it.",
    "ticket": "An earlier decision on the ticket asked for it.",
    "less_caution": "A grave ticket would be handled with less caution.",
}
_BARRED: Final = {
    Bar.AUTHOR: "You wrote this text, so somebody else decides about it.",
    Bar.EDITOR: "You changed this text last, so somebody else decides about it.",
    Bar.REQUESTER: "You asked for this decision, so somebody else makes it.",
    Bar.DECIDED: "You have decided about this already; a decision stands.",
    Bar.TAKEN: "Others have given what you could have given; somebody else is missing.",
    Bar.ROLE: "You may not decide this.",
}
#: What a need is for, where it is not the usual one.
_FOR: Final = {
    "clear": " who clears what is said in an incident",
    "second_person": " as the second person",
    "exception": " who lets the text pass",
}


def why(reason: str, labels: Labels) -> str:
    """Say in a sentence why a person has to decide."""
    kind, _, name = reason.partition(":")
    if kind == "class":
        return f"Texts on tickets of the class {labels.class_name(name)} need it."
    if kind == "closing":
        return f"A ticket of the class {labels.class_name(name)} is not closed by one person alone."
    if kind == "exception":
        return f"The checks refuse the text for {name.replace('_', ' ')}."
    if kind == "tag":
        return f"The ticket carries the risk tag {labels.tag(name)}."
    return _WHY.get(reason, f"{reason.replace('_', ' ')}.")


def barred(bar: Bar, approval: Approval) -> str:
    """Say to somebody what keeps them from deciding, and who can."""
    roles = dict.fromkeys(role for need in approval.needs for role in need.roles)
    who = f" People with one of these roles can: {', '.join(roles) or 'none'}." if bar is not Bar.DECIDED else ""
    return f"{_BARRED[bar]}{who}"


def missing(approval: Approval) -> str:
    """Say how many people of which roles have yet to agree."""
    return "; ".join(_missing(approval, need) for need in approval.open_needs())


def _missing(approval: Approval, need: Need) -> str:
    given = sum(each.need == need.name and each.verdict == "approve" for each in approval.decisions)
    left = need.count - given
    people = "1 person" if left == 1 else f"{left} different people"
    return f"{people} with the role {' or '.join(need.roles) or 'that nobody has'}{_FOR.get(need.name, '')}"
