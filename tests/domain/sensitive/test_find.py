"""Are personal data and secrets found in all their spellings, and are ordinary numbers and words left alone?"""

from __future__ import annotations

import pytest

from triage_core.domain.sensitive import PERSONAL, SECRET, Sensitive, find

K = Sensitive
AKIA = "AKIAIOSFODNN7EXAMPLE"
DRAWN = "q7Wd2xK9vB4nT8sZ1mF6cR3y"
FOUND = (
    ("ann@example.com", K.EMAIL_ADDRESS),
    ("Ann.O'Brien+news@mail.example.co.uk", K.EMAIL_ADDRESS),
    ("jürgen@münchen.example", K.EMAIL_ADDRESS),
    ("ann (at) example (dot) com", K.EMAIL_ADDRESS),
    ("ann[at]example.com", K.EMAIL_ADDRESS),
    ("a" * 200 + "@example.com", K.EMAIL_ADDRESS),
    ("ann@exam\u200bple.com", K.EMAIL_ADDRESS),
    ("+49 30 901820", K.PHONE_NUMBER),
    ("+1 (212) 555-2368", K.PHONE_NUMBER),
    ("0049 30 901820", K.PHONE_NUMBER),
    ("+\uff14\uff19 30 901820", K.PHONE_NUMBER),
    ("4111111111111111", K.CREDIT_CARD),
    ("4111 1111 1111 1111", K.CREDIT_CARD),
    ("4111-1111-1111-1111", K.CREDIT_CARD),
    ("4111\u00a01111\u00a01111\u00a01111", K.CREDIT_CARD),
    ("4111\u20131111\u20131111\u20131111", K.CREDIT_CARD),
    ("٤١١١١١١١١١١١١١١١", K.CREDIT_CARD),
    ("3782 822463 10005", K.CREDIT_CARD),
    ("5555555555554444", K.CREDIT_CARD),
    ("6011111111111117", K.CREDIT_CARD),
    ("DE89370400440532013000", K.IBAN),
    ("de89 3704 0044 0532 0130 00", K.IBAN),
    ("GB82-WEST-1234-5698-7654-32", K.IBAN),
    ("NO9386011117947", K.IBAN),
    ("536-90-4399", K.NATIONAL_NUMBER),
    ("756.9217.0769.85", K.NATIONAL_NUMBER),
    ("111.444.777-35", K.NATIONAL_NUMBER),
    ("RSSMRA85T10A562S", K.NATIONAL_NUMBER),
    ("131052-308T", K.NATIONAL_NUMBER),
    ("2 95 10 99 126 111 93", K.NATIONAL_NUMBER),
    ("54362315K", K.NATIONAL_NUMBER),
    ("93.184.216.34", K.IP_ADDRESS),
    ("10.20.30.40", K.IP_ADDRESS),
    ("2001:db8::8a2e:370:7334", K.IP_ADDRESS),
    ("fe80::1", K.IP_ADDRESS),
    (AKIA, K.ACCESS_KEY),
    (f"ghp_{DRAWN}{DRAWN}", K.ACCESS_KEY),
    (f"xoxb-123456789012-{DRAWN}", K.ACCESS_KEY),
    (f"sk_live_{DRAWN}", K.ACCESS_KEY),
    (f"lin_api_{DRAWN}{DRAWN}", K.ACCESS_KEY),
    (f"acme_secret_{DRAWN}", K.ACCESS_KEY),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", K.WEB_TOKEN),
    ("hooks.slack.com/services/T0000/B0000/XXXXXXXX", K.WEBHOOK),
    ("-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkq\n-----END PRIVATE KEY-----", K.PRIVATE_KEY),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA", K.PRIVATE_KEY),
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), FOUND)
@pytest.mark.parametrize("around", ["{}", "See {}, please.", "Grüße 😀 ({})", "a: {}\n"])
def test_a_value_is_found_as_a_whole(text: str, kind: Sensitive, around: str) -> None:
    written = around.format(text)
    start = written.index(text)
    (found,) = find(written)
    assert (found.kind, found.start, found.end) == (kind, start, start + len(text))


#: A value behind the word that gives it away.
NAMED = (
    ("BIC: ", "DEUTDEFF500", K.BIC),
    ("SWIFT code ", "BNPAFRPP", K.BIC),
    ("SSN ", "536904399", K.NATIONAL_NUMBER),
    ("Steuer-ID: ", "36 574 261 809", K.NATIONAL_NUMBER),
    ("Aadhaar number ", "2341 2341 2346", K.NATIONAL_NUMBER),
    ("BSN is ", "111222333", K.NATIONAL_NUMBER),
    ("password: ", "Sommer2026", K.PASSWORD),
    ("Your password is ", "k4tze-Baum", K.PASSWORD),
    ("Das Passwort lautet: ", "k4tze-Baum", K.PASSWORD),
    ("Kennwort = ", "48151623", K.PASSWORD),
    ('"api_key": "', "a1b2c3d4e5", K.PASSWORD),
    ("DB_PASSWORD=", "s3cr3t!", K.PASSWORD),
    ("postgres://app:", "pa55word", K.CONNECTION),
    ("Server=db;Password=", "pa55word", K.CONNECTION),
    ("curl -u ann:", "pa55word", K.CONNECTION),
    ("Authorization: Bearer ", "abcdef0123456789abcdef", K.AUTHORIZATION),
    ("https://a.example.com/?x=1&sig=", "a1B2c3D4e5F6g7H8i9", K.ACCESS_KEY),
    ("acme: ", DRAWN, K.ACCESS_KEY),
)


@pytest.mark.parametrize(("before", "value", "kind"), NAMED)
def test_a_value_is_found_behind_its_name(before: str, value: str, kind: Sensitive) -> None:
    after = "@db/x" if "://app" in before else " and so on"
    found = find(f"Look: {before}{value}{after}")
    start = len(f"Look: {before}")
    assert (kind, start, start + len(value)) in found


ORDINARY = (
    "Order 4111111111111112, parcel 1234567890123, case 2026-000123.",
    "Version 10.2.3.4 runs since 28.11.2026 17:00:05, mask 255.255.255.0, at 127.0.0.1 and 0.0.0.0.",
    "std::vector, 12:30:45, a::b, 1.2.3.4.5 and 300.1.1.1",
    "GB82 WEST 1234 5698 7654 33 is no account, nor is DE89.",
    "A SWIFT transfer costs the same; thank you for your swift response.",
    "Your password expired. Password: see the portal. The password is case-sensitive.",
    "The token is expired, the secret is out, the key: none.",
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b, id 019a2b3c4d5e6f7a8b9c0d",
    "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl\n-----END CERTIFICATE-----",
    "@anna, could you look at 123-45-678 and 000-12-3456?",
    "https://example.com/path/to/a-page-2026?page=12&sort=name",
    "We have 30 901 users in 12 345 678 rooms.",
    "feature_flag_with_a_long_name and some-very-long-kebab-case-name",
    "[email_address] and [password] and [access_key]: x",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("text", ["(212) 555-2368", "212-555-2368", "Tel. 2125552368"])
def test_a_number_without_its_country_counts_in_the_regions_that_are_named(text: str) -> None:
    assert find(text) == []
    assert [found.kind for found in find(text, ("DE", "US"))] == [K.PHONE_NUMBER]


def test_dates_are_no_telephone_numbers() -> None:
    assert find("01.12.2026 and 2026-12-01 17 and 03/04/2026", ("DE", "US", "GB", "FR")) == []


def test_what_stands_side_by_side_is_found_apart() -> None:
    text = "bob@example.com+49 30 901820,4111111111111111;DE89370400440532013000"
    assert [found.kind for found in find(text)] == [K.EMAIL_ADDRESS, K.PHONE_NUMBER, K.CREDIT_CARD, K.IBAN]


def test_what_overlaps_is_one_finding_that_leaves_nothing_outside() -> None:
    text = f"password: {AKIA}#ann@example.com"
    (found,) = find(text)
    assert text[found.start : found.end] == f"{AKIA}#ann@example.com"


def test_several_numbers_on_a_line_are_found_apart() -> None:
    text = "030 901820 / 030 901821, (030) 901822; +49 30 901823 - 0049 30 901824"
    found = [text[each.start : each.end] for each in find(text, ("DE",))]
    assert found == ["030 901820", "030 901821", "(030) 901822", "+49 30 901823", "0049 30 901824"]


def test_after_very_many_numbers_the_form_alone_is_believed() -> None:
    assert len(find("+123456789; " * 1_000)) == 700


def test_every_kind_is_personal_or_a_secret() -> None:
    assert {*PERSONAL, *SECRET} == set(Sensitive)
    assert not set(PERSONAL) & set(SECRET)


def test_every_kind_has_an_example() -> None:
    assert {kind for _, kind in FOUND} | {kind for _, _, kind in NAMED} == set(Sensitive)
