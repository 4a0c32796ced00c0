"""What does somebody get who wants to use Make: the app, the blueprints, and what to do with them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from triage_core.packagers.make.app import app_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.packagers.tables import Tables

_OPENING = """# Triage Loop for Make

- `app/` is a custom app: upload it with Make's own editor for apps.
- `blueprints/` are scenarios: in a new scenario choose **Import blueprint**. No app is needed for them.

Each blueprint is changed in two places, which its notes name: the webhook, and the module behind it that holds the
address of your service and your key. Then switch it on, *immediately as data arrives*.
"""


def package(tables: Tables, blueprints: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return every file by its path, given the blueprints by their names."""
    files = {f"app/{path}": text.encode() for path, text in app_files(tables).items()}
    files |= {f"blueprints/{name}.json": content for name, content in blueprints.items()}
    return {**files, "README.md": _readme(blueprints).encode()}


def _readme(blueprints: Mapping[str, bytes]) -> str:
    return _OPENING + "".join(_section(name, json.loads(content)) for name, content in sorted(blueprints.items()))


def _section(name: str, blueprint: dict[str, Any]) -> str:
    notes = "".join(f"\n1. {_plain(note['content'])}" for note in blueprint["metadata"]["notes"])
    return f"\n## {blueprint['name']}\n\n`blueprints/{name}.json`: {blueprint['description']}\n{notes}\n"


def _plain(html: str) -> str:
    """Return a note as Markdown; notes are paragraphs with nothing but bold words in them."""
    text = html
    for tag, mark in (("<p>", ""), ("</p>", ""), ("<b>", "**"), ("</b>", "**")):
        text = text.replace(tag, mark)
    return text
