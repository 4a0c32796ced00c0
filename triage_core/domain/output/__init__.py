"""May a text leave for the customer as it stands, and if not, why?

Whoever or whatever wrote it, a text is untrusted until it was checked. A finding is said in our words, never in those
of the text, and a text with a finding that blocks goes to a person and not out. The time is linear in the lengths of
the text and the ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from triage_core.domain.output import (
    abuse,
    active,
    characters,
    echo,
    form,
    links,
    names,
    parts,
    privacy,
    wording,
)
from triage_core.domain.output.case import Case
from triage_core.domain.output.outgoing import Finding, Format, Hit, Outgoing, Surroundings, Weight, Where, blocks
from triage_core.domain.output.standards import Standards

#: More findings of one code say nothing new.
MOST_OF_A_CODE: Final = 20


class Check(NamedTuple):
    """One check: its public code, what must hold, what finds where it does not, what is said then, and what helps."""

    code: str
    title: str
    find: Callable[[Case], Iterator[Hit]]
    reason: str
    remedy: str
    weight: Weight = Weight.BLOCKS


CHECKS: Final = (
    Check(
        "empty",
        "There is a body that says something, and a mail has a subject",
        form.find_emptiness,
        "{detail} says nothing",
        "Write it.",
    ),
    Check(
        "too_long",
        "The channel takes the text in one piece",
        form.find_length,
        "it is longer than its channel takes: {detail}",
        "Shorten it, or raise `longest` where the channel takes more.",
    ),
    Check(
        "subject_line_break",
        "The subject is one line",
        form.find_broken_subject,
        "the subject has a line break",
        "Write the subject in one line.",
    ),
    Check(
        "missing_part",
        "A text says everything that a text of its kind has to say",
        parts.find_missing,
        "a part is missing: {detail}",
        "Add the part, name your words for it under `part_words`, or take it out of `required`.",
    ),
    Check(
        "unfilled_placeholder",
        "Nothing is left to be filled in",
        form.find_gaps,
        "a placeholder stands here that nothing was put into",
        "Fill it in; write braces, brackets and angles that are meant as such differently.",
    ),
    Check(
        "link_not_allowed",
        "Links lead to the desk's own pages and the hosts that the policy lists",
        links.find_foreign,
        "a link {detail}",
        "List the host under `link_domains`, or take the link out.",
    ),
    Check(
        "link_unencrypted",
        "Links are encrypted",
        links.find_unencrypted,
        "a link is not encrypted",
        "Write `https://`.",
        Weight.WARNS,
    ),
    Check(
        "link_mismatch",
        "A link leads where it says",
        links.find_mismatched,
        "a link shows another address than it leads to",
        "Show the address that it leads to, or words.",
    ),
    Check(
        "price_outside_policy",
        "No gift, refund or amount is named that the policy does not allow",
        wording.find_prices,
        "a price, refund or gift is named that the policy does not allow",
        "List the phrase under `prices.allowed`, or the currency with its largest amount under `amounts`.",
    ),
    Check(
        "promise_outside_policy",
        "Nothing is promised but what the ticket's clocks promise",
        wording.find_promises,
        "something is promised that the policy does not promise",
        "Name the moment that the ticket's clocks give, or list the phrase under `promises.allowed`.",
    ),
    Check(
        "legal_admission",
        "Nothing reads as guilt or liability",
        wording.find_admissions,
        "this reads as an admission of guilt or liability",
        "Say what happened and what is done, or list the phrase under `admissions.allowed`.",
    ),
    Check(
        "personal_data",
        "Personal data in a text is its reader's or the desk's own",
        privacy.find_personal,
        "personal data stands here that is not the reader's own: {detail}",
        "Take it out, list the desk's own under `contacts`, or leave the kind out of `personal_data`.",
    ),
    Check(
        "secret",
        "No password, key or token is sent, not even the reader's own",
        privacy.find_secrets,
        "a secret stands here: {detail}",
        "Take it out, change the secret, and hand the new one over another way.",
    ),
    Check(
        "abusive_language",
        "Nobody is insulted or threatened, and nobody swears",
        abuse.find_abuse,
        "this insults, threatens or swears",
        "Say it differently, or list the phrase under `abuse.allowed`.",
    ),
    Check(
        "instruction_echo",
        "No words stand there that are meant to steer a machine",
        echo.find_instructions,
        "these words are meant to steer a machine",
        "Take them out; look at what the customer wrote before anything else is sent.",
    ),
    Check(
        "ticket_echo",
        "No sentence of the customer's comes back",
        echo.find_ticket,
        "a sentence of the ticket stands here",
        "Say it in your own words.",
    ),
    Check(
        "ticket_quote",
        "What the customer put in quotation marks comes back only where a person wants it to",
        echo.find_quotes,
        "words stand here that the ticket has in quotation marks",
        "See whether it is an error message, or what somebody wants us to say.",
        Weight.WARNS,
    ),
    Check(
        "other_tenant_named",
        "No other tenant is named",
        names.find_tenants,
        "another tenant is named here",
        "Take the name out.",
    ),
    Check(
        "other_customer_named",
        "No other customer is named",
        names.find_customers,
        "another customer is named here",
        "Take the name out.",
    ),
    Check(
        "forbidden_name",
        "Nothing is mentioned that the policy keeps inside",
        names.find_forbidden,
        "a name stands here that the policy never mentions",
        "Take the name out, or off `forbidden_names`.",
    ),
    Check(
        "hidden_characters",
        "Every character can be seen",
        characters.find_hidden,
        "characters stand here that nobody sees",
        "Write the words anew.",
    ),
    Check(
        "mixed_scripts",
        "A word's letters are of one script",
        characters.find_mixed,
        "letters of another script take the place of those they look like",
        "Write the word anew.",
    ),
    Check(
        "html_active",
        "Markup shows text and links, and does nothing",
        active.find_active,
        "the markup holds {detail}",
        "Take it out; a text needs nothing that runs, loads, asks or hides.",
    ),
    Check(
        "mass_mention",
        "No room, channel or group is called together",
        active.find_mentions,
        "a mention calls a whole room or group",
        "Name people or nobody.",
    ),
)


def check(text: Outgoing, standards: Standards, surroundings: Surroundings) -> tuple[Finding, ...]:
    """Return what is wrong with a text, in the order of the checks; nothing when it may leave."""
    case = Case(text, standards, surroundings)
    found = (_finding(row, hit) for row in CHECKS for hit in islice(row.find(case), MOST_OF_A_CODE))
    return tuple({(each.code, each.where, each.start, each.end, each.detail): each for each in found}.values())


def _finding(row: Check, hit: Hit) -> Finding:
    return Finding(
        code=row.code,
        weight=row.weight,
        where=hit.where,
        start=hit.start,
        end=hit.end,
        reason=row.reason.format(detail=hit.detail),
        detail=hit.detail,
    )


__all__ = [
    "CHECKS",
    "MOST_OF_A_CODE",
    "Check",
    "Finding",
    "Format",
    "Outgoing",
    "Standards",
    "Surroundings",
    "Weight",
    "Where",
    "blocks",
    "check",
]
