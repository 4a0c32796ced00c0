"""Are articles imported, published, found, shown and retired by command?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ARTICLES = """
- id: queue
  title: Print jobs hang in the queue
  problem: Nothing is printed.
  solution: Restart the spooler.
  tags: [printer, spooler]
  affected_system: mail
  review_by: 2020-01-01
- {id: toner, title: Toner leer, problem: Der Drucker meldet Toner leer., solution: Kontakt reinigen., language: de}
"""


@pytest.fixture
def knowledge(triage: Callable[..., Any], policy: Path, database: str, tmp_path: Path) -> Callable[..., Any]:
    """Run a command of the knowledge base on a database with two published articles."""
    triage("policy", "activate", policy, "--db", database)

    def run(*arguments: object) -> Any:
        return triage("knowledge", *arguments, "--db", database)

    path = tmp_path / "articles.yaml"
    path.write_text(ARTICLES)
    said = run("import", path, "--by", "lee", "--publish-for", "ann", "--json")
    assert said.json == {"tenant": "default", "added": 2, "changed": 0, "unchanged": 0, "published": 2}
    return run


def test_the_best_article_comes_first(knowledge: Callable[..., Any]) -> None:
    said = knowledge("search", "stuck", "print", "queue", "--json")
    assert [each["id"] for each in said.json["articles"]] == ["queue"]
    assert knowledge("search", "toner", "--language", "en", "--json").json["articles"] == []
    assert knowledge("search", "toner", "--system", "mail", "--json").json["articles"] == []
    assert "articles: 1" in knowledge("search", "toner").flat


def test_an_article_is_shown_whole(knowledge: Callable[..., Any]) -> None:
    text = knowledge("show", "queue").flat
    for said in ("Print jobs hang in the queue [published, version 2, ann]", "Solution: Restart the spooler."):
        assert said in text
    assert knowledge("show", "queue", "--version", "1", "--json").json["state"] == "draft"
    assert (knowledge("show", "queue", "--version", "9").code, knowledge("show", "nothing").code) == (3, 3)


def test_importing_again_changes_nothing(knowledge: Callable[..., Any], tmp_path: Path) -> None:
    said = knowledge("import", tmp_path / "articles.yaml", "--by", "lee")
    assert said.flat == "articles of default: 0 added, 1 changed, 1 unchanged, 0 published"


def test_what_is_due_for_a_look_is_listed(knowledge: Callable[..., Any], tmp_path: Path) -> None:
    assert knowledge("stale", "--json").json == {"articles": []}
    knowledge("import", tmp_path / "articles.yaml", "--by", "lee")
    assert [each["id"] for each in knowledge("stale", "--json").json["articles"]] == ["queue"]
    assert "look by 2020-01-01" in knowledge("stale").flat


def test_a_retired_article_is_not_found_and_can_be_published_again(knowledge: Callable[..., Any]) -> None:
    assert knowledge("retire", "queue", "--by", "lee").flat == "retired: queue, version 3"
    assert knowledge("search", "queue", "--json").json["articles"] == []
    assert knowledge("publish", "queue", "--by", "lee", "--owner", "bob", "--json").json["owner"] == "bob"
    assert len(knowledge("search", "queue", "--json").json["articles"]) == 1


def test_a_file_with_mistakes_is_refused_whole(knowledge: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("- {id: x, title: X, problem: P}\n- {id: y, titel: Y}")
    said = knowledge("import", path, "--by", "lee")
    assert (said.code, "article 2, titel" in said.err, "[article_file_invalid]" in said.err) == (2, True, True)
    assert knowledge("show", "x").code == 3
