"""Which provider of identity do these tests trust?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.conftest import clean_postgres_url, sqlite_url
from tests.sample_cases import MONDAY
from tests.standins.oidc import OidcProvider, oidc_provider

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def issuer() -> Iterator[OidcProvider]:
    """A provider whose clock stands at the tests' Monday."""
    with oidc_provider() as provider:
        provider.now = MONDAY.timestamp
        yield provider


__all__ = ["clean_postgres_url", "sqlite_url"]
