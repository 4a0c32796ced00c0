"""Is a file of profiles taken whole, or refused with everything that is wrong and nothing of what it says?"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage_core.domain.profile import Profile, person_key
from triage_core.ports import ProfileRow
from triage_core.profiles.csv_file import ProfileFileInvalid, Wrong, read_profiles

KEY = b"key of the tests"
HEAD = "customer,requester,name,tier,lifetime_value,seniority,notes\n"


def read(text: str) -> tuple[ProfileRow, ...]:
    return read_profiles(text.encode(), KEY, ("vip", "standard"))


def wrong(text: str) -> list[Wrong]:
    with pytest.raises(ProfileFileInvalid) as refused:
        read(text)
    return list(refused.value.problems)


def test_accounts_and_persons_are_read() -> None:
    lines = 'acme,,Acme Ltd,vip,1250.50,,"calls, never mails"\nacme,ann@example.com,Ann,,,board,\n'
    account = Profile(name="Acme Ltd", tier="vip", lifetime_value=1250.5, notes="calls, never mails")
    person = ProfileRow(
        customer="acme",
        requester_key=person_key(KEY, "ann@example.com"),
        profile=Profile(name="Ann", seniority="board"),
    )
    assert read(HEAD + lines) == (ProfileRow(customer="acme", profile=account), person)


@pytest.mark.parametrize(
    "text",
    ["\ufeffcustomer;tier\r\nacme;vip\r\n", "Tier , CUSTOMER\nvip, acme \n\n,\n", 'customer,tier\n"acme","vip"'],
    ids=["semicolons and a byte order mark", "other spelling and empty lines", "quotation marks"],
)
def test_the_form_of_the_file_may_vary(text: str) -> None:
    assert read(text) == (ProfileRow(customer="acme", profile=Profile(tier="vip")),)


WRONG = (
    ("customer,colour\nacme,red\n", [(1, "heading")]),
    ("tier\nvip\n", [(1, "heading")]),
    ("customer,tier,tier\n", [(1, "heading")]),
    ("", [(1, "heading")]),
    ("customer,tier\nacme\n", [(2, "line")]),
    ("customer,tier\nacme,gold\n,vip\n", [(2, "tier"), (3, "customer")]),
    ("customer,lifetime_value\nacme,much\nglobex,nan\n", [(2, "lifetime_value"), (3, "lifetime_value")]),
    ("customer,notes\nacme,a\n\nglobex,b\nacme,c\n", [(5, "customer")]),
    ("customer,requester\nacme,ann\nacme,ANN\n", [(3, "customer")]),
    (f"customer,name\nacme,{'x' * 201}\n", [(2, "name")]),
    ('customer,name\nacme,"two\nlines"\nacme,x\n', [(4, "customer")]),
    ('customer,name\nacme,"open\n', [(2, "line")]),
)


@pytest.mark.parametrize(("text", "places"), WRONG)
def test_each_mistake_is_named_by_line_and_column(text: str, places: list[tuple[int, str]]) -> None:
    assert [(one.line, one.column) for one in wrong(text)] == places


def test_all_mistakes_are_told_at_once_and_no_value() -> None:
    with pytest.raises(ProfileFileInvalid) as refused:
        read("customer,tier,lifetime_value\nSECRET,SECRET,SECRET\n,vip,1\n")
    assert len(refused.value.problems) == 3
    assert "SECRET" not in str(refused.value)
    assert "line 2, tier: expected one of vip, standard" in str(refused.value)


def test_a_long_list_of_mistakes_is_cut_and_counted() -> None:
    with pytest.raises(ProfileFileInvalid, match="and 5 more"):
        read("customer,tier\n" + "acme,\n" + "acme,\n" * 25)


def test_a_file_in_another_encoding_names_the_line() -> None:
    with pytest.raises(ProfileFileInvalid, match="line 3, file: expected text in UTF-8"):
        read_profiles(b"customer\nacme\nM\xfcller\n", KEY)


def test_without_a_policy_any_tier_is_taken() -> None:
    (row,) = read_profiles(b"customer,tier\nacme,gold\n", KEY)
    assert row.profile.tier == "gold"


@given(st.binary() | st.text().map(lambda text: f"customer,name\n{text}".encode("utf-8", "surrogatepass")))
@example(b"customer\n\x00\n")
@example(b'customer\n"' + b"x" * 200_000 + b'"')
def test_any_file_is_read_or_refused(raw: bytes) -> None:
    rows: tuple[ProfileRow, ...] = ()
    with suppress(ProfileFileInvalid):
        rows = read_profiles(raw, KEY)
    assert all(row.customer or row.requester_key for row in rows)
