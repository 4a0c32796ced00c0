"""Is a file of Slack workspaces read as it is meant, and is a mistake told without its secret?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from triage_core.compose import open_services
from triage_core.identity.workspaces import Workspace, WorkspacesInvalid, workspaces_from
from triage_core.settings import settings_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[object], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of workspaces."""

    def write(content: object) -> Path:
        path = tmp_path / "slack.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_secret_stands_in_the_file_or_in_the_environment(write: Write) -> None:
    path = write({"acme": {"secret": "s3", "team": "T1A"}, "other": {"secret": "env:OTHER", "team": "T2B"}})
    assert workspaces_from(path, {"OTHER": "s4"}) == (Workspace("acme", "T1A", "s3"), Workspace("other", "T2B", "s4"))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("{", "the JSON itself"),
        ([], "the whole"),
        ({"acme": {"secret": "hunter2"}}, "acme/team"),
        ({"acme": {"secret": "hunter2", "team": "hunter2!"}}, "acme/team"),
        ({"acme": {"secret": "", "team": "T1A"}}, "acme/secret"),
        ({"acme": {"secret": "hunter2", "team": "T1A", "more": 1}}, "acme/more"),
        ({"acme": {"secret": "env:HUNTER2", "team": "T1A"}}, "acme/secret, whose variable is not set"),
    ],
)
def test_a_mistake_is_told_by_its_place_and_without_its_content(write: Write, content: Any, place: str) -> None:
    with pytest.raises(WorkspacesInvalid) as told:
        workspaces_from(write(content), {})
    assert place in str(told.value)
    assert "hunter2" not in str(told.value)


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkspacesInvalid, match="its path"):
        workspaces_from(tmp_path / "none.json", {})


def test_an_installation_knows_its_workspaces(write: Write) -> None:
    path = write({"acme": {"secret": "s3", "team": "T1A"}})
    memory = {"TRIAGE_DATABASE_URL": "memory:"}
    assert open_services(settings_from(memory))[0].slack is None
    assert open_services(settings_from({**memory, "TRIAGE_SLACK_SIGNING": str(path)}))[0].slack is not None
