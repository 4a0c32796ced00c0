"""Which escalations do tests of the cards show? An ordinary one, and the longest and most hostile that can be made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.sample_cases import HOUR, MINUTE, MONDAY, arrived, playbook
from triage_core.cards.escalation import Backdrop, EscalationCard, Labelled, card_of
from triage_core.cards.history import SAID, Movement
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.escalating.state import (
    BlastRadius,
    Confidence,
    Escalation,
    Offer,
    Rung,
    Standing,
    Trend,
)
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Link, Mode, Ticket
from triage_core.domain.policy.escalation import Trigger

PAGE = "https://desk.example.com/escalations/t1-e1?tenant=acme&view=card"
TICKET_PAGE = "https://desk.example.com/tickets/t1"
TOKEN = "signed.token-of.the-card"

BOOK = playbook(
    tags=[{"name": "security", "label": "Security", "at_least": "P2"}, "billing"],
    queues=[{"name": "desk", "label": "Service desk", "service_lines": ["workplace"]}, "identity"],
)


def ticket(**changes: Any) -> Ticket:
    """Return a classified ticket of a security matter."""
    seen = arrived("Outage of mail, and this was not me", BOOK, impact="high", urgency="high", affected_system="sso")
    links = (Link(kind="duplicate_of", to="t7"), Link(kind="related_to", to="t8"), Link(kind="related_to", to="t9"))
    return replace(seen, **{"owner": "ann", "queue": "desk", "links": links, **changes})


def escalation(**changes: Any) -> Escalation:
    """Return an escalation whose first level was called."""
    base: dict[str, Any] = {
        "number": 1,
        "trigger": Trigger.CLASS,
        "cause": "class:P1",
        "policy_version": BOOK.version,
        "rule": "p1",
        "ladder": "major",
        "queue": "desk",
        "raised_at": MONDAY,
        "rung": Rung(),
        "called": ("lee", "kim"),
        "calls": 2,
        "next_call_at": MONDAY + 5 * MINUTE,
        "ends_at": MONDAY + timedelta(days=7),
        "blast": BlastRadius(
            tenants=("acme", "globex"),
            customers_least=12,
            customers_most=40,
            services=("Sign-in",),
            data_classes=("personal",),
            since=MONDAY - HOUR,
            trend=Trend.GROWING,
            confidence=Confidence.SUSPECTED,
        ),
    }
    return Escalation(**{**base, **changes})


def held(**changes: Any) -> Escalation:
    """Return the same after a person took it over."""
    return escalation(
        **{
            "standing": Standing.HELD,
            "holder": "lee",
            "acknowledged_at": MONDAY + 3 * MINUTE,
            "lease_until": MONDAY + HOUR,
            "checkpoint_at": MONDAY + 30 * MINUTE,
            "next_call_at": None,
            **changes,
        }
    )


def entry(number: int, kind: Kind, actor: Actor = SYSTEM) -> Entry:
    """Return a line of the timeline."""
    at = MONDAY + number * MINUTE
    return Entry(
        tenant="acme", ticket_id="t1", number=number, id=f"t1-{number}", kind=kind, at=at, recorded_at=at, actor=actor
    )


def backdrop(**changes: Any) -> Backdrop:
    """Return what the sample card shows beside ticket and policy."""
    customer = Actor(kind=ActorKind.CUSTOMER, id="jo@example.com")
    base: dict[str, Any] = {
        "page_url": PAGE,
        "ticket_url": TICKET_PAGE,
        "title": "Nobody can sign in, and somebody wrote mails in my name",
        "zone": "Europe/Berlin",
        "upcoming": ("kim",),
        "upcoming_level": 2,
        "upcoming_at": MONDAY + 5 * MINUTE,
        "entries": (entry(0, Kind.TRIAGED), entry(1, Kind.CUSTOMER_REPLIED, customer), entry(2, Kind.SLA_AT_RISK)),
    }
    return Backdrop(**{**base, **changes})


def card(shown: Escalation | None = None, **changes: Any) -> EscalationCard:
    """Return the sample card with some facts replaced."""
    made = card_of(ticket(), shown or escalation(), BOOK.policy, backdrop())
    return replace(made, **changes)


#: Every trick that a surface might fall for.
HOSTILE = (
    "<!channel> <!here> <@U012AB3CD> <#C024BE7LR> <https://evil.example.com|invoice>",
    "@channel @here @everyone ping",
    "http://evil.example.com https://evil.example.com/a?b=c&d=e ftp://x.example.org www.evil.example.com",
    "ht\u200btp://evil.example.com @\u200bchannel <\u200b!here>",
    "[Open page](https://evil.example.com) ![x](https://evil.example.com/x.png) mailto:(boss@example.com)",
    "<at>Lee</at> <script>alert(1)</script> <b>bold</b>",
    "*Owner:* Mallory\n*Acknowledge by:* never\r\nBcc: everybody@example.com",
    "```\n# heading\n- item\n1. item",
    "\u202eevil\u202c \u2066text\u2069 \ufeff\u00ad\u034f\U000e0041",
    "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
    "&amp;&lt;&gt; &#60;!channel&#62; 100 % \\ \" '",
    "\x00\x07\x1b[31mred\x7f \ud800 \udfff \U0001f469\u200d\U0001f4bb",
)
#: What no text on one line holds.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
words = st.one_of(
    st.text(max_size=40),
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map(" ".join),
    st.builds(lambda text, times: text * times, st.sampled_from((*HOSTILE, "x", "&", "<", "😀", "漢")), st.just(300)),
)
labelled = st.builds(Labelled, name=words, label=words)
several = st.one_of(st.just(()), st.lists(labelled, max_size=30).map(tuple))
names = st.one_of(st.just(()), st.lists(words, max_size=30).map(tuple))
moments = st.one_of(st.none(), st.integers(0, 20_000).map(lambda minutes: MONDAY + minutes * MINUTE))
blasts = st.builds(
    BlastRadius,
    tenants=names,
    services=names,
    data_classes=names,
    regions=names,
    customers_least=st.none() | st.integers(0, 10**9),
    customers_most=st.none() | st.integers(0, 10**9),
    since=moments,
)
movements = st.builds(Movement, at=st.just(MONDAY), what=st.sampled_from(sorted(SAID.values())), who=words)
#: Cards in which everything that anybody can write is hostile, and nothing is short.
hostile_cards = st.builds(
    replace,
    st.just(card()),
    mode=st.sampled_from(Mode),
    ticket_class=st.none() | labelled,
    severity=st.none() | labelled,
    tags=several,
    system=st.none() | labelled,
    title=st.none() | words,
    impact=words,
    rationale=words,
    owner=st.none() | labelled,
    holder=st.none() | labelled,
    called=several,
    upcoming=several,
    offered_to=st.none() | labelled,
    offered_until=moments,
    standing=st.sampled_from(Standing),
    raised_by=st.none() | labelled,
    acknowledge_by=moments,
    lease_until=moments,
    next_checkpoint_at=moments,
    held_back=words,
    reminded=st.booleans(),
    ended_at=moments,
    ended_by=st.none() | labelled,
    blast=blasts,
    related=st.lists(st.builds(Link, kind=words, to=words), max_size=20).map(tuple),
    history=st.lists(movements, max_size=8).map(tuple),
    queue=labelled,
    source=words,
    source_id=words,
)

#: The longest card: every part is over its budget, in characters that take the most room.
LONG = "😀" * 4_000
_LONG_LABEL = Labelled(name=LONG, label=LONG)
LONGEST = card(
    mode=Mode.SHADOW,
    standing=Standing.CALLING,
    ticket_class=_LONG_LABEL,
    severity=_LONG_LABEL,
    tags=(_LONG_LABEL,) * 50,
    system=_LONG_LABEL,
    title=LONG,
    impact=LONG,
    rationale=LONG,
    owner=_LONG_LABEL,
    holder=_LONG_LABEL,
    called=(_LONG_LABEL,) * 50,
    upcoming=(_LONG_LABEL,) * 50,
    raised_by=_LONG_LABEL,
    held_back=LONG,
    blast=BlastRadius(tenants=(LONG,), services=(LONG,), data_classes=(LONG,), regions=(LONG,), since=MONDAY),
    related=tuple(Link(kind=f"{number}{LONG}", to=LONG) for number in range(50)),
    history=(Movement(at=MONDAY, what=max(SAID.values(), key=len), who=LONG),) * 8,
    queue=_LONG_LABEL,
    source=LONG,
    source_id=LONG,
    page_url=f"https://desk.example.com/{'p' * 470}",
    ticket_url=f"https://desk.example.com/{'t' * 470}",
)


def is_refused(block: dict[str, Any]) -> bool:
    """Whether Slack's own library would not send a block just as it is."""
    try:
        parsed = Block.parse(block)
        return parsed is None or parsed.to_dict() != block
    except SlackObjectFormationError:
        return True


def offer_to(person: str) -> Offer:
    """Return a transfer that waits for its acceptance."""
    return Offer(to=person, by="lee", expires_at=MONDAY + 40 * MINUTE)
