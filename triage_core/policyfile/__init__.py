"""How does a policy get from a file into the engine and back, and what is wrong with it when it does not?"""

from __future__ import annotations
