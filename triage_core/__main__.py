"""What does `python -m triage_core` start? The command line."""

from __future__ import annotations

from triage_core.cli import main

main()
