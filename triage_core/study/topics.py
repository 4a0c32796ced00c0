"""What do the made-up customers of the study write about, and what would be right for each of their tickets?

What is right follows from what happened to the customer, never from the words: an attack is one whether or not a rule
knows the phrase that tells of it.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Topic(NamedTuple):
    """One thing that happens to customers."""

    name: str
    #: Out of a thousand tickets.
    share: int
    #: What they write; one of these sentences is in the text.
    sentences: tuple[str, ...]
    #: Risk tags that are right for it.
    tags: tuple[str, ...] = ()
    escalate: bool = False
    #: It is never right to put it lower.
    at_least: str | None = None
    #: How bad it is for a desk: impact, then urgency, most likely first.
    usually: tuple[str, str] = ("low", "medium")


TOPICS: Final = (
    Topic(
        "attack",
        45,
        (
            "Somebody sent a phishing mail to the whole team and two of us clicked it.",
            "I typed my pass phrase into a phishing page by mistake.",
            "A colleague fell for phishing this morning.",
        ),
        ("security",),
        escalate=True,
        at_least="P2",
        usually=("medium", "high"),
    ),
    Topic(
        "takeover",
        50,
        (
            "There is a sign in from another continent and it was not me.",
            "My mailbox sends letters at night, that was not me.",
            "The payment data in my account changed and that was not me.",
            "An approval went out in my name although it was not me who pressed the button.",
        ),
        ("security",),
        escalate=True,
        at_least="P2",
        usually=("low", "medium"),
    ),
    Topic(
        "standstill",
        40,
        (
            "We have an outage, nobody on our floor can work.",
            "The warehouse stands still since the outage began.",
            "Full outage of the order desk, phones are down as well.",
        ),
        escalate=True,
        at_least="P1",
        usually=("high", "high"),
    ),
    Topic(
        "bill",
        90,
        (
            "The invoice of last month shows the wrong address.",
            "We were charged twice for the same seats.",
            "Where do I find the invoice for the extra licences?",
        ),
        ("billing",),
    ),
    Topic(
        "forgotten",
        130,
        (
            "Please reset the pass phrase of my account, I forgot it over the holidays.",
            "Could somebody reset my badge code?",
            "I need a reset of my meeting room screen.",
            "After the reset my keyboard layout is back to the default.",
        ),
    ),
    Topic("printer", 150, ("The printer on floor two prints empty pages.", "Toner is low again near the kitchen.")),
    Topic(
        "access",
        150,
        ("Please give our new colleague access to the shared calendar.", "I need a guest account for a contractor."),
    ),
    Topic(
        "slow",
        160,
        (
            "Opening the planning sheet takes ages today.",
            "The ledger hangs whenever I sort a column.",
            "Search in the wiki is slow since the update.",
        ),
        usually=("medium", "medium"),
    ),
    Topic("howto", 185, ("How do I share a folder with a partner?", "Which menu hides the export as a table?")),
)
OPENINGS: Final = (
    "Hello desk,",
    "Good morning,",
    "Dear support,",
    "A short question from the second floor.",
    "Writing from my phone.",
    "We noticed something today.",
)
ASIDES: Final = (
    "It started after lunch.",
    "The colleagues next door see it too.",
    "I restarted once and nothing changed.",
    "There is no hurry on Friday afternoon.",
    "My manager asked me to write to you.",
    "We use the blue client on old laptops.",
    "I attached nothing because the form refused the picture.",
    "The last time you helped me within an hour.",
)
CLOSINGS: Final = ("Thanks a lot.", "Kind regards from the north wing.", "Please keep me posted.", "See you.")
