"""Would a Zap keep secrets, let people decide, and do what it does once?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.findings import Rule, Weight, pointer
from triage_core.lowcode.zapier.rule import Check, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.zapier.rule import View
    from triage_core.lowcode.zapier.zap import Node, Zap

#: What stands where people put in their own.
PLACEHOLDER: Final = "CHANGE-ME"
_SECRET_NAME: Final = re.compile(r"(?i)(api[-_]?key|token|secret|password|authorization)")
_SECRET_VALUE: Final = re.compile(r"(?i)\b(trk_|xox[abp]-|bearer\s+\S|sk-|ghp_)\S*|[0-9a-f]{32,}")
#: Fields that hold words of a customer.
_TEXTS: Final = {"subject", "body", "customer", "requester"}
#: Steps that are Zapier's own and send nothing anywhere.
_INSIDE: Final = {"FilterAPI", "BranchingAPI", "DelayCLIAPI", "DelayAPI", "FormatterAPI"}


def _secrets(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.said.get("authentication_id") is not None:
            yield Trouble(f"{node.pointer}/authentication_id", "a file to pass on names no connection")
        yield from _in_values(node.params, f"{node.pointer}/params", named=False)


def _in_values(given: object, place: str, *, named: bool) -> Iterator[Trouble]:
    if isinstance(given, str):
        is_open = PLACEHOLDER in given or "{{" in given or not given
        if not is_open and (named or _SECRET_VALUE.search(given)):
            yield Trouble(place, f"this looks like a secret; write {PLACEHOLDER} in its place")
        return
    items = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, each in items:
        is_secret = named or bool(_SECRET_NAME.search(str(name)))
        yield from _in_values(each, f"{place}{pointer(name)}", named=is_secret)


def _leaves(zap: Zap) -> Iterator[Node]:
    """Yield the steps that tell somebody else something."""
    for node in zap.nodes.values():
        if node.kind == "write" and not node.calls_us and node.app not in _INSIDE:
            yield node


def _asks(zap: Zap, node: Node, source: str, field: str, value: str) -> bool:
    """Tell whether a step is reached only where a field of an earlier step has a value."""
    filters = [each for each in zap.before(node) if each.kind == "filter"]
    return any(
        each.get("key") == f"{source}__{field}"
        and str(each.get("value")).lower() == value
        and (each.get("match"), each.get("action")) == ("iexact", "continue")
        for found in filters
        for each in found.criteria
    )


def _carried(view: View) -> Iterator[Trouble]:
    for node in _leaves(view.zap):
        for mapped in node.mapped:
            source = view.zap.nodes.get(mapped.node)
            if source is None or mapped.field not in _TEXTS or not _tells_what_it_carries(view, source):
                continue
            if not _asks(view.zap, node, source.key, "platform_allowed", "true"):
                yield Trouble(mapped.pointer, f"{mapped.field} is empty where the platform may not carry it")


def _tells_what_it_carries(view: View, source: Node) -> bool:
    """The text of a release is carried or withheld as a whole, and has a rule of its own."""
    return source.is_plain_call or (
        source.is_ours and source.action != "release_message" and "platform_allowed" in view.known.given(source)
    )


def _released(view: View) -> Iterator[Trouble]:
    for node in _leaves(view.zap):
        for mapped in node.mapped:
            source = view.zap.nodes.get(mapped.node)
            is_text = source is not None and source.is_ours and source.action == "release_message"
            if source and is_text and not _asks(view.zap, node, source.key, "outcome", "released"):
                yield Trouble(mapped.pointer, "the text is passed on whether it was released or not")


def _confirmed(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        if node.is_ours and node.action == "release_message" and not _leads_to(view.zap, node, "confirm_message"):
            yield Trouble(node.pointer, "nobody tells the service that the text was sent")


def _leads_to(zap: Zap, node: Node, action: str) -> bool:
    return any(each.is_ours and each.action == action for each in zap.after(node))


def _once(view: View) -> Iterator[Trouble]:
    for node in view.zap.nodes.values():
        for name in ("once_per", "source_id", "source_event_id"):
            value = node.params.get(name)
            if node.is_ours and isinstance(value, str) and value and "{{" not in value:
                yield Trouble(
                    f"{node.pointer}/params/{name}", "the same for every run, so only the first has an effect"
                )


def _guarded(view: View) -> Iterator[Trouble]:
    for node in _leaves(view.zap):
        steps = [each for each in view.zap.before(node) if each.calls_us and each.kind == "write"]
        if not any(_asks(view.zap, node, each.key, "outcome", value) for each in steps for value in _NEW):
            yield Trouble(node.pointer, "an event or a run that comes twice is told twice")


#: What a step of ours says where something is new.
_NEW: Final = ("triaged", "updated")

CHECKS: Final = (
    Check(
        Rule(
            id="ZP020",
            title="A file holds no secret and no connection",
            why="Whoever gets the file gets the secret.",
            bad='"x-api-key": "trk_live_4711"',
            good=f'"x-api-key": "{PLACEHOLDER}", "authentication_id": null',
        ),
        _secrets,
    ),
    Check(
        Rule(
            id="ZP021",
            title="A customer's words are passed on only where the platform may carry them",
            why="The service leaves them out where the ticket is too sensitive for Zapier; the message is empty then.",
            bad="Slack gets {{2__subject}} right after submit_ticket",
            good="a filter before it: 2__platform_allowed, iexact, true",
            weight=Weight.WARNING,
        ),
        _carried,
    ),
    Check(
        Rule(
            id="ZP022",
            title="A text is sent only where it was released",
            why="A release that is withheld is no error: the step succeeds, and holds no text.",
            bad="Gmail gets {{4__body}} right after release_message",
            good="a filter before it: 4__outcome, iexact, released",
        ),
        _released,
    ),
    Check(
        Rule(
            id="ZP023",
            title="What was sent is confirmed",
            why="Without it the text is reported as unconfirmed, and somebody has to look for it.",
            bad="release_message, then Gmail, then nothing",
            good="confirm_message with the permit after Gmail",
            weight=Weight.WARNING,
        ),
        _confirmed,
    ),
    Check(
        Rule(
            id="ZP024",
            title="What makes a run the same run comes from its trigger",
            why="A fixed value is the same for every ticket: the second one is taken for a repetition of the first.",
            bad='"once_per": "approval"',
            good='"once_per": "{{1__id}}"',
        ),
        _once,
    ),
    Check(
        Rule(
            id="ZP025",
            title="Others are told once",
            why="Zapier does not recognise an event that comes twice, and a replayed run tells Slack again.",
            bad="Slack right after the trigger",
            good="record_event with {{1__id}}, then a filter: 2__outcome, iexact, updated; then Slack",
            weight=Weight.WARNING,
        ),
        _guarded,
    ),
)
