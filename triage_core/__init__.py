"""What version of the triage core is this?"""

from __future__ import annotations

__version__ = "0.1.0"
