"""What do the tests of generated files share: the documents they are made of?"""

from __future__ import annotations

from typing import Any

import pytest

from triage_core.packagers.openapi import openapi_document
from triage_core.packagers.overlay import Overlay, overlay
from triage_core.packagers.swagger import swagger_document
from triage_core.packagers.tables import Tables


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """The document in OpenAPI 3.1."""
    return openapi_document(Tables())


@pytest.fixture(scope="session")
def connector() -> Overlay:
    """What the connector says of its own."""
    return overlay("power_automate")


@pytest.fixture(scope="session")
def swagger(connector: Overlay) -> dict[str, Any]:
    """The connector's definition."""
    return swagger_document(Tables(), connector)
