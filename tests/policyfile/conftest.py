"""What do the tests of policy files share: the worked examples, and a short policy to spoil?"""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "policies"


@pytest.fixture(params=["internal-it", "saas", "msp"])
def example(request: pytest.FixtureRequest) -> Path:
    """Each worked example in turn."""
    return EXAMPLES / f"{request.param}.yaml"


@pytest.fixture
def internal_it() -> Path:
    """The worked example that builds on no preset."""
    return EXAMPLES / "internal-it.yaml"
