"""Does a connector's definition follow the wording rules that its reviewers go by?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.packagers.spoken import Role, Spoken, operations_of, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Part = dict[str, Any]


class Finding(NamedTuple):
    """One break of a rule."""

    rule: str
    place: str
    advice: str


_LONGEST_TITLE: Final = 30
_LONGEST_PHRASE: Final = 80
_SHORTEST_ABOUT: Final = 30
_LONGEST_ABOUT: Final = 500
_MOST_CATEGORIES: Final = 3
_PRODUCTS: Final = re.compile(
    r"\b(Power (Automate|Apps|BI|Pages|Platform|Virtual Agents)|Microsoft|Copilot|Logic Apps|Dataverse)\b",
    re.IGNORECASE,
)
_NOT_IN_TITLE: Final = re.compile(r"\b(API|Connector)\b", re.IGNORECASE)
_PHRASE: Final = re.compile(r"[A-Za-z0-9() ]+")
#: Small words may stay small, but not at the start.
_TITLE_CASE: Final = re.compile(r"[A-Z0-9][^\s.,;:!?]*( (\(?[A-Z0-9][^\s.,;:!?]*|of|to|in|at|and|or|by|for|the|a))*")
_PASCAL_CASE: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_FORBIDDEN_COLOURS: Final = frozenset({"#007ee5", "#ffffff"})
_METADATA: Final = {"Website", "Privacy policy", "Categories"}
_CATEGORIES: Final = frozenset(
    {"AI", "Business Management", "Business Intelligence", "Collaboration", "Commerce", "Communication"}
    | {"Content and Files", "Finance", "Data", "Human Resources", "Internet of Things", "IT Operations"}
    | {"Lifestyle and Entertainment", "Marketing", "Productivity", "Sales and CRM", "Security", "Social Media"}
    | {"Website"}
)


def findings(document: Part, brand_colour: str) -> list[Finding]:
    """Return every break of a rule in the definition and in the colour that goes with it."""
    found = [finding for rule in _TEXT_RULES for finding in _broken(rule, document)]
    found += [Finding(name, "", advice) for name, (advice, holds) in _WHOLE_RULES.items() if not holds(document)]
    found += _operations(document)
    if not _COLOUR.fullmatch(brand_colour) or brand_colour in _FORBIDDEN_COLOURS:
        found.append(Finding("brand-colour", "", "name a colour as #rrggbb that is neither #007ee5 nor #ffffff"))
    return found


class _TextRule(NamedTuple):
    name: str
    roles: frozenset[Role]
    advice: str
    holds: Callable[[str], object]


_SAID: Final = frozenset(Role)
_TEXT_RULES: Final = (
    _TextRule(
        "title-length",
        frozenset({Role.TITLE}),
        f"use at most {_LONGEST_TITLE} characters, the last one a letter or digit",
        lambda text: len(text) <= _LONGEST_TITLE and text[-1:].isalnum(),
    ),
    _TextRule(
        "title-words",
        frozenset({Role.TITLE}),
        "leave out API and Connector",
        lambda text: not _NOT_IN_TITLE.search(text),
    ),
    _TextRule(
        "about-length",
        frozenset({Role.ABOUT}),
        f"use {_SHORTEST_ABOUT} to {_LONGEST_ABOUT} characters",
        lambda text: _SHORTEST_ABOUT <= len(text) <= _LONGEST_ABOUT,
    ),
    _TextRule(
        "summary-phrase",
        frozenset({Role.SUMMARY}),
        f"use a phrase of at most {_LONGEST_PHRASE} letters, digits and parentheses",
        lambda text: len(text) <= _LONGEST_PHRASE and _PHRASE.fullmatch(text),
    ),
    _TextRule(
        "description-sentence",
        frozenset({Role.ABOUT, Role.DESCRIPTION}),
        "write full sentences that start with a capital letter and end with a period",
        lambda text: text[:1].isupper() and text.endswith("."),
    ),
    _TextRule(
        "label-title-case",
        frozenset({Role.LABEL}),
        f"use Title Case without punctuation, at most {_LONGEST_PHRASE} characters",
        lambda text: len(text) <= _LONGEST_PHRASE and _TITLE_CASE.fullmatch(text),
    ),
    _TextRule("product-name", _SAID, "leave out names of products", lambda text: not _PRODUCTS.search(text)),
)


def _broken(rule: _TextRule, document: Part) -> Iterator[Finding]:
    for said in spoken(document):
        if said.role in rule.roles and said.text and not rule.holds(said.text):
            yield Finding(rule.name, said.place, rule.advice)


def _metadata(document: Part) -> dict[str, str]:
    return {entry["propertyName"]: entry["propertyValue"] for entry in document.get("x-ms-connector-metadata", ())}


def _has_good_categories(document: Part) -> bool:
    named = _metadata(document).get("Categories", "").split(";")
    return len(named) <= _MOST_CATEGORIES and _CATEGORIES.issuperset(named)


def _names_are_unique(document: Part) -> bool:
    names = Counter(operation.get("operationId") for _, operation in operations_of(document))
    return max(names.values(), default=1) == 1


_WHOLE_RULES: Final[dict[str, tuple[str, Callable[[Part], bool]]]] = {
    "contact": (
        "name a contact with name, url and email",
        lambda document: document["info"].get("contact", {}).keys() >= {"name", "url", "email"},
    ),
    "metadata": (
        "name website, privacy policy and categories",
        lambda document: _metadata(document).keys() == _METADATA,
    ),
    "categories": ("name one to three categories of the published list", _has_good_categories),
    "operation-id-unique": ("give each operation an id of its own", _names_are_unique),
}


def _operations(document: Part) -> Iterator[Finding]:
    for place, operation in operations_of(document):
        if not _PASCAL_CASE.fullmatch(operation.get("operationId", "")):
            yield Finding("operation-id-case", place, "spell the id in PascalCase")
        if not any("schema" in operation["responses"].get(status, ()) for status in ("200", "201", "202")):
            yield Finding("response-schema", place, "say what the answer holds")
        if "default" in operation["responses"]:
            yield Finding("response-explicit", place, "name each status instead of default")
    for said in _unsaid(document):
        yield Finding(f"{said.role}-missing", said.place, f"say a {said.role}")


def _unsaid(document: Part) -> Iterator[Spoken]:
    return (said for said in spoken(document) if not said.text)
