"""Which policy do tests use when its content does not matter? A small one, that each test changes where it does."""

from __future__ import annotations

from typing import Any

from triage_core.domain.policy import Policy

CHOICES: dict[str, list[str]] = {
    "impact": ["high", "medium", "low"],
    "urgency": ["high", "medium", "low"],
    "affected_system": ["mail", "sso", "wiki"],
    "customer_tier": ["vip", "enterprise", "standard"],
    "data_sensitivity": ["restricted", "confidential", "internal", "public"],
    "category": ["incident", "request"],
    "service_line": ["workplace", "identity"],
}
ORDERED = {"impact", "urgency", "customer_tier", "data_sensitivity"}
COMPLETE: dict[str, Any] = {
    "impact": "medium",
    "urgency": "medium",
    "affected_system": "mail",
    "customer_tier": "standard",
    "data_sensitivity": "internal",
}


def _field(name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"values": CHOICES[name], "required": name not in {"category", "service_line"}}
    if name in ORDERED:
        field["ordered"] = True
    if name in {"category", "service_line"}:
        field["default"] = CHOICES[name][0]
    return field


def document(**changes: Any) -> dict[str, Any]:
    """Return a complete policy document with some top-level sections replaced."""
    base: dict[str, Any] = {
        "policy": "small",
        "version": "1",
        "effective_from": "2026-01-01",
        "change_note": {"what": "first version", "why": "tests", "approved_by": "lee"},
        "classes": [
            {
                "name": "P1",
                "gated": True,
                "must_escalate": True,
                "update_every": "30m",
                "rationale": "Business stands still.",
            },
            {"name": "P2", "draft_allowed": True, "update_every": "4h"},
            {"name": "P3", "draft_allowed": True},
        ],
        "severity": {
            "levels": [{"name": "sev1", "at_least": "P1"}, {"name": "sev2", "at_least": "P2"}, "sev3", "sev4"],
            "default": "sev4",
            "rules": [
                {"id": "outage", "severity": "sev1", "terms": ["outage", "system down"]},
                {"id": "crowd", "severity": "sev2", "when": {"users_affected": {"at_least": 50}}},
            ],
        },
        "intake": {
            "fields": {
                **{name: _field(name) for name in CHOICES},
                "users_affected": {"type": "number", "minimum": 0},
            },
            "target": "2h",
            "alert_terms": ["emergency"],
        },
        "matrix": {
            "grid": {
                "high": {"high": "P1", "medium": "P2", "low": "P2"},
                "medium": {"high": "P2", "medium": "P2", "low": "P3"},
                "low": {"high": "P2", "medium": "P3", "low": "P3"},
            }
        },
        "raise_rules": [
            {"id": "vip", "when": {"customer_tier": ["vip"]}, "by": 1, "because": "VIP customers come first."}
        ],
        "tags": [{"name": "security", "at_least": "P2"}, {"name": "billing", "must_escalate": False}],
        "tag_rules": [
            {"id": "security-words", "tag": "security", "terms": ["phishing", "was not me", "data leak"]},
            {"id": "billing-words", "tag": "billing", "terms": ["charged twice", "invoice"]},
            {"id": "security-systems", "tag": "security", "when": {"affected_system": ["sso"]}},
        ],
        "score": {
            "weights": {"customer_tier": {"vip": 30, "enterprise": 10}, "impact": {"high": 20, "medium": 10}},
            "points_per_hour": 2,
        },
        "calendars": {
            "always": {"always_open": True},
            "office": {
                "zone": "Europe/Berlin",
                "weekly": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
            },
        },
        "service_levels": {
            "at_risk": ["50%", "75%"],
            "classes": {
                "P1": {
                    "calendar": "always",
                    "targets": {"first_reply": "15m", "next_reply": "30m", "update": "30m", "resolution": "4h"},
                },
                "P2": {
                    "calendar": "always",
                    "targets": {"first_reply": "1h", "resolution": {"within": "8h", "calendar": "office"}},
                },
                "P3": {"calendar": "office", "targets": {"first_reply": "4h", "resolution": "24h"}},
            },
        },
        "roles": [
            {"name": "agent", "rights": ["work_tickets", "complete_intake"]},
            {
                "name": "lead",
                "rights": [
                    "work_tickets",
                    "complete_intake",
                    "override_class",
                    "override_severity",
                    "override_tags",
                    "override_owner",
                    "lower_gated",
                    "approve",
                ],
            },
        ],
        "people": [
            {"id": "ann", "name": "Ann", "email": "ann@example.com", "roles": ["agent"], "queues": ["desk"]},
            {"id": "bob", "name": "Bob", "email": "bob@example.com", "roles": ["agent"], "queues": ["desk"]},
            {"id": "lee", "name": "Lee", "email": "lee@example.com", "roles": ["lead"], "support_tier": 2},
            {"id": "kim", "name": "Kim", "email": "kim@example.com", "roles": ["lead"], "support_tier": 2},
        ],
        "queues": [
            {"name": "desk", "service_lines": ["workplace"]},
            {"name": "identity", "service_lines": ["identity"], "skills": ["sso"]},
        ],
        "routing": {"default_queue": "desk", "owners": {"P1": {"primary": "lee", "secondary": "kim"}}},
        "gates": {"approvals": [{"id": "gated", "roles": ["lead"], "expires": "30m"}]},
        "platforms": {"zapier": "internal"},
    }
    return {**base, **changes}


def policy(**changes: Any) -> Policy:
    """Return the small policy with some top-level sections replaced."""
    return Policy.model_validate(document(**changes))
