"""Is the right article among the first three for every written query, and the order the same on every store?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.knowledge.conftest import examples
from triage_core.domain.knowledge.ranking import Query, Which, ranked
from triage_core.knowledge_ports import KnowledgeBase
from triage_core.policyfile import load_policy

CASES = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text(encoding="utf-8"))
POLICIES = Path(__file__).parents[2] / "examples" / "policies"


def found(knowledge: KnowledgeBase, text: str, limit: int = 3) -> list[str]:
    return [hit.article.id for hit in knowledge.search("acme", Query(text=text), Which(), limit)]


def test_there_are_enough_articles_and_queries() -> None:
    assert len(examples()) >= 30
    assert len(CASES) >= 50
    assert {case["article"] for case in CASES} <= {article.id for article in examples()}


@pytest.mark.parametrize("case", CASES, ids=[case["query"][:30] for case in CASES])
def test_the_right_article_is_among_the_first_three(knowledge: KnowledgeBase, case: dict[str, str]) -> None:
    assert case["article"] in found(knowledge, case["query"])


def test_most_stand_first(knowledge: KnowledgeBase) -> None:
    first = sum(found(knowledge, case["query"], 1) == [case["article"]] for case in CASES)
    assert first >= 0.9 * len(CASES)


def test_every_store_gives_the_same_order(knowledge: KnowledgeBase) -> None:
    for case in CASES:
        expected = [hit.article.id for hit in ranked(Query(text=case["query"]), examples(), 10)]
        assert found(knowledge, case["query"], 10) == expected


@pytest.mark.parametrize("name", ["internal-it", "saas", "msp"])
def test_the_examples_speak_of_what_the_example_policies_know(name: str) -> None:
    fields = load_policy(POLICIES / f"{name}.yaml").intake.fields
    known = {part: {value.value for value in fields[part].values} for part in ("affected_system", "service_line")}
    prefix = {"internal-it": "it-", "saas": "saas-", "msp": "msp-"}[name]
    articles = [article for article in examples() if article.id.startswith(prefix)]
    assert articles
    assert {article.affected_system for article in articles} <= known["affected_system"]
    assert {article.service_line for article in articles} <= known["service_line"]
