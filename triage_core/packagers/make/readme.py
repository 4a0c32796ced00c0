"""What does a person read who opens the app?"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import jinja2

from triage_core.packagers.make.service import CONNECTION_FIELDS

if TYPE_CHECKING:
    from triage_core.packagers.make.overlay import MakeOverlay
    from triage_core.packagers.tables import Tables


def readme(tables: Tables, overlay: MakeOverlay) -> str:
    """Return the page."""
    text = (resources.files("triage_core.packagers") / "templates" / "make.md.jinja").read_text("utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - Markdown, of our own words
    operations = tables.operations
    return environment.from_string(text).render(
        overlay=overlay,
        connection=CONNECTION_FIELDS,
        groups=[(label, [operations[name] for name in names]) for label, names in overlay.groups.items()],
        release=operations["ReleaseMessage"].summary,
    )
