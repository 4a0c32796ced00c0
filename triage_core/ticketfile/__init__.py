"""How are tickets read from a file, and what is wrong with each line that cannot be read?"""

from __future__ import annotations

from triage_core.ticketfile.reading import TicketsUnreadable, read_tickets
from triage_core.ticketfile.written import Expectation, Written, submission

__all__ = ["Expectation", "TicketsUnreadable", "Written", "read_tickets", "submission"]
