"""Which summaries do the tests of cards render, plain ones and hostile ones?"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, MONDAY, PLAYBOOK, after, arrived, context
from tests.sample_closures import GRAVE, PLAIN
from triage_core.cards.closure import Links, Summary, summarise
from triage_core.domain import working
from triage_core.domain.closure.closing import close
from triage_core.domain.closure.facts import ClosureFacts, Milestone, Prevention, Review, RootCause, Workaround
from triage_core.domain.model import Ticket

LINKS = Links(
    source="https://acme.zendesk.com/agent/tickets/7",
    ticket="https://triage.example.com/tickets/t1",
    page="https://www.notion.so/closure-1",
)


def unchanged(text: str) -> str:
    return text


def ticket(**intake: Any) -> Ticket:
    made = replace(arrived(**intake), source="zendesk", source_id="7")
    solved = after(made, working.resolve(context(MONDAY), made))
    facts = GRAVE if made.class_name == "P1" else PLAIN
    return after(solved, close(context(MONDAY + HOUR, AGENT), solved, facts))


P1 = ticket(impact="high", urgency="high")
P2 = ticket()


def summary(facts: ClosureFacts = GRAVE, of: Ticket = P1, redact: Any = unchanged, links: Links = LINKS) -> Summary:
    return summarise(of, facts, PLAYBOOK.policy, links, redact)


#: Pieces that some surface takes for more than words.
TRICKS = (
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "</ul></li><a href='//evil'>x</a>"),
    *(
        "{{ticket.requester.email}}",
        "{% assign x = 1 %}",
        "[click](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
    ),
    *("https://evil.example", "www.evil.example", "<!channel> @channel @everyone", "# Heading", "1. one", "- item"),
    *(
        "```\ncode\n```",
        "> quote",
        "| a | b |\n|---|---|",
        "\u202ereversed\u202c",
        "\x00\x1b[31m",
        "\ud800",
        "a\r\n\r\nb",
    ),
    *("    indented", "\\", "*bold* _it_ ~~x~~", "line\nbreak", "😀" * 40, "===", "---", "<https://evil.example>"),
)
hostile = st.lists(st.sampled_from(TRICKS) | st.text(max_size=20), max_size=6).map(" ".join)


@st.composite
def closures(draw: st.DrawFn) -> ClosureFacts:
    """Draw a closure whose every word is hostile."""
    review = Review(
        started_at=MONDAY,
        detected_at=MONDAY,
        ended_at=MONDAY + HOUR,
        milestones=tuple(Milestone(at=MONDAY, what=draw(hostile)) for _ in range(2)),
        impact=draw(hostile),
        went_well=draw(hostile),
        went_badly=draw(hostile),
        handoff_friction=draw(hostile),
    )
    return replace(
        GRAVE,
        summary=draw(hostile),
        root_cause=RootCause(text=draw(hostile), category="change", confidence=GRAVE.root_cause.confidence),
        workaround=Workaround(text=draw(hostile)),
        prevention=tuple(
            Prevention(description=draw(hostile), owner="ann", due=GRAVE.prevention[0].due) for _ in range(2)
        ),
        review=review,
    )


def huge(letter: str = "é") -> ClosureFacts:
    """Return a closure that fills every part to the brim."""
    words = letter * 20_000
    review = replace(
        GRAVE.review or Review(),
        impact=words,
        milestones=tuple(Milestone(at=MONDAY, what=letter * 900) for _ in range(1_500)),
    )
    return replace(
        GRAVE,
        summary=words,
        root_cause=replace(GRAVE.root_cause, text=words),
        workaround=Workaround(text=words),
        prevention=tuple(replace(GRAVE.prevention[0], description=words) for _ in range(50)),
        review=review,
    )
