"""Which articles answer a query best?

A store hands over every article that shares a word with the query; which one stands first is decided here, the same for
all stores. A word counts the more the rarer it is among them, a title more than a tag, a tag more than the rest, and an
article about the same system more than one about another.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Final

from triage_core.domain.knowledge.article import Article, ArticleState
from triage_core.domain.knowledge.words import words_of
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: How much a word counts by where it stands: in title, tags, problem and remedy, cause and notes.
WEIGHTS: Final = (10.0, 6.0, 3.0, 1.5)
#: More different words than these make a query no better.
MOST_WORDS: Final = 64
#: Words of one article that count.
_WORDS_READ: Final = 4_000
#: How soon more of the same word stops counting, and how much long articles are held back.
_SATURATION: Final = 8.0
_LENGTH: Final = 0.3
_SAME_SYSTEM: Final = 1.6
_SAME_TAG: Final = 1.1


class Which(Value, frozen=True, kw_only=True):
    """Which articles a search looks at."""

    states: tuple[ArticleState, ...] = (ArticleState.PUBLISHED,)
    affected_system: str | None = None
    service_line: str | None = None
    language: str | None = None

    def holds(self, article: Article) -> bool:
        """Tell whether an article is among them."""
        wanted = ((name, getattr(self, name)) for name in NARROWED)
        return article.state in self.states and all(value in {None, getattr(article, name)} for name, value in wanted)


#: The fields by which a search can be narrowed.
NARROWED: Final = ("affected_system", "service_line", "language")


class Query(Value, frozen=True, kw_only=True):
    """What somebody looks for; system and tags only move what fits them up."""

    text: str
    system: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for, each once."""
        return tuple(islice(dict.fromkeys(words_of(self.text)), MOST_WORDS))


class Hit(Value, frozen=True, kw_only=True):
    """An article that was found, and how well it fits; scores compare inside one search only."""

    article: Article
    score: float
    #: How many different words of the query it holds.
    shared: int


def parts_of(article: Article) -> tuple[tuple[str, ...], ...]:
    """Return an article's words by the weight that they have."""
    named = (*article.tags, article.affected_system or "", article.service_line or "")
    texts = (
        article.title,
        " ".join(named),
        f"{article.problem}\n{article.workaround}\n{article.solution}",
        "\n".join((article.cause, *article.notes)),
    )
    return tuple(tuple(islice(words_of(text), _WORDS_READ)) for text in texts)


@lru_cache(512)
def _weighed(article: Article) -> tuple[dict[str, float], int]:
    """Return how much each word of an article counts, and how many words there are."""
    weights: Counter[str] = Counter()
    parts = parts_of(article)
    for weight, words in zip(WEIGHTS, parts, strict=True):
        for word in words:
            weights[word] += weight  # type: ignore[assignment] # a counter counts in fractions as well
    return dict(weights), sum(map(len, parts))


def ranked(query: Query, found: Iterable[Article], limit: int) -> tuple[Hit, ...]:
    """Put articles in order, the best first; those that hold no word of the query are left out."""
    words = query.words
    articles = [article for article in found if not _weighed(article)[0].keys().isdisjoint(words)]
    rarity = _rarity(words, articles)
    usual = sum(_weighed(article)[1] for article in articles) / (len(articles) or 1)
    hits = [_hit(query, article, rarity, usual) for article in articles]
    return tuple(sorted(hits, key=_order)[:limit])


def _order(hit: Hit) -> tuple[float, str]:
    return -round(hit.score, 9), hit.article.id


def _rarity(words: Sequence[str], articles: Sequence[Article]) -> dict[str, float]:
    counts = Counter(word for article in articles for word in words if word in _weighed(article)[0])
    return {word: log(1 + (len(articles) - count + 0.5) / (count + 0.5)) for word, count in counts.items()}


def _hit(query: Query, article: Article, rarity: dict[str, float], usual: float) -> Hit:
    weights, length = _weighed(article)
    hold = _SATURATION * (1 - _LENGTH + _LENGTH * length / (usual or 1))
    shared = {word: weights[word] for word in rarity if word in weights}
    score = sum(rarity[word] * weight / (weight + hold) for word, weight in shared.items())
    same_system = query.system is not None and query.system == article.affected_system
    same_tags = len({*query.tags} & {*article.tags})
    raised = (_SAME_SYSTEM if same_system else 1.0) * _SAME_TAG**same_tags
    return Hit(article=article, score=score * raised, shared=len(shared))
