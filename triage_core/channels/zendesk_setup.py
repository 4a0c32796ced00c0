"""What has to be set up in Zendesk for a policy: fields, form and triggers, as documents for its API?

Fields are required to solve, never to create: a mandatory field would stop mail and chat from making tickets.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from triage_core.channels.zendesk_fields import (
    CLASS,
    INCOMPLETE_TAG,
    OWN,
    SEVERITY,
    STAMP,
    ZendeskMapping,
    option_tags,
)
from triage_core.domain.policy.intake import FieldType, IntakeField

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy

_TYPES: Final = {
    FieldType.CHOICE: "tagger",
    FieldType.TEXT: "text",
    FieldType.NUMBER: "decimal",
    FieldType.BOOLEAN: "checkbox",
}
#: System fields that every form shows, by name; the installer puts their ids in front of ours.
SYSTEM_FIELDS: Final = ("subject", "description", "status", "group", "assignee", "priority")
_NEWEST: Final = "{% for comment in ticket.comments limit:1 %}"
_END: Final = "{% endfor %}"
#: What the trigger tells: name in the body -> placeholder; bare ones stand without quotes.
BODY: Final[tuple[tuple[str, str, bool], ...]] = (
    ("id", "{{ticket.id}}", True),
    ("external_id", "{{ticket.external_id}}", False),
    ("title", "{{ticket.title}}", False),
    ("description", "{{ticket.description}}", False),
    ("status", "{{ticket.status}}", False),
    ("priority", "{{ticket.priority}}", False),
    ("requester_id", "{{ticket.requester.id}}", True),
    ("requester_email", "{{ticket.requester.email}}", False),
    ("organization_name", "{{ticket.organization.name}}", False),
    ("tags", "{{ticket.tags}}", False),
    ("via", "{{ticket.via}}", False),
    ("actor_id", "{{current_user.id}}", False),
    ("created_at", "{{ticket.created_at_with_timestamp}}", False),
    ("updated_at", "{{ticket.updated_at_with_timestamp}}", False),
)
COMMENT: Final[tuple[tuple[str, str, bool], ...]] = (
    ("body", f"{_NEWEST}{{{{comment.value}}}}{_END}", False),
    ("public", f"{_NEWEST}{{% if comment.is_public %}}true{{% else %}}false{{% endif %}}{_END}", True),
    ("author_id", f"{_NEWEST}{{{{comment.author.id}}}}{_END}", False),
    # Tells two comments with the same words apart; what it looks like does not matter.
    ("created_at", f"{_NEWEST}{{{{comment.created_at_with_time}}}}{_END}", False),
)


def setup(policy: Policy, mapping: ZendeskMapping) -> dict[str, Any]:
    """Return everything in the order in which it is set up; ids that are not known yet stay out of form and body."""
    return {
        "ticket_fields": ticket_fields(policy),
        "ticket_form": ticket_form(policy, mapping),
        "webhook": webhook(policy),
        "triggers": triggers(policy, mapping),
    }


def ticket_fields(policy: Policy) -> list[dict[str, Any]]:
    """Return a document for each field of the intake form, and for the three that show our decision."""
    tags = option_tags(policy)
    asked = [_asked(name, field, tags) for name, field in policy.intake.fields.items()]
    classes = [(item.label or item.name, tags[CLASS, item.name]) for item in policy.classes]
    levels = [(item.label or item.name, tags[SEVERITY, item.name]) for item in policy.severity.levels]
    return [
        *asked,
        _shown(CLASS, "Triage class", "Set by triage; change it there, a change here is reported.", classes),
        _shown(SEVERITY, "Triage severity", "Set by triage; change it there.", levels),
        _shown(STAMP, "Triage stamp", "Marks the last write of triage; leave it as it is.", []),
    ]


def _asked(name: str, field: IntakeField, tags: dict[tuple[str, str], str]) -> dict[str, Any]:
    title = field.label or name.replace("_", " ").capitalize()
    helps = "; ".join(f"{item.label or item.value}: {item.help}" for item in field.values if item.help)
    document: dict[str, Any] = {
        "type": "regexp" if field.type is FieldType.TEXT and field.pattern else _TYPES[field.type],
        "title": title,
        "title_in_portal": title,
        "description": field.help,
        "agent_description": ". ".join(filter(None, (field.help, helps))) or f"Intake field {name}.",
        "active": True,
        "required": field.required,
        "visible_in_portal": True,
        "editable_in_portal": True,
        "required_in_portal": False,
    }
    if field.type is FieldType.CHOICE:
        document["custom_field_options"] = [
            _option(item.label or item.value, tags[name, item.value]) for item in field.values
        ]
    if field.type is FieldType.BOOLEAN:
        document["tag"] = tags[name, "true"]
    if document["type"] == "regexp":
        document["regexp_for_validation"] = f"^(?:{field.pattern})$"
    return {"key": name, "ticket_field": document}


def _shown(key: str, title: str, told: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": "tagger" if options else "text",
        "title": title,
        "title_in_portal": title,
        "description": "",
        "agent_description": told,
        "active": True,
        "required": False,
        "visible_in_portal": False,
        "editable_in_portal": False,
        "required_in_portal": False,
    }
    if options:
        document["custom_field_options"] = [_option(label, tag) for label, tag in options]
    return {"key": key, "ticket_field": document}


def _option(label: str, tag: str) -> dict[str, str]:
    return {"name": label, "value": tag}


def ticket_form(policy: Policy, mapping: ZendeskMapping) -> dict[str, Any]:
    """Return the form: the system fields by name, ours by id."""
    order = (*policy.intake.fields, *OWN)
    return {
        "system_fields": list(SYSTEM_FIELDS),
        "ticket_form": {
            "name": f"Triage: {policy.policy}",
            "display_name": policy.desk.name,
            "active": True,
            "default": False,
            "end_user_visible": True,
            "in_all_brands": True,
            "ticket_field_ids": [mapping.fields[name] for name in order if name in mapping.fields],
        },
    }


def webhook(policy: Policy) -> dict[str, Any]:
    """Return the webhook that triggers notify; the address and the key are filled in by whoever sets it up."""
    return {
        "webhook": {
            "name": f"Triage: {policy.policy}",
            "status": "active",
            "endpoint": "{triage_address}/channels/zendesk_webhook",
            "http_method": "POST",
            "request_format": "json",
            "subscriptions": ["conditional_ticket_events"],
            "authentication": {
                "type": "api_key",
                "add_position": "header",
                "data": {"name": "X-Api-Key", "value": "{api_key}"},
            },
        }
    }


def triggers(policy: Policy, mapping: ZendeskMapping) -> list[dict[str, Any]]:
    """Return the triggers: tell us of every change, and put back what was solved while it is incomplete."""
    not_ours = [_test("role", "is_not", str(mapping.api_user))] if mapping.api_user else []
    changed = [_test("update_type", "is", "Create"), _test("update_type", "is", "Change")]
    incomplete = [_test("current_tags", "includes", INCOMPLETE_TAG), _test("status", "is", "solved")]
    return [
        _trigger(
            f"Triage: tell {policy.policy}",
            "Sends each new or changed ticket to triage; the same state sent twice has one effect.",
            {"all": not_ours, "any": changed},
            [{"field": "notification_webhook", "value": [mapping.webhook, body(mapping)]}],
        ),
        _trigger(
            f"Triage: reopen incomplete tickets of {policy.policy}",
            "A ticket whose mandatory fields are missing cannot be solved.",
            {"all": incomplete, "any": []},
            [{"field": "status", "value": "open"}],
        ),
    ]


def _trigger(title: str, told: str, conditions: dict[str, Any], actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "trigger": {
            "title": title,
            "description": told,
            "active": True,
            "conditions": conditions,
            "actions": actions,
        }
    }


def _test(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}


def body(mapping: ZendeskMapping) -> str:
    """Return the body of the webhook with placeholders: JSON once Zendesk has filled it."""
    custom = [(str(number), f"{{{{ticket.ticket_field_{number}}}}}", False) for number in mapping.fields.values()]
    parts = [*map(_pair, BODY), f'"latest_comment": {_object(COMMENT)}', f'"fields": {_object(custom)}']
    return "{" + ", ".join(parts) + "}"


def _object(rows: tuple[tuple[str, str, bool], ...] | list[tuple[str, str, bool]]) -> str:
    return "{" + ", ".join(map(_pair, rows)) + "}"


def _pair(row: tuple[str, str, bool]) -> str:
    name, placeholder, bare = row
    return f"{json.dumps(name)}: {placeholder}" if bare else f'{json.dumps(name)}: "{placeholder}"'
