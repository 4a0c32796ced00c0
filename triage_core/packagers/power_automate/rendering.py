"""How do the words of a solution become its pages and its XML?"""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

import jinja2

_FOLDER: Final = resources.files("triage_core.packagers") / "templates" / "power_automate"


def rendered(template: str, **words: Any) -> str:  # noqa: ANN401 - whatever a template names
    """Return a page; what stands in XML is escaped, a page for people is not."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=template.endswith(".xml.jinja"),  # the other pages are Markdown, of our own words
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string((_FOLDER / template).read_text("utf-8")).render(**words)
