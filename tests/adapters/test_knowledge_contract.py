"""Do all stores keep every version of an article, and find the same articles in the same order?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from triage_core.domain.knowledge.article import Article, ArticleState, StaleArticle
from triage_core.domain.knowledge.ranking import Query, Which

if TYPE_CHECKING:
    from triage_core.knowledge_ports import HasKnowledge, KnowledgeBase

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
TENANT = "acme"
OPEN = Which(states=tuple(ArticleState))


@pytest.fixture
def knowledge(store: HasKnowledge) -> KnowledgeBase:
    return store.knowledge


def article(name: str = "a", **changes: Any) -> Article:
    base: dict[str, Any] = {
        "tenant": TENANT,
        "id": name,
        "state": ArticleState.PUBLISHED,
        "title": "t",
        "changed_at": NOW,
        "changed_by": "ann",
    }
    return Article(**{**base, **changes})


WHOLE = article(
    title="Drücker \x00 druckt nicht 🖨",
    problem="'; DROP TABLE articles; --",
    cause="naïve café",
    workaround="restart",
    solution="new driver",
    notes=("one", "two"),
    tags=("printer", "spooler"),
    affected_system="printer",
    service_line="workplace",
    language="de",
    owner="ann",
    review_by=date(2026, 9, 1),
    sources=("t1",),
)


def found(knowledge: KnowledgeBase, text: str, which: Which = Which(), **more: Any) -> list[str]:  # noqa: B008 - immutable
    return [hit.article.id for hit in knowledge.search(TENANT, Query(text=text, **more), which, 10)]


class TestVersions:
    def test_an_article_comes_back_as_it_was(self, knowledge: KnowledgeBase) -> None:
        assert knowledge.put(WHOLE) == replace(WHOLE, version=1)
        assert knowledge.get(TENANT, "a") == replace(WHOLE, version=1)

    def test_every_version_is_kept(self, knowledge: KnowledgeBase) -> None:
        first = knowledge.put(WHOLE)
        second = knowledge.put(replace(first, title="other", state=ArticleState.RETIRED))
        assert knowledge.versions(TENANT, "a") == (first, second)
        assert knowledge.get(TENANT, "a") == second

    @pytest.mark.parametrize("version", [0, 2, 7])
    def test_what_is_based_on_another_version_is_refused(self, knowledge: KnowledgeBase, version: int) -> None:
        first = knowledge.put(WHOLE)
        with pytest.raises(StaleArticle):
            knowledge.put(replace(WHOLE, version=version, title="lost"))
        assert knowledge.versions(TENANT, "a") == (first,)
        assert found(knowledge, "lost", OPEN) == []

    def test_what_was_never_stored_has_no_next_version(self, knowledge: KnowledgeBase) -> None:
        with pytest.raises(StaleArticle):
            knowledge.put(replace(WHOLE, version=1))
        assert knowledge.get(TENANT, "a") is None
        assert knowledge.versions(TENANT, "a") == ()

    def test_of_two_writers_one_is_told(self, knowledge: KnowledgeBase) -> None:
        first = knowledge.put(WHOLE)

        def write(number: int) -> bool:
            try:
                knowledge.put(replace(first, title=f"by {number}"))
            except StaleArticle:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            written = list(pool.map(write, range(4)))
        assert written.count(True) == 1
        assert [one.version for one in knowledge.versions(TENANT, "a")] == [1, 2]

    def test_a_tenant_sees_its_own_articles_alone(self, knowledge: KnowledgeBase) -> None:
        knowledge.put(replace(WHOLE, tenant="other"))
        assert knowledge.get(TENANT, "a") is None
        assert found(knowledge, "drucker", OPEN) == []
        assert knowledge.put(WHOLE).version == 1
        assert found(knowledge, "drucker", OPEN) == ["a"]


class TestFinding:
    def test_a_title_counts_more_than_a_tag_and_a_tag_more_than_the_rest(self, knowledge: KnowledgeBase) -> None:
        for name, part in (("d", "cause"), ("c", "solution"), ("b", "tags"), ("a", "title")):
            knowledge.put(article(name, **{part: ("spooler",) if part == "tags" else "spooler"}))
        knowledge.put(article("e", title="something else"))
        assert found(knowledge, "spooler") == ["a", "b", "c", "d"]

    def test_more_of_the_words_count_more(self, knowledge: KnowledgeBase) -> None:
        knowledge.put(article("a", problem="vpn drops"))
        knowledge.put(article("b", problem="vpn drops after suspend"))
        assert found(knowledge, "the vpn drops after suspend")[0] == "b"

    def test_a_rare_word_counts_more_than_a_common_one(self, knowledge: KnowledgeBase) -> None:
        for number in range(6):
            knowledge.put(article(f"a{number}", title="printer"))
        knowledge.put(article("b", title="scanner"))
        assert found(knowledge, "printer scanner")[0] == "b"

    def test_the_same_system_moves_up(self, knowledge: KnowledgeBase) -> None:
        for name, system in (("a", "mail"), ("b", "vpn")):
            knowledge.put(article(name, title="cannot connect", affected_system=system))
        assert found(knowledge, "cannot connect") == ["a", "b"]
        assert found(knowledge, "cannot connect", system="vpn") == ["b", "a"]

    def test_tags_in_common_move_up(self, knowledge: KnowledgeBase) -> None:
        for name, tag in (("a", "x"), ("b", "y")):
            knowledge.put(article(name, title="cannot connect", tags=(tag,)))
        assert found(knowledge, "cannot connect", tags=("y",)) == ["b", "a"]

    @pytest.mark.parametrize(
        "form", ["printers", "PRINTER", "printing", "prints", "Ｐｒｉｎｔｅｒ", "print-er printer", "“printer”"]
    )
    def test_a_word_is_found_in_any_form(self, knowledge: KnowledgeBase, form: str) -> None:
        knowledge.put(article("a", title="The printer prints nothing"))
        assert found(knowledge, form) == ["a"]

    @pytest.mark.parametrize(
        ("title", "text"),
        [
            ("Rechnungen für März", "rechnung fur marz"),
            ("Passwort zurücksetzen", "zurucksetzen"),
            ("プリンターが動かない", "プリンター"),
            ("пароль не подходит", "ПАРОЛЬ"),
            ("Error 0x80070005", "0X80070005"),
        ],
    )
    def test_other_languages_are_found(self, knowledge: KnowledgeBase, title: str, text: str) -> None:
        knowledge.put(article("a", title=title))
        assert found(knowledge, text) == ["a"]

    def test_what_was_changed_is_found_by_its_new_words_only(self, knowledge: KnowledgeBase) -> None:
        first = knowledge.put(article("a", title="printer"))
        knowledge.put(replace(first, title="scanner"))
        assert (found(knowledge, "printer"), found(knowledge, "scanner")) == ([], ["a"])

    def test_only_published_articles_are_found_unless_asked_for(self, knowledge: KnowledgeBase) -> None:
        for state in ArticleState:
            knowledge.put(article(state.value, title="printer", state=state))
        assert found(knowledge, "printer") == ["published"]
        assert sorted(found(knowledge, "printer", OPEN)) == ["draft", "published", "retired"]
        assert found(knowledge, "printer", Which(states=())) == []

    @pytest.mark.parametrize("name", ["affected_system", "service_line", "language"])
    def test_a_search_can_be_narrowed(self, knowledge: KnowledgeBase, name: str) -> None:
        for value in ("one", "two"):
            knowledge.put(article(value, title="printer", **{name: value}))
        assert found(knowledge, "printer", replace(Which(), **{name: "two"})) == ["two"]

    def test_no_more_are_returned_than_asked_for(self, knowledge: KnowledgeBase) -> None:
        for number in range(5):
            knowledge.put(article(f"a{number}", title="printer"))
        hits = knowledge.search(TENANT, Query(text="printer"), Which(), 3)
        assert [hit.article.id for hit in hits] == ["a0", "a1", "a2"]

    @pytest.mark.parametrize("text", ["", "  ", "the and of", "?!*", "'", '"', "\x00"])
    def test_a_query_without_words_finds_nothing(self, knowledge: KnowledgeBase, text: str) -> None:
        knowledge.put(article("a", title="the printer"))
        assert found(knowledge, text) == []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
    @given(
        text=st.lists(
            st.sampled_from(
                (
                    *(
                        '"',
                        "'",
                        "''",
                        "(",
                        ")",
                        "*",
                        "^",
                        "-",
                        "+",
                        ":",
                        "&",
                        "|",
                        "!",
                        "<->",
                        "\\",
                        "%",
                        "_",
                        "{",
                        "}",
                    ),
                    *(";", "NEAR(", "AND", "OR", "NOT", "title:", "scope:", "--", "/*", "$$", "?", ":query", "\x00"),
                    "\ud800",
                )
            )
            | st.text(max_size=8),
            max_size=8,
        ).map(" ".join)
    )
    def test_whatever_a_query_holds_it_is_words(self, knowledge: KnowledgeBase, text: str) -> None:
        if knowledge.get(TENANT, "a") is None:
            knowledge.put(article("a", title="printer"))
        assert "a" in found(knowledge, f"{text} printer")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
    @given(text=st.text(), tag=st.text(max_size=5))
    def test_whatever_an_article_holds_it_is_found_by_its_words(
        self, knowledge: KnowledgeBase, text: str, tag: str
    ) -> None:
        before = knowledge.get(TENANT, "b") or article("b")
        knowledge.put(replace(before, title="spooler", problem=text, tags=(tag,), notes=(text,)))
        assert found(knowledge, "spooler") == ["b"]


class TestStale:
    def test_what_was_to_be_looked_at_is_listed_the_longest_due_first(self, knowledge: KnowledgeBase) -> None:
        days = {"a": date(2026, 2, 1), "b": date(2026, 1, 1), "c": date(2026, 3, 1), "d": None}
        for name, day in days.items():
            knowledge.put(article(name, review_by=day))
        knowledge.put(article("e", review_by=date(2025, 1, 1), state=ArticleState.RETIRED))
        knowledge.put(article("f", review_by=date(2025, 1, 1), tenant="other"))
        stale = [one.id for one in knowledge.stale(TENANT, date(2026, 3, 1), 10)]
        assert stale == ["b", "a"]
        assert [one.id for one in knowledge.stale(TENANT, date(2026, 3, 1), 1)] == ["b"]


class TestDropping:
    def test_a_draft_goes_with_every_version_and_all_its_words(self, knowledge: KnowledgeBase) -> None:
        first = knowledge.put(article("d", state=ArticleState.DRAFT, title="zephyrine"))
        knowledge.put(replace(first, title="zephyrine printing"))
        assert knowledge.drop_draft("acme", "d")
        assert (knowledge.get("acme", "d"), knowledge.versions("acme", "d")) == (None, ())
        assert knowledge.search("acme", Query(text="zephyrine"), Which(states=tuple(ArticleState)), 9) == ()
        assert not knowledge.drop_draft("acme", "d")

    @pytest.mark.parametrize("state", [ArticleState.PUBLISHED, ArticleState.RETIRED])
    def test_what_others_have_read_stays(self, knowledge: KnowledgeBase, state: ArticleState) -> None:
        knowledge.put(article("d", state=state))
        assert not knowledge.drop_draft("acme", "d")
        assert knowledge.get("acme", "d") is not None


class TestListing:
    def test_a_state_is_listed_by_the_day_of_review_those_without_one_last(self, knowledge: KnowledgeBase) -> None:
        days = {"a": None, "b": date(2026, 9, 1), "c": date(2026, 8, 1)}
        for name, day in days.items():
            knowledge.put(article(name, state=ArticleState.DRAFT, review_by=day))
        listed = [one.id for one in knowledge.listed("acme", ArticleState.DRAFT, 0, 9)]
        assert listed == ["c", "b", "a"]
        assert [one.id for one in knowledge.listed("acme", ArticleState.DRAFT, 1, 1)] == ["b"]
        assert knowledge.listed("acme", ArticleState.RETIRED, 0, 9) == ()
