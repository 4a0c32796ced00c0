"""Can receivers register, and does nobody register an address that may not receive?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.sample_cases import HOUR
from tests.sample_desk import TENANT
from tests.sample_hooks import HookedDesk, caller
from tests.small_policy import COMPLETE
from triage_core.contract.events import Event
from triage_core.domain.delivery import HookState
from triage_core.domain.receivers import ReceiverRefused, Receivers
from triage_core.service.hooks import EventUnknown, HeaderInvalid, HookNotFound, HookRegister, resume, set_header

ZAP = "https://hooks.zapier.com/hooks/standard/1/geheim"
TRIAGED = "ticket.triaged"


@pytest.fixture
def desk() -> HookedDesk:
    """A desk whose receivers are the platforms."""
    return HookedDesk(receivers=Receivers())


class TestRegistering:
    def test_a_registration_says_what_it_is(self, desk: HookedDesk) -> None:
        hook = desk.hooks.create(caller(), ZAP, TRIAGED)
        assert (hook.event_type, hook.callback_url, hook.created_at, hook.active) == (TRIAGED, ZAP, desk.now, True)
        stored = desk.store.hooks(TENANT)[0]
        assert (stored.platform, stored.created_by) == ("zapier", "platform:zapier:k1")

    def test_registering_twice_gives_the_same_id(self, desk: HookedDesk) -> None:
        first, again = (desk.hooks.create(caller(), ZAP, TRIAGED) for _ in range(2))
        assert first == again
        assert len(desk.store.hooks(TENANT)) == 1

    def test_another_address_event_or_tenant_is_another_registration(self, desk: HookedDesk) -> None:
        ids = {
            desk.hooks.create(caller(), ZAP, TRIAGED).id,
            desk.hooks.create(caller(), f"{ZAP}2", TRIAGED).id,
            desk.hooks.create(caller(), ZAP, "sla.breached").id,
            desk.hooks.create(caller(tenant="other"), ZAP, TRIAGED).id,
        }
        assert len(ids) == 4

    @pytest.mark.parametrize("url", ["http://hooks.zapier.com/x", "https://evil.example/x", "https://10.0.0.1/x", ""])
    def test_an_address_that_may_not_receive_is_refused(self, desk: HookedDesk, url: str) -> None:
        with pytest.raises(ReceiverRefused):
            desk.hooks.create(caller(), url, TRIAGED)
        assert desk.store.hooks(TENANT) == ()

    def test_an_unknown_event_is_refused(self, desk: HookedDesk) -> None:
        with pytest.raises(EventUnknown, match=r"use one of: .*sla\.breached"):
            desk.hooks.create(caller(), ZAP, "ticket.eaten")

    def test_registering_again_brings_a_hook_back_into_service(self, desk: HookedDesk) -> None:
        desk.hooks.create(caller(), ZAP, TRIAGED)
        _put_back(desk, state=HookState.GONE)
        assert not desk.hooks.list(caller())[0].active
        assert desk.hooks.create(caller(), ZAP, TRIAGED).active

    def test_a_lifetime_ends_unless_it_is_prolonged(self, desk: HookedDesk) -> None:
        register = HookRegister(desk.store, Receivers(), lambda: desk.now, lifetime=2 * HOUR)
        register.create(caller(), ZAP, TRIAGED)
        desk.passes(HOUR)
        register.create(caller(), ZAP, TRIAGED)
        desk.passes(HOUR)
        assert register.list(caller())[0].active
        desk.passes(HOUR)
        assert not register.list(caller())[0].active


class TestDeleting:
    def test_deleting_is_idempotent(self, desk: HookedDesk) -> None:
        hook = desk.hooks.create(caller(), ZAP, TRIAGED)
        for _ in range(2):
            desk.hooks.delete(caller(), hook.id)
        assert desk.hooks.list(caller()) == ()

    def test_nobody_sees_or_deletes_what_belongs_to_others(self, desk: HookedDesk) -> None:
        hook = desk.hooks.create(caller(), ZAP, TRIAGED)
        for other in (caller("make"), caller(tenant="other"), caller(None, tenant="other")):
            assert desk.hooks.list(other) == ()
            desk.hooks.delete(other, hook.id)
        assert desk.hooks.list(caller()) == (hook,)

    def test_a_person_sees_all_of_the_tenant(self, desk: HookedDesk) -> None:
        desk.hooks.create(caller(), ZAP, TRIAGED)
        desk.passes(timedelta(seconds=1))
        desk.hooks.create(caller("make"), "https://hook.eu1.make.com/x", TRIAGED)
        assert [hook.callback_url[:12] for hook in desk.hooks.list(caller(None))] == ["https://hook", "https://hook"]


class TestSamples:
    def test_samples_are_what_receivers_get_newest_first(self, desk: HookedDesk) -> None:
        for number in range(1, 4):
            desk.submit(number)
            desk.passes(timedelta(seconds=1))
        shown = desk.hooks.samples(caller(), TRIAGED, 2)
        assert [Event.model_validate_json(sample).ticket_id for sample in shown] == ["t3", "t2"]
        assert shown[0] == desk.store.messages(TENANT, "t3")[0].payload

    def test_samples_are_of_one_event_and_one_tenant(self, desk: HookedDesk) -> None:
        desk.submit(intake={**COMPLETE, "impact": None})
        assert desk.hooks.samples(caller(), TRIAGED, 3) == ()
        assert desk.hooks.samples(caller(tenant="other"), "ticket.blocked", 3) == ()
        assert json.decode(desk.hooks.samples(caller(), "ticket.blocked", 3)[0])["missing_csv"] == "impact"


class TestCare:
    def test_an_operator_brings_a_hook_back_into_service(self, desk: HookedDesk) -> None:
        hook = desk.hooks.create(caller(), ZAP, TRIAGED)
        _put_back(desk, state=HookState.DISABLED, failures=60)
        back = resume(desk.store, TENANT, hook.id, desk.now + HOUR)
        assert (back.state, back.failures, back.since) == (HookState.ACTIVE, 0, desk.now + HOUR)

    def test_an_unknown_hook_is_said_to_be_unknown(self, desk: HookedDesk) -> None:
        for act in (lambda: resume(desk.store, TENANT, "h9", desk.now), lambda: _header(desk, "h9")):
            with pytest.raises(HookNotFound):
                act()

    @pytest.mark.parametrize(
        "header",
        [
            ("authorization", "x"),
            ("x-a\r\nb", "x"),
            ("x-", "x"),
            ("x-a", ""),
            ("x-a", "b\nc"),
            ("x-a", "ü"),
            ("x-a", " "),
        ],
    )
    def test_a_header_that_could_do_harm_is_refused(self, desk: HookedDesk, header: tuple[str, str]) -> None:
        hook = desk.hooks.create(caller(), ZAP, TRIAGED)
        with pytest.raises(HeaderInvalid):
            set_header(desk.store, TENANT, hook.id, header)


def _header(desk: HookedDesk, hook_id: str) -> None:
    set_header(desk.store, TENANT, hook_id, ("x-make-apikey", "k"))


def _put_back(desk: HookedDesk, **changes: Any) -> None:
    """Change the only registration behind everybody's back."""
    hook = desk.store.hooks(TENANT)[0]
    desk.store.drop_hook(TENANT, hook.id)
    desk.store.put_hook(replace(hook, **changes))
