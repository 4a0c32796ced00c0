"""Who is let in with what, and as whom?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_identity import TENANT, SampleIdentity
from tests.standins.oidc import AUDIENCE, CLIENT, HOUR, OidcProvider, new_key
from triage_core.contract.operation import Scope
from triage_core.domain.credentials import KeyPlatform
from triage_core.domain.model import ActorKind
from triage_core.identity.gatekeeper import LOOPBACK_COOKIE
from triage_core.identity.key_sets import ProviderUnreachable
from triage_core.identity.providers import App, Provider
from triage_core.identity.sessions import csrf_of
from triage_core.service.access import Caller, TooManyRequests, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    Enter = Callable[..., Caller]
ANN: dict[str, Any] = {"email": "Ann@Example.com", "email_verified": True}


@pytest.fixture
def desk(issuer: OidcProvider) -> SampleIdentity:
    provider = Provider(
        issuer=issuer.issuer,
        tenant=TENANT,
        audience=AUDIENCE,
        client_id=CLIENT,
        connectors=("connector",),
        apps={"nightly": App(name="Nightly", platform=KeyPlatform.PYTHON, scopes=(Scope.TICKETS_READ, Scope.ADMIN))},
        people={"o-lee": "lee"},
    )
    return SampleIdentity(providers=[provider])


@pytest.fixture
def enter(desk: SampleIdentity, issuer: OidcProvider) -> Enter:
    """Come with a token of the provider's."""

    def enter(**claims: Any) -> Caller:
        return desk.identity.gatekeeper.caller({"authorization": f"Bearer {issuer.token(**claims)}"})

    return enter


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_comes_in_as_its_platform_and_never_as_a_person(desk: SampleIdentity) -> None:
    made = desk.key("tickets:read")
    caller = desk.identity.gatekeeper.caller({"x-api-key": made.text})
    assert caller.tenant == TENANT
    assert caller.platform == "zapier"
    assert caller.actor.kind is ActorKind.PLATFORM
    assert caller.actor.id == f"platform:zapier:{made.key.prefix}"
    assert caller.actor.roles == ()
    assert caller.person_id is None
    assert caller.scopes == {"tickets:read"}
    assert not caller.interactive


def test_a_header_that_names_a_person_changes_nothing(desk: SampleIdentity) -> None:
    headers = {"x-api-key": desk.key().text, "x-triage-person": "lee"}
    assert desk.identity.gatekeeper.caller(headers).person_id is None


def test_a_key_that_asks_too_often_waits(issuer: OidcProvider) -> None:
    del issuer
    desk = SampleIdentity(burst=1)
    headers = {"x-api-key": desk.key().text}
    desk.identity.gatekeeper.caller(headers)
    with pytest.raises(TooManyRequests) as refused:
        desk.identity.gatekeeper.caller(headers)
    assert refused.value.wait == timedelta(seconds=0.5)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": "tl_aaaaaaaaaaaa_" + "a" * 43},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer a.b.c"},
        {"cookie": "triage-local=abc"},
        {"cookie": "="},
        {"x-ms-client-principal-id": "lee"},
    ],
)
def test_whatever_is_no_proof_is_refused(desk: SampleIdentity, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(headers)


def test_two_proofs_at_once_are_refused(desk: SampleIdentity, issuer: OidcProvider) -> None:
    headers = {"x-api-key": desk.key().text, "authorization": f"Bearer {issuer.token(**ANN)}"}
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(headers)


def test_a_wrong_secret_and_an_unknown_key_are_told_alike(
    desk: SampleIdentity, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    known, told = desk.key().text, set()
    for text in (known[:-4] + ("aaaa" if known[-4:] != "aaaa" else "bbbb"), "tl_aaaaaaaaaaaa_" + "a" * 43):
        with pytest.raises(Unauthenticated) as refused:
            desk.identity.gatekeeper.caller({"x-api-key": text})
        assert text[16:] not in caplog.text
        told.add((str(refused.value), caplog.text.count("'reason': 'key'")))
        caplog.clear()
    assert [count for _, count in told] == [1]


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_verified_mailbox_names_the_person(enter: Enter) -> None:
    caller = enter(**ANN)
    assert (caller.person_id, caller.actor.kind, caller.actor.roles) == ("ann", ActorKind.PERSON, ("agent",))


def test_the_providers_own_id_names_the_person(enter: Enter) -> None:
    assert enter(oid="o-lee").person_id == "lee"


@pytest.mark.parametrize("edov", [1, "1", True, "true"])
def test_entra_tells_otherwise_that_a_mailbox_is_verified(enter: Enter, edov: object) -> None:
    assert enter(email="ann@example.com", xms_edov=edov).person_id == "ann"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ann@example.com"},
        {"email": "ann@example.com", "email_verified": "true"},
        {"email": "ann@example.com", "email_verified": False, "xms_edov": 0},
        {"preferred_username": "ann@example.com"},
        {"email": "stranger@example.com", "email_verified": True},
        {"email": ["ann@example.com"], "email_verified": True},
    ],
)
def test_an_unproved_mailbox_names_nobody(enter: Enter, claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        enter(**claims)


def test_no_token_is_a_person_in_front_of_our_pages(enter: Enter) -> None:
    assert not enter(**ANN).interactive
    assert not enter(**ANN, azp=CLIENT).interactive


def test_a_connector_passes_on_what_it_reads(enter: Enter) -> None:
    caller = enter(email="eve@example.com", email_verified=True, azp="connector")
    assert caller.platform == "power_automate"
    assert Scope.ADMIN not in caller.scopes
    assert not caller.interactive


def test_a_client_that_nobody_listed_counts_as_one_that_passes_on(enter: Enter) -> None:
    caller = enter(email="eve@example.com", email_verified=True, appid="strange")
    assert caller.platform == "direct"
    assert Scope.ADMIN not in caller.scopes


def test_our_own_client_speaks_for_the_person_directly(enter: Enter) -> None:
    assert enter(**ANN, azp=CLIENT).platform is None


def test_a_listed_program_comes_in_as_a_platform_without_an_administrators_rights(enter: Enter) -> None:
    caller = enter(sub="nightly", azp="nightly")
    assert (caller.person_id, caller.platform) == (None, "python")
    assert caller.scopes == {"tickets:read"}
    assert caller.actor.id == "platform:python:nightly"


@pytest.mark.parametrize("claims", [{"sub": "x", "azp": "x"}, {"sub": "o-lee", "oid": "o-lee"}, {"idtyp": "app"}])
def test_a_program_that_nobody_listed_stays_outside(enter: Enter, claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        enter(**claims)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "api://other"},
        {"aud": None},
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"sub": None},
        {"exp": None},
        {"exp": "soon"},
    ],
)
def test_a_token_for_or_from_others_is_refused(enter: Enter, claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        enter(**{**ANN, **claims})


@pytest.mark.parametrize(
    ("name", "shift", "is_in"), [("exp", -59, True), ("exp", -60, False), ("nbf", 60, True), ("nbf", 61, False)]
)
def test_clocks_may_differ_by_a_minute(
    enter: Enter,
    issuer: OidcProvider,
    name: str,
    shift: int,
    is_in: bool,  # noqa: FBT001 - a value of the table above
) -> None:
    claims = {**ANN, name: issuer.now() + shift}
    if is_in:
        assert enter(**claims).person_id == "ann"
    else:
        with pytest.raises(Unauthenticated):
            enter(**claims)


def test_a_token_that_somebody_else_signed_is_refused(enter: Enter) -> None:
    with pytest.raises(Unauthenticated):
        enter(**ANN, key=new_key())


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
def test_only_the_two_agreed_algorithms_count(enter: Enter, algorithm: str) -> None:
    with pytest.raises(Unauthenticated):
        enter(**ANN, algorithm=algorithm)


def test_a_token_without_a_signature_is_refused(desk: SampleIdentity, issuer: OidcProvider) -> None:
    import jwt  # noqa: PLC0415 - for this forgery alone

    claims = {"iss": issuer.issuer, "aud": AUDIENCE, "sub": "x", "exp": issuer.now() + HOUR, **ANN}
    for forged in (jwt.encode(claims, "", "none"), jwt.encode(claims, "x" * 32, "HS256", {"kid": "first"})):
        with pytest.raises(Unauthenticated):
            desk.identity.gatekeeper.caller({"authorization": f"Bearer {forged}"})


def test_the_providers_new_key_is_found_after_a_minute(
    desk: SampleIdentity, issuer: OidcProvider, enter: Enter
) -> None:
    enter(**ANN)
    issuer.key, issuer.key_id = new_key(), "second"
    with pytest.raises(Unauthenticated):
        enter(**ANN)
    desk.passes(timedelta(minutes=1))
    assert enter(**ANN).person_id == "ann"
    assert len(issuer.asked) == 2


def test_known_keys_count_while_a_provider_is_silent(desk: SampleIdentity, issuer: OidcProvider, enter: Enter) -> None:
    enter(**ANN)
    desk.passes(timedelta(hours=13))
    issuer.now, issuer.is_down = desk.time.timestamp, True
    for _ in range(3):
        assert enter(**ANN).person_id == "ann"
    assert len(issuer.asked) == 2


def test_a_silent_provider_is_left_alone_for_a_while(desk: SampleIdentity, issuer: OidcProvider, enter: Enter) -> None:
    issuer.is_down = True
    for _ in range(3):
        with pytest.raises(ProviderUnreachable):
            enter(**ANN)
    assert len(issuer.asked) == 1
    issuer.is_down = False
    desk.passes(timedelta(seconds=10))
    assert enter(**ANN).person_id == "ann"


def test_a_provider_that_does_not_answer_is_told_as_that() -> None:
    provider = Provider(issuer="http://127.0.0.1:1/", tenant=TENANT, audience=AUDIENCE)
    desk, stranger = SampleIdentity(providers=[provider]), OidcProvider()
    stranger.issuer = provider.issuer
    with pytest.raises(ProviderUnreachable):
        desk.identity.gatekeeper.caller({"authorization": f"Bearer {stranger.token(**ANN)}"})


# --- sessions ---------------------------------------------------------------------------------------------------------


def cookie(token: str, csrf: str | None = None) -> dict[str, str]:
    return {"cookie": f"x=1; {LOOPBACK_COOKIE}={token}", "x-csrf-token": csrf_of(token) if csrf is None else csrf}


def test_a_session_is_a_person_in_front_of_our_pages(desk: SampleIdentity) -> None:
    begun = desk.identity.sessions.begin(TENANT, "lee", "link")
    caller = desk.identity.gatekeeper.caller(cookie(begun.token))
    assert (caller.person_id, caller.interactive, caller.authenticated_at) == ("lee", True, desk.time)
    assert caller.platform is None


@pytest.mark.parametrize("csrf", ["", "x", "é", csrf_of("another")])
def test_a_cookie_alone_is_no_proof(desk: SampleIdentity, csrf: str) -> None:
    begun = desk.identity.sessions.begin(TENANT, "lee", "link")
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(cookie(begun.token, csrf))


def test_a_session_ends_when_it_is_not_used(desk: SampleIdentity) -> None:
    begun = desk.identity.sessions.begin(TENANT, "lee", "link")
    desk.passes(timedelta(hours=8))
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(cookie(begun.token))


def test_a_session_ends_after_a_day_however_much_it_is_used(desk: SampleIdentity) -> None:
    begun = desk.identity.sessions.begin(TENANT, "lee", "link")
    for _ in range(4):
        desk.passes(timedelta(hours=5))
        assert desk.identity.gatekeeper.caller(cookie(begun.token)).authenticated_at == begun.session.auth_time
    desk.passes(timedelta(hours=4))
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(cookie(begun.token))


def test_who_left_the_roster_is_out_at_once(desk: SampleIdentity) -> None:
    begun = desk.identity.sessions.begin(TENANT, "gone", "link")
    with pytest.raises(Unauthenticated):
        desk.identity.gatekeeper.caller(cookie(begun.token))


def test_an_auditor_reads_and_changes_nothing(desk: SampleIdentity) -> None:
    begun = desk.identity.sessions.begin(TENANT, "kit", "link")
    assert desk.identity.gatekeeper.caller(cookie(begun.token)).scopes == {"tickets:read", "reports:read"}
