"""Do the tests of the app say so where Node is missing, and fail where it has to be there?"""

from __future__ import annotations

import pytest

from tests.zapier import node


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    node.node.cache_clear()


@pytest.mark.usefixtures("no_node")
def test_without_node_the_tests_are_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Node is not installed"):
        node.node()


@pytest.mark.usefixtures("no_node")
def test_in_continuous_integration_they_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Node is not installed"):
        node.node()
