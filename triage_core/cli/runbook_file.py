"""How does a Markdown page become a runbook? Its section headed Rollback is the way back, the whole page its text."""

from __future__ import annotations

import re
from typing import Final

from triage_core.domain.rollout.errors import RunbookIncomplete

_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


def rollback_in(page: str) -> str:
    """Return the section headed Rollback; raises `RunbookIncomplete` where there is none or nothing in it."""
    level, kept = 0, list[str]()
    for line in page.splitlines():
        heading = _HEADING.match(line)
        if heading and level and len(heading[1]) <= level:
            break
        if heading and not level and heading[2].lower() == "rollback":
            level = len(heading[1])
        elif level:
            kept.append(line)
    found = "\n".join(kept).strip()
    if not found:
        raise RunbookIncomplete("give the page a section headed Rollback that says how the automation is taken back")
    return found
