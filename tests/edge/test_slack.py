"""Does a button in Slack let exactly the right person take an escalation over, once, and nothing else?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from tests.sample_cases import MINUTE
from tests.sample_console import ConsoleDesk
from tests.sample_desk import TENANT
from tests.sample_ladders import ladder_policy, people, person
from triage_core.domain.entry import Kind
from triage_core.edge.asgi import application
from triage_core.edge.message import Reply, Request
from triage_core.edge.slack import PATH, SlackEdge
from triage_core.identity.slack import SlackDoor
from triage_core.identity.workspaces import Workspace
from triage_core.service.action_tokens import issue

if TYPE_CHECKING:
    from datetime import datetime

SECRET, TEAM = "8f742231b10e8888abcd99yyyzzz85a5", "T0ACME"
USERS = {"lee": "U0LEE", "kim": "U0KIM", "ann": "U0ANN"}
PAGE = "https://triage.example.com/escalations"


class SlackDesk(ConsoleDesk):
    """A desk whose workspace may speak for it; its urgent ticket calls Lee."""

    def __init__(self, *more: Workspace) -> None:
        """Open with a ticket."""
        super().__init__(people=_people())
        workspaces = [Workspace(TENANT, TEAM, SECRET), *more]
        door = SlackDoor(workspaces, self.identity.roster, lambda: self.now)
        self.services = self.services._replace(slack=door)
        self.urgent()

    def token(self, tenant: str = TENANT, name: str = "t1-e1", lasts: timedelta = timedelta(days=1)) -> str:
        """Return what a button carries."""
        return issue(self.store.digest_key(tenant), tenant, name, self.now + lasts)

    def press(self, who: str = "lee", **changes: Any) -> Any:
        """Let somebody press the button, and read what Slack is told."""
        reply = self.send(signed(pressed(who, **{"value": self.token(), **changes}), self.now))
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def send(self, request: Request) -> Reply:
        """Send what Slack sends."""
        return SlackEdge(lambda: self.services).reply(request)


def _people() -> list[dict[str, Any]]:
    return [{**known, "slack": USERS.get(known["id"])} for known in people()]


def pressed(who: str, action: str = "acknowledge_escalation", value: str = "", **more: Any) -> bytes:
    user = {"id": USERS.get(who, who), "username": who, "team_id": TEAM}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "acme"},
        "user": user,
        "trigger_id": "123.456.abc",
        "response_url": "https://hooks.slack.com/actions/T0/1/x",
        "message": {"blocks": []},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1"}],
        **more,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, at: datetime, secret: str = SECRET) -> Request:
    stamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return Request(
        method="POST",
        path=PATH,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signature),
        },
        body=body,
        base_url="https://triage.example.com",
    )


@pytest.fixture
def desk() -> SlackDesk:
    return SlackDesk()


class TestPressing:
    def test_the_person_behind_the_user_takes_it_over(self, desk: SlackDesk) -> None:
        assert desk.press("kim") == {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": f"Acknowledged by Kim until 10:30 CET. {PAGE}/t1-e1",
        }
        assert desk.escalation().holder == "kim"
        taken = next(entry for entry in desk.entries() if entry.kind is Kind.ESCALATION_ACKNOWLEDGED)
        assert taken.actor == person("kim")

    def test_a_second_press_of_the_holder_is_told_the_same(self, desk: SlackDesk) -> None:
        first = desk.press("kim")
        assert desk.press("kim", trigger_id="124") == first
        assert desk.kinds().count(Kind.ESCALATION_ACKNOWLEDGED) == 1

    def test_what_somebody_else_holds_is_refused_in_words(self, desk: SlackDesk) -> None:
        desk.take("kim")
        assert "Somebody else holds this escalation" in desk.press("lee")["text"]
        assert desk.escalation().holder == "kim"

    def test_somebody_without_the_right_is_told_who_has_it(self, desk: SlackDesk) -> None:
        assert "needs one of the roles: boss, lead" in desk.press("ann")["text"]
        assert desk.escalation().holder is None

    @pytest.mark.parametrize("user", ["U0STRANGER", ""])
    def test_a_user_who_is_nobody_is_told_who_may(self, desk: SlackDesk, user: str) -> None:
        text = desk.press(user)["text"]
        assert text.startswith("You are not on the roster of this desk.")
        assert "the roles: lead, boss" in text
        assert desk.escalation().holder is None

    def test_an_ended_escalation_is_told(self, desk: SlackDesk) -> None:
        desk.take("lee")
        desk.escalations.resolve(TENANT, "t1-e1", "False alarm.", person("lee"))
        assert "it ended" in desk.press("lee")["text"]

    def test_the_public_address_is_told_where_there_is_one(self, desk: SlackDesk) -> None:
        desk.services = desk.services._replace(public_url="https://desk.example.com")
        assert desk.press("kim")["text"].endswith("https://desk.example.com/escalations/t1-e1")


class TestReplay:
    def test_the_same_request_has_one_effect(self, desk: SlackDesk) -> None:
        request = signed(pressed("kim", value=desk.token()), desk.now)
        first = desk.send(request)
        desk.escalations.offer(TENANT, "t1-e1", "lee", person("kim"))
        desk.escalations.accept(TENANT, "t1-e1", person("lee"))
        desk.passes(MINUTE)
        assert desk.send(request).body == first.body
        assert desk.escalation().holder == "lee"

    def test_a_request_that_was_refused_is_used_up(self, desk: SlackDesk) -> None:
        request = signed(pressed("ann", value=desk.token()), desk.now)
        assert "You may not answer" in json.loads(desk.send(request).body)["text"]
        desk.adopt(people=[{**known, "roles": ["lead"]} for known in _people()])
        desk.passes(MINUTE)
        assert "This press was answered before." in json.loads(desk.send(request).body)["text"]
        assert desk.escalation().holder is None
        assert desk.press("ann")["text"].startswith("Acknowledged by Ann")

    @pytest.mark.parametrize("off", [timedelta(seconds=301), timedelta(days=1), -timedelta(seconds=301)])
    def test_an_old_or_early_request_is_refused(self, desk: SlackDesk, off: timedelta) -> None:
        reply = desk.send(signed(pressed("kim", value=desk.token()), desk.now - off))
        assert (reply.status, desk.escalation().holder) == (401, None)

    def test_a_request_may_take_five_minutes(self, desk: SlackDesk) -> None:
        assert desk.send(signed(pressed("kim", value=desk.token()), desk.now - 5 * MINUTE)).status == 200


class TestProof:
    def test_another_secret_proves_nothing(self, desk: SlackDesk) -> None:
        reply = desk.send(signed(pressed("kim", value=desk.token()), desk.now, secret="x" * 32))
        assert (reply.status, desk.escalation().holder) == (401, None)

    def test_a_changed_body_proves_nothing(self, desk: SlackDesk) -> None:
        request = signed(pressed("ann", value=desk.token()), desk.now)
        forged = Request(
            method="POST", path=PATH, headers=request.headers, body=request.body.replace(b"U0ANN", b"U0KIM")
        )
        assert (desk.send(forged).status, desk.escalation().holder) == (401, None)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"x-slack-signature": "v0=abc"},
            {"x-slack-request-timestamp": "now"},
            {"x-slack-request-timestamp": "1" * 40, "x-slack-signature": "v0=abc"},
            {"x-slack-request-timestamp": "٣", "x-slack-signature": "v0=abc"},
            {"x-slack-request-timestamp": "1772442000", "x-slack-signature": "v0=é"},
        ],
    )
    def test_without_a_signature_nothing_is_read(self, desk: SlackDesk, headers: dict[str, str]) -> None:
        body = pressed("kim", value=desk.token())
        assert desk.send(Request(method="POST", path=PATH, headers=headers, body=body)).status == 401

    def test_a_body_that_is_no_text_is_refused(self, desk: SlackDesk) -> None:
        request = signed(b"payload=x", desk.now)
        assert desk.send(Request(method="POST", path=PATH, headers=request.headers, body=b"\xff\xfe")).status == 401

    @pytest.mark.parametrize("body", [b"", b"payload=", b"payload=x", b"payload=%5B%5D", b"other=1", b"a=1&" * 50])
    def test_what_is_no_interaction_is_a_problem(self, desk: SlackDesk, body: bytes) -> None:
        reply = desk.send(signed(body, desk.now))
        assert (reply.status, json.loads(reply.body)["code"]) == (400, "interaction_unreadable")

    def test_another_workspace_of_the_same_app_is_nobodys(self, desk: SlackDesk) -> None:
        assert "not one of this desk's" in desk.press("kim", team={"id": "T0OTHER"}, user=_user("T0OTHER"))["text"]
        assert desk.escalation().holder is None

    def test_a_guest_from_another_workspace_is_told_where_it_is_done(self, desk: SlackDesk) -> None:
        text = desk.press("kim", user=_user("T0OTHER"))["text"]
        assert text.startswith("Only people of the desk's own workspace can do this here.")
        assert desk.escalation().holder is None

    def test_a_body_without_end_is_not_read(self, desk: SlackDesk) -> None:
        assert desk.send(signed(b"payload=" + b"x" * 300_000, desk.now)).status == 413

    def test_no_answer_says_more_than_it_must(self, desk: SlackDesk) -> None:
        reply = desk.send(signed(b"payload=x", desk.now, secret="y" * 32))
        assert SECRET not in reply.body.decode()
        assert json.loads(reply.body)["code"] == "unauthenticated"


def _user(team: str) -> dict[str, str]:
    return {"id": USERS["kim"], "team_id": team}


class TestTokens:
    def test_a_token_ends(self, desk: SlackDesk) -> None:
        token = desk.token(lasts=MINUTE)
        desk.passes(MINUTE)
        assert "too old" in desk.press("kim", value=token)["text"]
        assert desk.escalation().holder is None

    @pytest.mark.parametrize("value", ["", "x", "1.a.b.c", "t1-e1", "1.dDEtZTE.99999999999.AAAA", "x" * 5_000])
    def test_what_is_no_token_does_nothing(self, desk: SlackDesk, value: str) -> None:
        assert "not one of this desk's" in desk.press("kim", value=value)["text"]
        assert desk.escalation().holder is None

    def test_another_tenants_token_does_nothing(self, desk: SlackDesk) -> None:
        desk.triage.playbooks.activate("other", ladder_policy(people=_people()), desk.now)
        assert "not one of this desk's" in desk.press("kim", value=desk.token("other"))["text"]

    def test_tenants_that_share_a_workspace_are_told_apart_by_their_token(self) -> None:
        desk = SlackDesk(Workspace("other", TEAM, SECRET))
        desk.triage.playbooks.activate("other", ladder_policy(people=_people()), desk.now)
        assert desk.press("kim")["text"].startswith("Acknowledged by Kim")
        assert "No such escalation" in desk.press("kim", value=desk.token("other"))["text"]


@pytest.mark.parametrize("action", ["approve_text", "open_page", "resolve", ""])
def test_any_other_button_leads_to_the_page_and_does_nothing(desk: SlackDesk, action: str) -> None:
    before = desk.read()
    assert desk.press("kim", action=action)["text"] == f"This is done on its page: {PAGE}"
    assert desk.read() == before


def test_a_view_or_a_shortcut_does_nothing(desk: SlackDesk) -> None:
    assert desk.press("kim", type="view_submission", actions=[])["text"].startswith("This is done on its page")


class TestTelling:
    """Slack shows what is told at the address that came with the press, and nothing of the answer to the press."""

    @pytest.fixture
    def told(self, desk: SlackDesk) -> list[tuple[str, str]]:
        """What is told, each with its address."""
        found: list[tuple[str, str]] = []

        def tell(address: str, text: str) -> bool:
            found.append((address, text))
            return True

        door = SlackDoor([Workspace(TENANT, TEAM, SECRET)], desk.identity.roster, lambda: desk.now, tell)
        desk.services = desk.services._replace(slack=door)
        return found

    @pytest.mark.parametrize(
        ("who", "changes", "said"),
        [
            ("ann", {}, "You may not answer"),
            ("U0STRANGER", {}, "You are not on the roster of this desk."),
            ("kim", {"value": "x"}, "not one of this desk's"),
            ("kim", {"action": "approve_text"}, "This is done on its page"),
            ("kim", {"user": {"id": "U0KIM", "team_id": "T0OTHER"}}, "Only people of the desk's own workspace"),
            ("kim", {}, "Acknowledged by Kim"),
        ],
    )
    def test_what_came_of_a_press_is_told_at_its_address(
        self, desk: SlackDesk, told: list[tuple[str, str]], who: str, changes: dict[str, Any], said: str
    ) -> None:
        reply = desk.send(signed(pressed(who, **{"value": desk.token(), **changes}), desk.now))
        assert (reply.status, reply.body) == (200, b"")
        ((address, text),) = told
        assert address == "https://hooks.slack.com/actions/T0/1/x"
        assert said in text

    def test_who_proves_nothing_is_told_nothing(self, desk: SlackDesk, told: list[tuple[str, str]]) -> None:
        assert desk.send(signed(pressed("kim"), desk.now, secret="x" * 32)).status == 401
        assert told == []

    def test_nothing_shows_the_address(self, caplog: pytest.LogCaptureFixture, desk: SlackDesk) -> None:
        pressed_ = desk.services.slack.pressed(request_headers(desk), pressed("kim")) if desk.services.slack else None
        assert "hooks.slack.com" not in repr(pressed_)
        desk.press("kim")
        assert "hooks.slack.com" not in caplog.text


def request_headers(desk: SlackDesk) -> dict[str, str]:
    return dict(signed(pressed("kim"), desk.now).headers)


class TestOnTheServer:
    def test_the_local_server_has_the_address(self, desk: SlackDesk) -> None:
        request = signed(pressed("kim", value=desk.token()), desk.now)
        with TestClient(application(lambda: desk.services), "https://triage.example.com") as client:
            answer = client.post(PATH, content=request.body, headers=dict(request.headers))
            assert (answer.status_code, answer.json()["text"][:12]) == (200, "Acknowledged")
            assert client.get(PATH).status_code == 405

    def test_without_a_workspace_there_is_nothing_there(self, desk: SlackDesk) -> None:
        desk.services = desk.services._replace(slack=None)
        assert desk.send(signed(pressed("kim"), desk.now)).status == 404
