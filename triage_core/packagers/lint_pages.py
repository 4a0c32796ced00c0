"""What does a person read who was shown the id of a rule? One page for each platform, made of its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.lowcode.findings import Rule

_OPENING: Final = """# What the linter of {platform} looks for

<!-- Generated from the rules: change them there, then run `python -m triage_core.packagers write`. -->

`{command}` names each place with its file, the JSON pointer into it, and the id of a rule.
An error keeps the file from being imported or from running, or does harm; a warning is something that somebody will be
sorry for, and counts with `--strict`. Ids never change their meaning. Nothing is sent anywhere.

| Rule | Says | |
|---|---|---|
"""


def lint_page(platform: str, command: str, rules: Sequence[Rule]) -> str:
    """Return the page of a platform whose linter is run by a command; each rule has a place to link to."""
    rows = "".join(f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {rule.weight} |\n" for rule in rules)
    return _OPENING.format(platform=platform, command=command) + rows + "".join(_section(rule) for rule in rules)


def _section(rule: Rule) -> str:
    said = f"\n## {rule.id}\n\n**{rule.title}** ({rule.weight}). {rule.why}\n\n"
    return f"{said}{_example('Bad', rule.bad)}\n{_example('Good', rule.good)}"


def _example(word: str, text: str) -> str:
    return f"{word}:\n\n```text\n{text}\n```\n"
