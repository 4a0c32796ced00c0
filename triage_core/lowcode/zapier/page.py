"""What does a person read about the rules? The page in the documentation, made of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.lowcode.zapier.linting import RULES

if TYPE_CHECKING:
    from triage_core.lowcode.findings import Rule

_OPENING: Final = """# Rules for files of Zaps

`triage zaps lint PATH` looks at a file of Zaps or a folder of them and tells each place where one of these rules is
broken. Nothing is sent anywhere. An error ends the command with 1; a warning does so with `--strict`. Findings as JSON:
`--json`. Zapier publishes no definition of these files: what is asked of their form is what public exports have.
"""


def rules_page() -> str:
    """Return the page."""
    return "\n".join([_OPENING, *map(_told, RULES)])


def _told(rule: Rule) -> str:
    return f"""## {rule.id}: {rule.title}

{str(rule.weight).capitalize()}. {rule.why}

- Wrong: {_quoted(rule.bad)}
- Right: {_quoted(rule.good)}
"""


def _quoted(example: str) -> str:
    return f"`{example}`" if example.startswith(('"', "{")) else example
