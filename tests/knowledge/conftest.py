"""Which articles do the written queries look through? All examples together, on every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from triage_core.articlefile import read_articles
from triage_core.compose import open_store
from triage_core.domain.knowledge.article import Article, ArticleState
from triage_core.knowledge_ports import KnowledgeBase

EXAMPLES = Path(__file__).parents[2] / "examples" / "knowledge"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def examples() -> list[Article]:
    files = sorted(EXAMPLES.glob("*.yaml"))
    read = [article for file in files for article in read_articles(file.read_bytes(), "acme", NOW, "lee")]
    return [replace(article, state=ArticleState.PUBLISHED) for article in read]


@pytest.fixture(params=["memory", "sqlite", "postgres"], scope="module")
def knowledge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    urls: dict[str, Callable[[], str]] = {
        "memory": lambda: "memory:",
        "sqlite": lambda: f"sqlite:///{tmp_path_factory.mktemp('knowledge') / 'k.db'}",
        "postgres": lambda: str(request.getfixturevalue("postgres_url")),
    }
    articles = examples()
    store = open_store(urls[request.param]())
    for article in articles:
        stored = store.knowledge.get(article.tenant, article.id)
        store.knowledge.put(replace(article, version=stored.version if stored else 0))
    yield store.knowledge
    store.close()
