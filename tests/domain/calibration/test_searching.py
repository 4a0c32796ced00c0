"""Is what is proposed worth it on tickets that the search did not see, and is its other side told?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_learning import INTAKE, P2_SAFE, P3, PLAIN, RESET, RIGHT, TAKEN, past
from triage_core.domain.calibration.edits import Edit, EditKind, edited
from triage_core.domain.calibration.examples import Example, rule_errors, said_by
from triage_core.domain.calibration.judging import Judged
from triage_core.domain.calibration.labelling import Verdict
from triage_core.domain.calibration.past import said_of
from triage_core.domain.calibration.phrases import phrases_of
from triage_core.domain.calibration.searching import proposals
from triage_core.domain.policy import Policy
from triage_core.domain.rulebook import Rulebook
from triage_core.study.planting import planted_policy, sound_policy

BOOK = Rulebook(planted_policy())


def example(name: str, text: str, verdict: Verdict, **intake: Any) -> Example:
    found = past(name, text=f"hello\n{text}", intake={**INTAKE, **intake})
    said = said_by(BOOK, found)
    rank = BOOK.ranks[verdict.class_name]
    one = Judged(ticket_id=name, stratum="s", weight=2.0, said=said, verdict=verdict, rank=rank)
    return Example(past=found, judged=one)


def many(count: int = 20) -> list[Example]:
    return [
        example(f"t{number}-{place}", text, RIGHT[text])
        for number in range(count)
        for place, text in enumerate((RESET, TAKEN, PLAIN))
    ]


def said(examples: list[Example], policy: Policy | None = None) -> list[str]:
    return [str(found) for found in proposals(policy or planted_policy(), examples)]


def test_a_word_that_is_too_wide_and_a_phrase_that_is_missing_are_found() -> None:
    phrase, word = proposals(planted_policy(), many())
    assert str(word) == "take the term “reset” out of security-words"
    assert phrase.edits[0].after in phrases_of(TAKEN)
    assert (len(phrase.mends), phrase.breaks, phrase.escalates) == (20, (), 20)


def test_a_policy_without_errors_gets_no_proposal() -> None:
    assert said([each for each in many() if TAKEN not in each.past.text], sound_policy()) == []


def test_what_fits_only_the_tickets_that_were_searched_is_not_proposed() -> None:
    searched = [each for each in many(12) if TAKEN in each.past.text][:2]
    plain = [each for each in many(12) if PLAIN in each.past.text]
    assert said([*searched, *plain], sound_policy()) == []


def test_a_proposal_tells_what_it_would_newly_get_wrong() -> None:
    attacks = [example(f"a{number}", f"{RESET} by somebody, an attack", P2_SAFE) for number in range(2)]
    found = next(each for each in proposals(planted_policy(), [*many(60), *attacks]) if "“reset”" in str(each))
    assert set(found.breaks) == {each.past.id for each in attacks}
    assert found.searched.broken + found.held_out.broken == len(found.breaks)
    assert found.net == pytest.approx(found.searched.net + found.held_out.net)


def test_a_threshold_is_moved_between_the_sizes_that_people_told_apart() -> None:
    sizes = [*range(6, 46), *range(50, 60)]
    crowd = [
        example(f"c{size}", PLAIN, Verdict(class_name="P2", escalate=False) if size >= 50 else P3, users_affected=size)
        for size in sizes
    ]
    assert said(crowd)[0] == "set the threshold of crowd/users_affected from 5 to 50"


def test_a_change_that_does_not_hold_together_is_left_out() -> None:
    assert proposals(planted_policy(), many(), lambda _: False) == ()


def test_the_errors_of_a_rule_name_the_words_that_led_to_them() -> None:
    rows = {row.rule: row for row in rule_errors(BOOK, many(5), BOOK.policy.calibration)}
    row = rows["security-words"]
    assert (row.fired, row.too_high, row.escalated_wrongly, row.words) == (5, 5, 5, ("reset: 5",))
    assert row.wrong == len(row.tickets) == 5
    assert rows["matrix:low/medium"].missed == 5


def test_phrases_hold_no_digits_and_stop_at_the_end_of_a_sentence() -> None:
    found = phrases_of("It was not me. Call 0171 now")
    assert {"was not me", "call", "now"} <= found
    assert not any(word in phrase for phrase in found for word in ("0171", "me call"))


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind=EditKind.ADD_TERM, place="billing-words", after="refund"),
        Edit(kind=EditKind.REMOVE_TERM, place="standstill", before="outage"),
        Edit(kind=EditKind.TAG_FLOOR, place="security", before="P2", after="P1"),
        Edit(kind=EditKind.SEVERITY_FLOOR, place="sev2", before="P2", after=None),
        Edit(kind=EditKind.THRESHOLD, place="crowd", field="users_affected", before="50", after="20"),
        Edit(kind=EditKind.CELL, place="low", field="low", before="P3", after="P2"),
    ],
)
def test_every_kind_of_change_changes_one_place_and_says_so(edit: Edit) -> None:
    changed = edited(sound_policy(), [edit])
    assert changed != sound_policy()
    assert (edit.after or edit.before or "") in str(edit)


def test_a_rule_that_loses_its_last_word_goes() -> None:
    edit = Edit(kind=EditKind.REMOVE_TERM, place="standstill", before="outage")
    assert "standstill" not in {rule.id for rule in edited(sound_policy(), [edit]).severity.rules}


def test_uplifts_and_floors_of_rules_change() -> None:
    rule = {"id": "vip", "when": {"impact": "low"}, "by": 1, "at_least": "P2"}
    policy = Policy.model_validate({**sound_policy().model_dump(by_alias=True), "raise_rules": [rule]})
    lifted = edited(policy, [Edit(kind=EditKind.UPLIFT, place="vip", before="1", after="2")])
    floored = edited(policy, [Edit(kind=EditKind.RULE_FLOOR, place="vip", before="P2", after="P1")])
    assert (lifted.raise_rules[0].by, floored.raise_rules[0].at_least) == (2, "P1")
    bare = edited(floored, [Edit(kind=EditKind.RULE_FLOOR, place="vip", before="P1", after=None)])
    assert edited(bare, [Edit(kind=EditKind.UPLIFT, place="vip", before="1", after="0")]).raise_rules == ()


@pytest.mark.parametrize("text", [RESET, TAKEN, PLAIN, "phishing, and my badge wants a reset"])
def test_supposing_a_change_of_words_says_what_the_changed_policy_says(text: str) -> None:
    found = past("t1", text=f"hello\n{text}", intake=INTAKE)
    decision = BOOK.decide(found.intake, found.text, found.given)
    lost = Edit(kind=EditKind.REMOVE_TERM, place="security-words", before="reset")
    without = BOOK.supposing(decision, found.intake, found.given, None, ("security-words", "reset"))
    assert said_of(without) == said_by(Rulebook(edited(planted_policy(), [lost])), found)
    more = Edit(kind=EditKind.ADD_TERM, place="billing-words", after="toner")
    with_word = BOOK.supposing(decision, found.intake, found.given, "billing-words" if "toner" in text else None, None)
    assert said_of(with_word) == said_by(Rulebook(edited(planted_policy(), [more])), found)
