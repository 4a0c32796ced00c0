"""What is shipped for Power Automate: a connector, two solutions with flows, and pictures of the flows?"""

from __future__ import annotations

from triage_core.packagers.power_automate.connector import connector_files
from triage_core.packagers.power_automate.packages import Choice, packages
from triage_core.packagers.power_automate.pictures import flows_page

__all__ = ["Choice", "connector_files", "flows_page", "packages"]
