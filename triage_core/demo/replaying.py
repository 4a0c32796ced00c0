"""Chapter 13: what would a log of the past have looked like under the rules?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.demo import examples
from triage_core.domain.playbook import Playbook
from triage_core.policyfile import load_policy
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.replay.page import show
from triage_core.replay.replaying import replay

if TYPE_CHECKING:
    from triage_core.demo.stage import Stage


def past(stage: Stage) -> None:
    """Replay the small example log and show its figures."""
    notice = "another desk's log goes through the same lifecycle; every figure says what it is of"
    stage.chapter(13, "A log of the past, replayed", notice)
    folder = examples.folder()
    mapping = load_mapping(folder / "mappings" / "desk-log.yaml")
    playbook = Playbook(load_policy(folder / "policies" / "servicenow-4-8-72-120.yaml"))
    with open_log(folder / "logs" / "desk.csv", mapping.form) as log:
        report = replay(log, mapping, playbook)
    show(report, stage.page)
    stage.claim(
        "every incident of the log was read and none was lost",
        report.incidents == report.resolution_hours.n + report.unresolved,
    )
