"""Where are the example policies and tickets, in a clone and in an installed package?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from triage_core.policyfile import load_policy
from triage_core.policyfile.rota import read_rota
from triage_core.ticketfile import read_tickets

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.rota import Rota
    from triage_core.ticketfile import Written

#: The tenants of the examples, and the policy that each one lives under.
TENANTS: Final = {"lindwerk": "internal-it", "harborline": "saas"}


def folder() -> Path:
    """Return the folder of the examples: in the package where it was installed, beside it in a clone."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "examples"
    return packed if packed.is_dir() else package.parent / "examples"


def policy_of(tenant: str) -> Policy:
    """Return the policy of an example tenant."""
    return load_policy(folder() / "policies" / f"{TENANTS[tenant]}.yaml")


def rota_of(tenant: str) -> Rota:
    """Return the rota that the ladder of an example tenant calls; only the first one has one."""
    file = folder() / "rotas" / "it-on-call.yaml"
    return read_rota(file.read_bytes(), file.name, policy_of(tenant))


def tickets() -> tuple[Written, ...]:
    """Return every example ticket, theme by theme."""
    files = sorted((folder() / "tickets").glob("*.jsonl"))
    return tuple(written for file in files for _, written in read_tickets(file.read_bytes(), file.name))
