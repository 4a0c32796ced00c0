"""How is an explanation told in plain words?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.explanation import Explanation, Fired, Lack, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.decision import Given


def sentences(explanation: Explanation, text: str, *, places: bool = True) -> tuple[str, ...]:
    """Tell what fired; `text` (subject, newline, body) gives the words as the customer wrote them."""
    lines = [f"{explanation.class_name}, {explanation.severity}, under policy {explanation.policy_version}"]
    lines += pinned_sentences(explanation)
    lines += given_sentences(explanation.given)
    lines += kept_sentences(explanation.kept)
    lines += [fired_sentence(rule, text, places=places) for rule in explanation.fired]
    if explanation.truncated:
        lines.append("the text is longer than the policy reads; the rest was not scanned")
    return tuple(lines)


def paragraph(sentences: Iterable[str]) -> str:
    """Join sentences into readable text."""
    return " ".join(f"{said[:1].upper()}{said[1:].rstrip('.')}." for said in sentences)


def given_sentences(given: Given) -> tuple[str, ...]:
    """Tell what people or the source settled."""
    tags = [f"tag {tag} was set" for tag in given.tags] + [f"tag {tag} was taken off" for tag in given.cleared]
    severity = [f"severity {given.severity} was set"] if given.severity else []
    return tuple(f"{said} by a person or the source" for said in (*tags, *severity))


def pinned_sentences(explanation: Explanation) -> tuple[str, ...]:
    """Tell that a person pinned the class, and what the rules say instead."""
    if explanation.by_rules is None:
        return ()
    pinned = f"class {explanation.class_name} was set by a person"
    agreed = explanation.by_rules == explanation.class_name
    return (pinned,) if agreed else (pinned, f"the rules would have given {explanation.by_rules}")


def kept_sentences(kept: Given) -> tuple[str, ...]:
    """Tell what stands although the present text does not show it."""
    found = [f"tag {tag}" for tag in kept.tags] + ([f"severity {kept.severity}"] if kept.severity else [])
    return tuple(f"{what} was found in an earlier text and kept" for what in found)


def fired_sentence(rule: Fired, text: str, *, places: bool = True) -> str:
    """Tell what one rule did and on what evidence."""
    words = ", ".join(f"“{text[word.start : word.end]}”{f' at {word.start}' if places else ''}" for word in rule.words)
    fields = ", ".join(f"{name}={shown_value(value)}" for name, value in rule.fields.items())
    evidence = "; ".join(part for part in (fields, words) if part)
    reason = f": {rule.because}" if rule.because else ""
    return f"{rule.kind} rule {rule.rule} {_effect(rule)}{f' ({evidence})' if evidence else ''}{reason}"


def _effect(rule: Fired) -> str:
    if rule.kind != "raise":
        return f"gave {rule.effect}"
    steps = rule.effect.removeprefix("up ")
    if steps != rule.effect:
        return f"raised the class by {steps}"
    return f"gave at least {rule.effect}" if rule.effect else "gave further approvers"


def shown_value(value: object) -> str:
    """Write a field's value the way a person does."""
    if isinstance(value, tuple | list):
        return "+".join(map(str, value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def skipped_sentence(rule: Skipped) -> str:
    """Tell what one rule lacked."""
    wants = " or ".join(rule.wants)
    match rule.lacks:
        case Lack.WORDS:
            return f"{rule.rule}: none of its words stands in the text"
        case Lack.FIELD:
            return f"{rule.rule}: {rule.field} is {'missing' if rule.has is None else rule.has}, not {wants}"
        case Lack.TAGS:
            return f"{rule.rule}: the ticket has no tag {wants}"
        case Lack.SEVERITY:
            return f"{rule.rule}: severity is {rule.has}, milder than {wants}"
