"""Do the pages let in whom they should, and does a foreign site achieve nothing?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.sample_cases import MINUTE, MONDAY
from tests.sample_identity import TENANT, SampleIdentity, wish
from triage_core.console.pages import routes
from triage_core.identity.sessions import csrf_of

if TYPE_CHECKING:
    from tests.standins.oidc import OidcProvider

HOME = "https://desk.example.com"
SESSION = "__Host-triage"
OWN = {"origin": HOME}
FOREIGN: tuple[dict[str, str], ...] = (
    {"origin": "https://evil.example.com"},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": HOME, "sec-fetch-site": "same-site"},
    {"origin": "http://desk.example.com"},
    {},
)


@pytest.fixture
def app(desk: SampleIdentity) -> Starlette:
    return Starlette(routes=routes(lambda: desk.identity, lambda: desk.services))


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, HOME, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def token(desk: SampleIdentity) -> str:
    """The secret of a link for Ada, who administers."""
    return desk.identity.links.make(TENANT, "ada")


def signed_in(client: TestClient, desk: SampleIdentity, person: str = "ada") -> str:
    """Sign in and return what the browser holds."""
    begun = desk.identity.sessions.begin(TENANT, person, "link")
    client.cookies.set(SESSION, begun.token)
    return begun.token


def test_looking_at_a_link_uses_nothing_up(client: TestClient, token: str) -> None:
    for _ in range(3):
        page = client.get(f"/sign-in/local?token={token}")
        assert (page.status_code, "Sign in as Ada" in page.text) == (200, True)
        assert not page.cookies


def test_the_button_signs_in_once(client: TestClient, token: str) -> None:
    answer = client.post("/sign-in/local", data={"token": token}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/home")
    assert "Signed in as Ada" in client.get("/").text
    client.cookies.clear()
    assert client.post("/sign-in/local", data={"token": token}, headers=OWN).status_code == 401


def test_a_link_ends_after_ten_minutes(client: TestClient, desk: SampleIdentity, token: str) -> None:
    desk.passes(timedelta(minutes=10))
    assert client.get(f"/sign-in/local?token={token}").status_code == 401
    assert client.post("/sign-in/local", data={"token": token}, headers=OWN).status_code == 401


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_form_neither_signs_in_nor_uses_the_link_up(
    client: TestClient, token: str, headers: dict[str, str]
) -> None:
    assert client.post("/sign-in/local", data={"token": token}, headers=headers).status_code == 403
    assert client.get(f"/sign-in/local?token={token}").status_code == 200


def test_the_cookie_is_for_this_host_over_https_and_no_script(client: TestClient, token: str) -> None:
    cookie = client.post("/sign-in/local", data={"token": token}, headers=OWN).headers["set-cookie"]
    assert cookie.startswith(f"{SESSION}=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


def test_on_this_machine_the_cookie_needs_no_https(app: Starlette, token: str) -> None:
    with TestClient(app, "http://127.0.0.1:8000", follow_redirects=False) as local:
        headers = {"origin": "http://127.0.0.1:8000"}
        cookie = local.post("/sign-in/local", data={"token": token}, headers=headers).headers["set-cookie"]
        assert cookie.startswith("triage-local=")
        assert "Secure" not in cookie
        assert "Signed in as Ada" in local.get("/").text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-in/local?token=x", "/sign-in/oidc/acme"])
def test_elsewhere_nothing_is_shown_without_https(app: Starlette, path: str) -> None:
    with TestClient(app, "http://desk.example.com", follow_redirects=False) as plain:
        page = plain.get(path)
        assert page.status_code == 403
        assert "https" in page.text


def test_a_session_starts_under_a_new_name(client: TestClient, token: str) -> None:
    client.cookies.set(SESSION, "planted")
    client.post("/sign-in/local", data={"token": token}, headers=OWN)
    held = [cookie.value for cookie in client.cookies.jar if cookie.name == SESSION]
    assert "planted" not in held[-1:]


def test_without_a_session_home_leads_to_sign_in(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_session_that_ended_says_so(client: TestClient, desk: SampleIdentity) -> None:
    signed_in(client, desk)
    desk.passes(timedelta(hours=8))
    page = client.get("/")
    assert page.status_code == 401
    assert "sign in to go on" in page.text


def test_home_tells_tenant_roles_and_end(client: TestClient, desk: SampleIdentity) -> None:
    signed_in(client, desk, "eve")
    page = client.get("/").text
    assert "acme" in page
    assert "admin, agent" in page
    assert (desk.time + timedelta(hours=8)).strftime("%H:%M UTC") in page


def test_signing_out_ends_the_session(client: TestClient, desk: SampleIdentity) -> None:
    held = signed_in(client, desk)
    answer = client.post("/sign-out", data={"csrf": csrf_of(held)}, headers=OWN)
    assert answer.headers["location"] == "/sign-in"
    assert desk.identity.sessions.living(held) is None


@pytest.mark.parametrize("path", ["/sign-out", "/sessions/end", "/changes/confirm"])
@pytest.mark.parametrize("csrf", [None, "", "x", csrf_of("another session")])
def test_a_form_without_this_sessions_mark_changes_nothing(
    client: TestClient, desk: SampleIdentity, path: str, csrf: str | None
) -> None:
    held = signed_in(client, desk)
    form = {} if csrf is None else {"csrf": csrf}
    assert client.post(path, data=form, headers=OWN).status_code == 403
    assert desk.identity.sessions.living(held)


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_form_with_the_right_mark_changes_nothing(
    client: TestClient, desk: SampleIdentity, headers: dict[str, str]
) -> None:
    held = signed_in(client, desk)
    assert client.post("/sign-out", data={"csrf": csrf_of(held)}, headers=headers).status_code == 403
    assert desk.identity.sessions.living(held)


@pytest.mark.parametrize("path", ["/sign-out", "/sessions/end", "/changes/confirm"])
def test_nothing_is_changed_by_looking(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 405


def test_another_session_can_be_ended_from_here(client: TestClient, desk: SampleIdentity) -> None:
    other = desk.identity.sessions.begin(TENANT, "ada", "link")
    held = signed_in(client, desk)
    found = re.search(r'name="session" value="(\w+)"', client.get("/").text)
    assert found
    client.post("/sessions/end", data={"csrf": csrf_of(held), "session": found[1]}, headers=OWN)
    assert desk.identity.sessions.living(other.token) is None
    assert desk.identity.sessions.living(held)


def test_nobody_ends_a_session_of_somebody_else(client: TestClient, desk: SampleIdentity) -> None:
    other = desk.identity.sessions.begin(TENANT, "eve", "link")
    held = signed_in(client, desk)
    client.post("/sessions/end", data={"csrf": csrf_of(held), "session": other.session.id}, headers=OWN)
    assert desk.identity.sessions.living(other.token)


def test_a_second_administrator_confirms_on_the_page(client: TestClient, desk: SampleIdentity) -> None:
    proposal = desk.identity.changes.propose_key(wish("admin"))
    held = signed_in(client, desk, "eve")
    assert proposal.change.id in client.get("/").text
    form = {"csrf": csrf_of(held), "change": proposal.change.id}
    assert client.post("/changes/confirm", data=form, headers=OWN).status_code == 303
    assert desk.identity.keys.known(proposal.made.text)


def test_who_proposed_is_offered_no_button(client: TestClient, desk: SampleIdentity) -> None:
    proposal = desk.identity.changes.propose_key(wish("admin"))
    held = signed_in(client, desk, "ada")
    assert "Confirm" not in client.get("/").text
    form = {"csrf": csrf_of(held), "change": proposal.change.id}
    assert client.post("/changes/confirm", data=form, headers=OWN).status_code == 403


def test_an_agent_sees_nothing_that_waits(client: TestClient, desk: SampleIdentity) -> None:
    proposal = desk.identity.changes.propose_key(wish("admin"))
    signed_in(client, desk, "ann")
    assert proposal.change.id not in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-in/local?token=x", "/sign-in/oidc/nobody"])
def test_every_page_forbids_scripts_frames_and_caches(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "permissions-policy" in headers


def test_names_are_shown_and_never_run(client: TestClient, desk: SampleIdentity) -> None:
    desk.identity.changes.propose_key(wish("admin", name="<script>alert(1)</script>"))
    signed_in(client, desk, "eve")
    page = client.get("/").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_form_without_end_is_not_read(client: TestClient, token: str) -> None:
    answer = client.post("/sign-in/local", data={"token": token, "more": "x" * 130_000}, headers=OWN)
    assert answer.status_code == 413


# --- through a provider -----------------------------------------------------------------------------------------------

ADA = {"email": "ada@example.com", "email_verified": True}
UNDER_WAY = "__Host-triage-sign-in"


def to_provider(client: TestClient) -> httpx.URL:
    """Go to the provider and return where it sends the browser back to."""
    start = client.get("/sign-in/oidc/acme")
    assert start.status_code == 303
    return httpx.URL(httpx.get(start.headers["location"]).headers["location"])


def test_a_provider_signs_in_the_person_it_vouches_for(client: TestClient, issuer: OidcProvider) -> None:
    issuer.visitor = ADA
    back = to_provider(client)
    assert client.get(back.raw_path.decode()).status_code == 303
    assert "Signed in as Ada" in client.get("/").text


def test_what_leaves_is_bound_to_this_sign_in(client: TestClient) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/oidc/acme").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3


@pytest.mark.parametrize(
    "visitor",
    [
        {"email": "stranger@example.com", "email_verified": True},
        {"email": "ada@example.com"},
        {**ADA, "nonce": "another"},
        {**ADA, "aud": "another"},
        {**ADA, "exp": 1},
    ],
)
def test_a_token_that_does_not_fit_signs_nobody_in(
    client: TestClient, issuer: OidcProvider, visitor: dict[str, object]
) -> None:
    issuer.visitor = visitor
    assert client.get(to_provider(client).raw_path.decode()).status_code == 401
    assert SESSION not in client.cookies


@pytest.mark.parametrize("spoilt", [{"state": "x"}, {"code": "x"}, {"iss": "https://evil.example.com"}])
def test_an_answer_to_another_question_signs_nobody_in(
    client: TestClient, issuer: OidcProvider, spoilt: dict[str, str]
) -> None:
    issuer.visitor = ADA
    back = to_provider(client).copy_merge_params(spoilt)
    assert client.get(back.raw_path.decode()).status_code == 401
    assert SESSION not in client.cookies


def test_another_browsers_answer_signs_nobody_in(client: TestClient, issuer: OidcProvider) -> None:
    issuer.visitor = ADA
    back = to_provider(client)
    del client.cookies[UNDER_WAY]
    assert client.get(back.raw_path.decode()).status_code == 401


def proved_at(client: TestClient, desk: SampleIdentity) -> datetime | None:
    """Come back from the provider and return when the person proved to be it, if that let anybody in."""
    client.get(to_provider(client).raw_path.decode())
    found = desk.identity.sessions.of_person(TENANT, "ada")
    return found[0].auth_time if found else None


def test_the_provider_is_asked_for_a_sign_in_that_a_decision_may_rest_on(client: TestClient) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/oidc/acme").headers["location"]).query)
    assert asked["max_age"] == ["3600"]


def test_when_the_person_proved_it_counts_and_not_the_moment_of_coming_back(
    client: TestClient, desk: SampleIdentity, issuer: OidcProvider
) -> None:
    issuer.visitor, issuer.signed_in_at = ADA, (MONDAY - 50 * MINUTE).timestamp()
    assert proved_at(client, desk) == MONDAY - 50 * MINUTE


def test_who_signed_in_there_too_long_ago_proves_it_anew(
    client: TestClient, desk: SampleIdentity, issuer: OidcProvider
) -> None:
    issuer.visitor, issuer.signed_in_at = ADA, (MONDAY - 61 * MINUTE).timestamp()
    assert proved_at(client, desk) == MONDAY


@pytest.mark.parametrize("ago", [62 * MINUTE, -2 * MINUTE])
def test_a_provider_that_lets_in_by_an_old_or_impossible_sign_in_signs_nobody_in(
    client: TestClient, desk: SampleIdentity, issuer: OidcProvider, ago: timedelta
) -> None:
    issuer.visitor, issuer.signed_in_at, issuer.ignores_max_age = ADA, (MONDAY - ago).timestamp(), True
    assert proved_at(client, desk) is None


def test_where_the_provider_keeps_silent_the_moment_of_coming_back_counts(
    client: TestClient, desk: SampleIdentity, issuer: OidcProvider
) -> None:
    issuer.visitor, issuer.tells_auth_time = ADA, False
    assert proved_at(client, desk) == MONDAY
