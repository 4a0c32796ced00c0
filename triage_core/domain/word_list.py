"""How does a long list of words stand in the code so that people can read it? In lines, with commas between words."""

from __future__ import annotations


def listed(lines: str) -> tuple[str, ...]:
    """Return the words and phrases between commas and line breaks, each once."""
    return tuple(dict.fromkeys(part.strip() for line in lines.splitlines() for part in line.split(",") if part.strip()))
