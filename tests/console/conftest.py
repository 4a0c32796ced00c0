"""How do tests of pages reach them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sample_cases import MONDAY
from tests.sample_identity import TENANT, SampleIdentity
from tests.standins.oidc import AUDIENCE, CLIENT, OidcProvider, oidc_provider
from triage_core.identity.providers import Provider

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def issuer() -> Iterator[OidcProvider]:
    """A provider whose clock stands at the tests' Monday."""
    with oidc_provider() as provider:
        provider.now = MONDAY.timestamp
        yield provider


@pytest.fixture
def desk(issuer: OidcProvider) -> SampleIdentity:
    """An installation whose people may sign in through the provider."""
    provider = Provider(
        issuer=issuer.issuer, tenant=TENANT, audience=AUDIENCE, client_id=CLIENT, label="the test provider"
    )
    return SampleIdentity(providers=[provider])
