"""Chapter 8: what has to be said when a ticket is closed, and how does the next one profit from it?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from rich.text import Text

from triage_core.cards.closure import Links, summarise
from triage_core.cards.markdown import document
from triage_core.demo.stage import FIRST, Stage
from triage_core.domain.closure.facts import (
    ClosureCause,
    ClosureFacts,
    FixState,
    PermanentFix,
    Prevention,
    ResolutionCode,
    RootCause,
    Workaround,
)
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.happening import Event, Happened
from triage_core.domain.redaction import redact
from triage_core.terminal import quoted
from triage_core.ticketfile import Written

if TYPE_CHECKING:
    from triage_core.domain.knowledge.article import Article
    from triage_core.domain.model import Ticket

#: The warehouse's printer, whose story began in chapter 3.
_PRINTER: Final = "m-6001"
_OWNER: Final = "tomasz.wolny"
#: So many lines of the summary are shown: its title with the first facts, and some parts.
_FACTS, _PARTS = 5, 6
_SAID: Final = ClosureFacts(
    summary="The label printer printed empty labels. Its sensor was calibrated for another roll. Thanks to Ms Hagen, "
    "+49 351 4965 0100.",
    resolution_code=ResolutionCode.SOLVED_PERMANENT,
    closure_cause=ClosureCause.CONFIRMED_BY_CUSTOMER,
    root_cause=RootCause(
        text="The night shift put in a roll of another size.", category="hardware", confidence=Confidence.CONFIRMED
    ),
    workaround=Workaround(text="Write the labels by hand."),
    permanent_fix=PermanentFix(state=FixState.DONE, description="Hold FEED for five seconds: the sensor calibrates."),
)
_NEXT: Final = Written(
    tenant=FIRST,
    source="mail",
    source_id="m-9002",
    channel="email",
    subject="Empty labels again",
    body="Our label printer at gate 5 feeds and feeds, and all the labels come out empty.",
    requester="tor5@lindwerk.example.com",
    intake={
        "impact": "low",
        "urgency": "medium",
        "affected_system": "printer",
        "customer_tier": "standard",
        "data_sensitivity": "internal",
    },
)


def closing(stage: Stage) -> None:
    """Close a ticket with all that it has to say, and let an article come of it."""
    notice = "a closing says cause, fix and prevention; the next person with the trouble finds it"
    stage.chapter(8, "Closing: what was learned is kept and found again", notice)
    _solve(stage)
    _close(stage)
    _preview(stage)
    _teach(stage)


def _ticket(stage: Stage) -> Ticket:
    return stage.ticket(_PRINTER)


def _solve(stage: Stage) -> None:
    ticket, owner = _ticket(stage), stage.person(_OWNER)
    for what in (Happened.AGENT_REPLIED, Happened.RESOLVED):
        stage.triage.record(FIRST, ticket.id, Event(what=what), owner)


def _close(stage: Stage) -> None:
    ticket, owner = _ticket(stage), stage.person(_OWNER)
    told = stage.refused(lambda: stage.triage.close(FIRST, ticket.id, _SAID, owner))
    stage.table((f"{_OWNER} closes {ticket.id}", Text(f"refused: {told}", style="red")))
    due = (stage.clock.now() + timedelta(days=7)).date()
    action = Prevention(description="Put the size of the roll on every printer.", owner=_OWNER, due=due)
    after = stage.triage.close(FIRST, ticket.id, replace(_SAID, prevention=(action,)), owner)
    promised = after.actions[0]
    stage.say(f"with it, {ticket.id} is {after.state}; {promised.owner} is reminded and owes it by {due:%d %B}")


def _preview(stage: Stage) -> None:
    ticket = _ticket(stage)
    said = stage.triage.closure(FIRST, ticket.id)
    if said is None:
        raise LookupError(ticket.id)
    page = document(summarise(ticket, said, stage.books[FIRST].policy, Links(), _redacted))
    lines = [line for line in page.splitlines() if line]
    cause = lines.index("## Root cause")
    stage.say("its summary for a wiki, as Markdown, without the telephone number:")
    stage.paper(*lines[:_FACTS], "…", *lines[cause : cause + _PARTS])


def _teach(stage: Stage) -> None:
    # What the next sweep does for a ticket, which leaves all others to theirs.
    stage.triage.learn(_ticket(stage))
    knowing = stage.triage.knowing
    draft = knowing.article(FIRST, _ticket(stage).id)
    article = knowing.publish(FIRST, draft.id, _OWNER, stage.person(_OWNER))
    title = quoted(article.title, 60)
    stage.say(f"its article {title} is a {draft.state} until {article.owner} has read it; {article.state} now")
    _suggest(stage, article)


def _suggest(stage: Stage, article: Article) -> None:
    following = stage.triage.learn(stage.take_in(_NEXT))
    said = stage.triage.store.timeline(FIRST, following.id)[-1].entry
    titles = [quoted(stage.triage.knowing.article(FIRST, name).title, 60) for name in said.facts["articles"]]
    stage.say(f"{following.id} {quoted(_NEXT.subject, 40)} comes in; suggested: {', '.join(titles)}")
    stage.claim("the article of the closed ticket is suggested to the next one", said.facts["articles"] == [article.id])


def _redacted(text: str) -> str:
    return redact(text, regions=("DE",)).text
