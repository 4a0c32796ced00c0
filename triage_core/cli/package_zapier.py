"""How does somebody get the project that is uploaded to Zapier?"""

from __future__ import annotations

from pathlib import Path

from triage_core.cli.package import Out, put
from triage_core.packagers.zapier.project import project_files


def zapier(out: Out = Path()) -> None:
    """Write the integration as a project that Zapier's own program uploads, and the Zaps that come along."""
    put(out, project_files())
