"""What is the Zapier integration made of?"""

from __future__ import annotations

from triage_core.packagers.zapier.integration import integration

__all__ = ["integration"]
