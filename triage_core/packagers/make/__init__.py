"""What is the Make app made of?"""

from __future__ import annotations

from triage_core.packagers.make.app import app_files
from triage_core.packagers.make.package import package

__all__ = ["app_files", "package"]
