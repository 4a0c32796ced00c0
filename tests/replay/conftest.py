"""Which mapping, policy and logs do the tests of the replay share?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from triage_core.domain.playbook import Playbook
from triage_core.policyfile import load_policy
from triage_core.replay.loading import load_mapping
from triage_core.replay.log import open_log
from triage_core.replay.mapping import Mapping
from triage_core.replay.replaying import replay
from triage_core.replay.report import Report

EXAMPLES = REPOSITORY / "examples"
DESK_LOG = EXAMPLES / "logs" / "desk.csv"
DESK_MAPPING = EXAMPLES / "mappings" / "desk-log.yaml"
UCI_MAPPING = EXAMPLES / "mappings" / "servicenow-uci.yaml"
POLICY = EXAMPLES / "policies" / "servicenow-4-8-72-120.yaml"

Replayed = Callable[[str], Report]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return Playbook(load_policy(POLICY))


@pytest.fixture(scope="session")
def mapping() -> Mapping:
    return load_mapping(DESK_MAPPING)


@pytest.fixture
def replayed(tmp_path: Path, mapping: Mapping, playbook: Playbook) -> Replayed:
    """Replay rows written in the columns of the example log, without their header."""
    header = DESK_LOG.read_text().splitlines()[0]

    def run(rows: str) -> Report:
        path = tmp_path / "log.csv"
        path.write_text("\n".join([header, *(line.strip() for line in rows.strip().splitlines())]))
        with open_log(path, mapping.form) as log:
            return replay(log, mapping, playbook)

    return run
