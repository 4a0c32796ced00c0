"""How does a policy say class, severity and risk tags?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.values import Conditions, Duration, Labels, Name, Names, Section, Terms, Text, as_entry


class TicketClass(Section):
    """One class of work; the file lists them from the highest to the lowest."""

    name: Name
    label: str = ""
    """What a person reads; the name itself when empty."""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    gated: bool = False
    """No text reaches the customer before a named person approved exactly that text."""
    draft_allowed: bool = False
    """A first response may be drafted automatically."""
    must_escalate: bool = False
    """A ticket of this class is escalated at once."""
    update_every: Duration | None = None
    """The communication cadence promised to the customer."""
    rationale: Text | None = None
    """The business reason shown with every ticket of the class."""


class Tag(Section):
    """One risk tag."""

    name: Name
    label: str = ""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    gated: bool = True
    """The tag puts every outbound text behind a named person's approval."""
    must_escalate: bool = True
    """The tag escalates the ticket at once."""
    at_least: Name | None = None
    """The lowest class that a ticket with this tag may have."""
    rationale: Text | None = None


class SeverityLevel(Section):
    """One state of the service; the file lists them from the worst to the mildest."""

    name: Name
    label: str = ""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    at_least: Name | None = None
    """The lowest class that a ticket of this severity may have."""


class TermRule(Section):
    """A rule that reads the ticket: it fires when its conditions hold and one of its words stands in the text."""

    id: Name
    terms: Terms = ()
    """Words and phrases; matched as whole words, whatever their case and whatever joins a phrase's words."""
    patterns: Terms = ()
    """Regular expressions in RE2 syntax, which cannot run away."""
    when: Conditions = Field(default_factory=dict)
    """Tests on intake fields; all of them must hold."""
    because: Text | None = None
    """The reason that the explanation gives."""


class TagRule(TermRule):
    """Adds a risk tag."""

    tag: Name


class SeverityRule(TermRule):
    """Sets a severity; of all that fire the worst one holds."""

    severity: Name


class SeverityScheme(Section):
    """How severity is found."""

    levels: tuple[Annotated[SeverityLevel, as_entry("name", SeverityLevel)], ...]
    default: Name
    """The level of a ticket on which no severity rule fires."""
    rules: tuple[SeverityRule, ...] = ()


class MatrixRow(Section):
    """One row of the decision table."""

    id: Name
    when: Conditions = Field(default_factory=dict)
    class_name: Name = Field(alias="class")


class Matrix(Section):
    """Impact and urgency give the class: as a grid, or as rows of which the first that fits holds."""

    grid: dict[Name, dict[Name, Name]] = Field(default_factory=dict)
    """`impact: {urgency: class}`, complete."""
    rows: tuple[MatrixRow, ...] = ()
    """For finer tables; the last row must fit every ticket."""


class RaiseRule(Section):
    """Raises the class: a rule can lift a ticket, never lower it."""

    id: Name
    when: Conditions = Field(default_factory=dict)
    """Tests on intake fields; all of them must hold."""
    tags_any: Names = ()
    """At least one of these tags."""
    tags_all: Names = ()
    """All of these tags."""
    severity_at_least: Name | None = None
    """This severity or a worse one."""
    at_least: Name | None = None
    """The lowest class that fits."""
    by: Annotated[int, Field(ge=0, le=9)] = 0
    """Raise the class of the matrix by this many steps."""
    approvers: Names = ()
    """Roles that must approve outbound text when this rule fires, beside those of the gate."""
    because: Text | None = None


class Score(Section):
    """How tickets of one class are ordered: points for what they are, and points for every hour they wait."""

    weights: dict[Name, dict[Name, Annotated[float, Field(ge=0, le=1_000)]]] = Field(default_factory=dict)
    """`field: {value: points}`; a more serious value never has fewer points."""
    points_per_hour: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    """The same slope for every ticket, so that waiting never turns the order round."""
