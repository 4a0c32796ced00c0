"""What does the benchmark policy decide, in its slowest and plainest form?

The policy is a yardstick, not a recommendation for a service desk. Every contestant must give exactly this answer
before any of them is timed. Nothing here is tuned: each rule is read in order, each term is looked for on its own.

Two things of the published policy are left out on all sides: the override that lowers a class again, because the
product's rules only raise, and the multiplied score, because the product's score is a sum.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark ticket; `created` and `now` are seconds since the epoch, as it travels in JSON."""

    impact: str
    urgency: str
    customer_tier: str
    affected_system: str
    data_sensitivity: str
    subject: str
    description: str
    created: int
    now: int


Answer: TypeAlias = tuple[int, tuple[str, ...], tuple[str, ...], int]
"""Class, fired rule ids, approvals, SLA minutes: a plain tuple, the cheapest result a peer can build."""


class MatrixRow(NamedTuple):
    """One row of the ordered matrix; an empty tuple of values fits anything."""

    id: str
    impact: str
    urgency: str
    tiers: tuple[str, ...]
    severity: int

    def fits(self, impact: str, urgency: str, tier: str) -> bool:
        """Tell whether the row is the one for these three values, rows above it aside."""
        wanted = ((self.impact, impact), (self.urgency, urgency))
        return all(want in (ANY, have) for want, have in wanted) and (not self.tiers or tier in self.tiers)


class TermRule(NamedTuple):
    """One category of terms; it fires when any of them stands in the text as whole words."""

    id: str
    terms: tuple[str, ...]


class Override(NamedTuple):
    """One rule that raises the class at least to `severity`; an empty tuple of values fits anything."""

    id: str
    systems: tuple[str, ...]
    urgencies: tuple[str, ...]
    sensitivities: tuple[str, ...]
    tags: tuple[str, ...]
    severity: int
    approval: str


ANY = ""
TOP = ("platinum", "gold")
LEVELS = ("high", "medium", "low")
TIERS = ("platinum", "gold", "silver", "standard")
SENSITIVITIES = ("restricted", "confidential", "internal", "public")
SLA_MINUTES = {1: 60, 2: 240, 3: 1440}

MATRIX = (
    MatrixRow("M01", "high", "high", (), 1),
    MatrixRow("M02", "high", "medium", TOP, 1),
    MatrixRow("M03", "high", "medium", (), 2),
    MatrixRow("M04", "high", "low", ("platinum",), 2),
    MatrixRow("M05", "high", "low", (), 3),
    MatrixRow("M06", "medium", "high", TOP, 1),
    MatrixRow("M07", "medium", "high", (), 2),
    MatrixRow("M08", "medium", "medium", ("platinum",), 2),
    MatrixRow("M09", "medium", "medium", (), 3),
    MatrixRow("M10", "low", "high", ("platinum",), 2),
    MatrixRow("M11", "low", "high", (), 3),
    MatrixRow("M12", ANY, ANY, (), 3),
)


def _terms(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(term.split()) for term in listed.split(","))


TERM_RULES = (
    TermRule(
        "K:security",
        _terms(
            "phishing, malware, ransomware, virus, trojan, exploit, vulnerability, unauthorized access, "
            "unauthorised access, compromised, hacked, intrusion, brute force, suspicious login, credential, "
            "credentials leaked, password leak, zero day, sql injection, cross site scripting, botnet, ddos, "
            "rootkit, keylogger, mfa bypass"
        ),
    ),
    TermRule(
        "K:data_breach",
        _terms(
            "data breach, data leak, data exposed, exfiltration, customer records exposed, pii exposed, "
            "leaked database, public bucket, lost laptop, stolen laptop, misdirected email, wrong recipient, "
            "unencrypted backup, exposed api key, dumped online"
        ),
    ),
    TermRule(
        "K:billing",
        _terms(
            "invoice, overcharged, double charged, charged twice, refund, billing, payment failed, card declined, "
            "chargeback, credit note, wrong amount, subscription cancelled, pricing error, vat, purchase order"
        ),
    ),
    TermRule(
        "K:legal",
        _terms(
            "lawsuit, sue, attorney, lawyer, legal action, subpoena, court order, litigation, cease and desist, "
            "breach of contract, liability, legal hold, injunction, settlement, solicitor"
        ),
    ),
    TermRule(
        "K:privacy",
        _terms(
            "gdpr, ccpa, hipaa, data subject, right to erasure, delete my data, personal data, dsar, "
            "privacy complaint, consent withdrawn, data protection, regulator, ico complaint, pci dss, sox audit"
        ),
    ),
    TermRule(
        "K:outage",
        _terms(
            "outage, system down, service down, cannot log in, unreachable, unavailable, production down, "
            "crash loop, total failure, 503 errors, timeouts, site is down, complete loss of service, degraded, "
            "not responding"
        ),
    ),
    TermRule(
        "K:safety",
        _terms(
            "injury, fire, smoke, gas leak, electric shock, patient safety, evacuate, hazard, emergency stop, accident"
        ),
    ),
    TermRule(
        "K:fraud",
        _terms(
            "fraud, fraudulent, scam, identity theft, stolen card, money laundering, fake invoice, "
            "account takeover, impersonation, wire transfer request"
        ),
    ),
)

OVERRIDES = (
    Override("O1", ("payments", "checkout", "ledger"), ("high",), (), (), 1, ""),
    Override("O2", ("sso", "idp", "vpn"), (), (), ("K:security",), 1, "security_lead"),
    Override("O3", (), (), ("restricted", "confidential"), ("K:privacy", "K:data_breach"), 1, "privacy_officer"),
    Override("O4", (), (), (), ("K:legal",), 2, "legal_counsel"),
)


def whole_words(text: str) -> str:
    """Return the text as lower-case words with one space around each: the form in which whole words are looked for."""
    spaced = "".join(letter if letter.isalnum() else " " for letter in text)
    return f" {' '.join(spaced.lower().split())} "


def text_of(ticket: Ticket) -> str:
    """Return the text the term rules read."""
    return f"{ticket.subject}\n{ticket.description}"


def matrix_row(ticket: Ticket) -> MatrixRow:
    """Return the first row that fits."""
    return next(row for row in MATRIX if row.fits(ticket.impact, ticket.urgency, ticket.customer_tier))


def fired_terms(words: str) -> tuple[str, ...]:
    """Return the ids of all term rules that find one of their terms."""
    return tuple(rule.id for rule in TERM_RULES if any(f" {term} " in words for term in rule.terms))


def fired_overrides(ticket: Ticket, tags: tuple[str, ...]) -> tuple[Override, ...]:
    """Return the overrides that apply, in order."""
    return tuple(rule for rule in OVERRIDES if _applies(rule, ticket, tags))


def _applies(rule: Override, ticket: Ticket, tags: tuple[str, ...]) -> bool:
    wanted = (
        (rule.systems, (ticket.affected_system,)),
        (rule.urgencies, (ticket.urgency,)),
        (rule.sensitivities, (ticket.data_sensitivity,)),
        (rule.tags, tags),
    )
    return all(not fitting or not set(fitting).isdisjoint(have) for fitting, have in wanted)


def decide(ticket: Ticket) -> Answer:
    """Return what the policy says about the ticket."""
    row = matrix_row(ticket)
    tags = fired_terms(whole_words(text_of(ticket)))
    overrides = fired_overrides(ticket, tags)
    severity = min([row.severity, *(rule.severity for rule in overrides)])
    fired = (row.id, *tags, *(rule.id for rule in overrides))
    approvals = tuple(rule.approval for rule in overrides if rule.approval)
    return severity, fired, approvals, SLA_MINUTES[severity]
