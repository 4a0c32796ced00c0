"""Which policy does the study's desk work under, and which three of its rules were made bad on purpose?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.calibration.edits import Edit, EditKind, edited
from triage_core.domain.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.domain.calibration.searching import Proposal

_LEVELS: Final = ["high", "medium", "low"]
#: What every ticket says alike.
ALWAYS: Final = {"affected_system": "office", "customer_tier": "standard", "data_sensitivity": "internal"}
_LEAD: Final = [
    *("work_tickets", "complete_intake", "override_class", "override_tags", "lower_gated"),
    *("approve", "acknowledge", "change_policy", "administer"),
]


class Fault(NamedTuple):
    """A rule that was made bad, how it was done, and what kind of change mends it."""

    name: str
    planted: Edit
    #: What a proposal that mends it changes: the kind and the place.
    mended_by: tuple[EditKind, str]

    def found_in(self, proposals: Sequence[Proposal]) -> Proposal | None:
        """Return the best proposal that mends it."""
        kind, place = self.mended_by
        return next((each for each in proposals if self._mends(each, kind, place)), None)

    def _mends(self, proposal: Proposal, kind: EditKind, place: str) -> bool:
        word = self.planted.after if kind is EditKind.REMOVE_TERM else None
        return any(edit.kind is kind and edit.place == place and word in {None, edit.before} for edit in proposal.edits)


FAULTS: Final = (
    Fault(
        "a word that is far too wide",
        Edit(kind=EditKind.ADD_TERM, place="security-words", after="reset"),
        (EditKind.REMOVE_TERM, "security-words"),
    ),
    Fault(
        "a phrase that the rule does not know",
        Edit(kind=EditKind.REMOVE_TERM, place="security-words", before="was not me"),
        (EditKind.ADD_TERM, "security-words"),
    ),
    Fault(
        "a threshold that is far too low",
        Edit(kind=EditKind.THRESHOLD, place="crowd", field="users_affected", before="50", after="5"),
        (EditKind.THRESHOLD, "crowd"),
    ),
)


def sound_policy() -> Policy:
    """Return the policy before anything was planted."""
    judged = {name: {"values": _LEVELS, "ordered": True, "required": True} for name in ("impact", "urgency")}
    given = {name: {"values": [value], "ordered": True, "required": True} for name, value in ALWAYS.items()}
    filled = {name: {"values": ["usual"], "default": "usual"} for name in ("category", "service_line")}
    targets = {"P1": ("15m", "4h"), "P2": ("1h", "8h"), "P3": ("4h", "24h")}
    return Policy.model_validate(
        {
            "policy": "study",
            "version": "1",
            "effective_from": "2026-01-01",
            "change_note": {"what": "The study's policy.", "why": "To be calibrated.", "approved_by": "lead"},
            "classes": [
                {"name": "P1", "gated": True, "must_escalate": True},
                {"name": "P2", "draft_allowed": True},
                {"name": "P3", "draft_allowed": True},
            ],
            "severity": {
                "levels": [{"name": "sev1", "at_least": "P1"}, {"name": "sev2", "at_least": "P2"}, "sev3"],
                "default": "sev3",
                "rules": [
                    {"id": "standstill", "severity": "sev1", "terms": ["outage"]},
                    {"id": "crowd", "severity": "sev2", "when": {"users_affected": {"at_least": 50}}},
                ],
            },
            "intake": {"fields": {**judged, **given, **filled, "users_affected": {"type": "number", "minimum": 0}}},
            "matrix": {
                "grid": {
                    "high": {"high": "P1", "medium": "P2", "low": "P2"},
                    "medium": {"high": "P2", "medium": "P2", "low": "P3"},
                    "low": {"high": "P2", "medium": "P3", "low": "P3"},
                }
            },
            "tags": [{"name": "security", "at_least": "P2"}, {"name": "billing", "must_escalate": False}],
            "tag_rules": [
                {"id": "security-words", "tag": "security", "terms": ["phishing", "was not me"]},
                {"id": "billing-words", "tag": "billing", "terms": ["invoice", "charged twice"]},
            ],
            "calendars": {"office": {"zone": "Europe/Berlin", "weekly": dict.fromkeys(_DAYS, "08:00-18:00")}},
            "service_levels": {
                "at_risk": ["75%"],
                "classes": {
                    name: {"calendar": "office", "targets": {"first_reply": reply, "resolution": solution}}
                    for name, (reply, solution) in targets.items()
                },
            },
            "roles": [{"name": "lead", "rights": _LEAD}],
            "people": [
                {"id": name, "name": name.title(), "email": f"{name}@example.com", "roles": ["lead"]}
                for name in ("lead", "second", "third")
            ],
            "queues": ["desk"],
            "routing": {"default_queue": "desk"},
            "ladders": [
                {"name": "leads", "kind": "hierarchical", "levels": [{"targets": ["role:lead"], "timeout": "30m"}]}
            ],
            "escalation": {"rules": [{"id": "grave", "ladder": "leads", "acknowledge_within": "15m"}]},
            "gates": {"approvals": [{"id": "all", "roles": ["lead"], "expires": "2h"}]},
            "platforms": {"zapier": "internal"},
        }
    )


_DAYS: Final = ("mon", "tue", "wed", "thu", "fri")


def planted_policy() -> Policy:
    """Return the policy with its three bad rules."""
    return edited(sound_policy(), (fault.planted for fault in FAULTS))
