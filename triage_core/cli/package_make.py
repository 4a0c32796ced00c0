"""How does somebody get what Make imports?"""

from __future__ import annotations

from pathlib import Path

from triage_core.cli.package import Out, put
from triage_core.packagers.make import package
from triage_core.packagers.shipped import shipped_files
from triage_core.packagers.tables import Tables


def make(out: Out = Path()) -> None:
    """Write the custom app, the blueprints, and a page that says what to do with them."""
    put(out, package(Tables(), shipped_files("make", "blueprints")))
