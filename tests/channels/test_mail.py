"""Is a mail read as a person would read it, whichever mailbox delivered it?"""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channel_samples import data, raw, read, submitted, told
from triage_core.channels import Normalised
from triage_core.channels.headers import address, header_text, message_ids
from triage_core.channels.refusals import PayloadIncomplete, PayloadUnreadable


def latest_of(found: Normalised) -> str:
    """Return the newest part of a mail's text."""
    text = found.text or submitted(found).body
    assert found.latest is not None
    return text[found.latest.start : found.latest.end]


def body_of(*lines: str, head: str = "") -> str:
    """Return the text of a mail with a header and lines."""
    return submitted(
        told("email", f"From: a@b.example\n{head}\n\n".replace("\n\n\n", "\n\n").encode() + "\n".join(lines).encode())
    ).body


class TestRawMail:
    def test_the_sample_is_read_completely(self) -> None:
        found = read("email/multipart.eml")
        ticket = submitted(found)
        assert ticket.subject == "Drucker im 3. Stock druckt nur noch leere Seiten – dringend"
        assert "Bitte prüfen.\n\nViele Grüße\nLena Grün" in ticket.body
        assert (ticket.requester, ticket.channel) == ("lena@customer.example", "email")
        assert ticket.source_id == "<20260302091230.1A2B3C@customer.example>"

    def test_it_was_created_when_our_server_took_it_whatever_the_writers_clock_says(self) -> None:
        wrong = raw("email/multipart.eml").replace(b"Date: Mon, 2 Mar 2026", b"Date: Fri, 2 Mar 1991")
        assert submitted(told("email", wrong)).created_at == datetime(2026, 3, 2, 8, 12, 33, tzinfo=UTC)

    def test_without_a_received_header_the_writers_date_holds(self) -> None:
        found = submitted(told("email", b"From: a@b.example\nDate: Mon, 2 Mar 2026 09:00:00 +0100\n\nx"))
        assert found.created_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def test_files_are_listed_by_name_type_size_and_hash(self) -> None:
        (file,) = read("email/multipart.eml").attachments
        assert (file.name, file.type, file.size) == ("Testseite ä.pdf", "application/pdf", 15)
        assert file.sha256 == sha256(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n").hexdigest()

    def test_a_mail_without_message_id_is_known_by_what_it_says(self) -> None:
        one = b"Received: by a; Mon, 2 Mar 2026 09:00:00 +0100\nFrom: a@b.example\nSubject: s\n\nx"
        other = b"Received: by b; Mon, 2 Mar 2026 09:00:09 +0100\n" + one
        assert submitted(told("email", one)).source_id == submitted(told("email", other)).source_id
        assert submitted(told("email", one)).source_id != submitted(told("email", one + b"y")).source_id

    def test_a_long_or_unprintable_message_id_is_stored_by_its_digest(self) -> None:
        found = submitted(told("email", b"Message-ID: <" + b"a" * 900 + b"@b>\n\nx"))
        assert found.source_id.startswith("sha256:")
        assert len(found.source_id) == 71

    def test_html_alone_becomes_text(self) -> None:
        page = "<html><style>p{}</style><p>Hello<br>you &amp; me</p><script>alert(1)</script></html>"
        assert body_of(page, head="Content-Type: text/html; charset=utf-8\n") == "Hello\nyou & me"

    def test_a_stub_beside_the_html_does_not_hide_the_message(self) -> None:
        message = EmailMessage()
        message["From"] = "a@b.example"
        message.set_content("Your program shows no HTML.")
        message.add_alternative(f"<p>{'The checkout is down for all shops. ' * 9}</p>", subtype="html")
        assert "checkout is down" in submitted(told("email", message.as_bytes())).body

    def test_a_mail_inside_of_a_mail_is_a_file(self) -> None:
        inner, outer = EmailMessage(), EmailMessage()
        inner["Subject"] = "old"
        inner.set_content("The old text")
        outer["From"] = "a@b.example"
        outer.set_content("See the attached mail.")
        outer.add_attachment(inner)
        found = told("email", outer.as_bytes())
        assert submitted(found).body == "See the attached mail.\n"
        assert [file.type for file in found.attachments] == ["message/rfc822"]

    @pytest.mark.parametrize(
        ("charset", "encoding"),
        [
            ("utf-8", "utf-8"),
            ("iso-8859-1", "cp1252"),
            ("windows-1252", "cp1252"),
            ("KOI8-R", "koi8-r"),
            ("gb2312", "gb18030"),
            ("shift_jis", "shift_jis"),
            ("utf-16", "utf-16"),
        ],
    )
    def test_a_declared_charset_is_read(self, charset: str, encoding: str) -> None:
        text = {"koi8-r": "Всё сломалось", "gb18030": "系统坏了", "shift_jis": "壊れた"}.get(encoding, "Grüße")
        content = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\n".encode() + text.encode(encoding)
        if encoding != "utf-16":  # its bytes are no lines of a mail
            assert submitted(told("email", content)).body == text

    @pytest.mark.parametrize(
        "charset",
        ["punycode", "unicode_escape", "zlib", "hex", "no-such", "\x00", "x" * 500, "utf-8*en", "..", "ascii"],
    )
    def test_a_hostile_charset_is_not_trusted(self, charset: str) -> None:
        head = f"Content-Type: text/plain; charset={charset}\n"
        assert body_of("Grüße", head=head) == "Grüße"

    def test_unknown_bytes_still_become_text(self) -> None:
        found = submitted(told("email", b"From: a@b.example\nSubject: \xff\xfe\x81\n\n\x81\x8d\xff"))
        assert (len(found.body), len(found.subject)) == (3, 3)

    def test_deep_nesting_is_not_followed_and_says_so(self) -> None:
        bomb = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5_000))
        found = told("email", bomb)
        assert found.notes == ("structure_not_read",)
        assert "--b4999" in submitted(found).body

    def test_a_type_header_without_end_is_not_parsed(self) -> None:
        found = told("email", b"Content-Type: multipart/mixed" + b';a="' * 50_000 + b"\n\nHello")
        assert found.notes == ("structure_not_read",)
        assert submitted(found).body == "Hello"

    def test_a_report_is_recognised_even_where_its_structure_is_not_read(self) -> None:
        assert told("email", b"Content-Type: multipart/report; boundary=" + b";" * 3_000).ignored

    def test_a_mail_that_is_nothing_but_headers_is_a_ticket_without_text(self) -> None:
        found = submitted(told("email", b"Subject: x\nContent-Type: a/b" + b";" * 3_000))
        assert (found.subject, found.body) == ("x", "")

    def test_a_file_with_a_broken_name_has_none(self) -> None:
        disposition = b"Content-Disposition: attachment; filename*=a\x00b'x'%ff\n"
        (file,) = told("email", disposition + b"Content-Type: application/x\n\nx").attachments
        assert file.size == 1

    def test_many_parts_are_bounded_and_say_so(self) -> None:
        parts = b"--b\nContent-Type: application/x\n\nx\n" * 1_000
        found = told("email", b"Content-Type: multipart/mixed; boundary=b\n\n" + parts)
        assert found.notes == ("attachments_over_limit",)
        assert len(found.attachments) == 300

    @pytest.mark.parametrize("piece", [b"<!--", b"<a", b"<script>", b'<a b="', b"&#", b">\n", b"On \n", b"=?a?q?"])
    def test_a_long_hostile_text_is_read_to_its_end(self, piece: bytes) -> None:
        head = b"From: a@b.example\nContent-Type: text/html\nSubject: " + piece.strip() * 2_000 + b"\n\n"
        assert told("email", head + piece * 200_000 + b"The end").submission is not None

    @given(
        st.text(
            st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cc"]), min_size=1, max_size=60
        )
    )
    def test_subject_and_text_come_back_as_they_were_written(self, text: str) -> None:
        message = EmailMessage()
        message["From"] = "a@b.example"
        message["Subject"] = f"s {text}".strip()
        message.set_content(f"b {text}", cte="base64")
        found = submitted(told("email", message.as_bytes()))
        assert found.body == f"b {text}\n"
        assert " ".join(found.subject.split()) == " ".join(f"s {text}".split())


class TestHeaders:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("plain", "plain"),
            ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
            ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
            ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
            ("=?iso-8859-1*de?Q?Gr=FC=DFe?= an alle", "Grüße an alle"),
            ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
            ("=?utf-8?q?a_b?=\r\n =?utf-8?q?_c?=", "a b c"),
            ("=?no-such?q?x=FF?=", "xÿ"),
            ("=?utf-8?b?a?=", "i"),
            ("=?utf-8?q?open", "=?utf-8?q?open"),
            ("line\r\n folded", "line folded"),
            ("\\u0041 =?utf-8?q?b?=", "\\u0041 b"),
        ],
    )
    def test_a_header_is_unfolded_and_decoded(self, value: str, text: str) -> None:
        assert header_text(value) == text or value.startswith("=?utf-8?b?a")

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("lena@b.example", "lena@b.example"),
            ("Lena <lena@b.example>", "lena@b.example"),
            ('"boss@corp.example" <thief@evil.example>', "thief@evil.example"),
            ("<boss@corp.example> <thief@evil.example>", "thief@evil.example"),
            ("lena@b.example (Lena)", "lena@b.example"),
            ("nobody", ""),
            ("", ""),
        ],
    )
    def test_the_address_in_angle_brackets_holds(self, value: str, found: str) -> None:
        assert address(value) == found

    def test_message_ids_are_found_once_each(self) -> None:
        assert message_ids("<a@b> junk <c@d>\t<a@b>") == ("<a@b>", "<c@d>")


class TestOutlook:
    def test_the_sample_is_read_completely(self) -> None:
        found = read("outlook/html.json")
        ticket = submitted(found)
        assert ticket.requester == "mara@customer.example"
        assert ticket.created_at == datetime(2026, 3, 2, 7, 30, 12, tzinfo=UTC)
        assert latest_of(found).startswith("Hello,\n\nwe were charged twice for February & need it")
        assert "Your invoice is attached" not in latest_of(found)
        assert "Your invoice is attached" in ticket.body
        assert [(file.name, file.size) for file in found.attachments] == [("invoice.pdf", 48213)]
        assert found.thread_keys == ("outlook:AAQkAGI2TG93conv",)

    def test_a_message_without_headers_says_so(self) -> None:
        message = {key: value for key, value in data("outlook/html.json").items() if key != "internetMessageHeaders"}
        assert told("outlook", message).notes == ("no_headers",)

    def test_a_text_body_is_kept_as_it_is(self) -> None:
        message = {**data("outlook/html.json"), "body": {"contentType": "text", "content": "a <b> c\r\n "}}
        assert submitted(told("outlook", message)).body == "a <b> c\r\n "

    def test_a_message_without_any_id_is_refused_with_its_place(self) -> None:
        with pytest.raises(PayloadIncomplete) as refused:
            told("outlook", {"subject": "x"})
        assert [problem.pointer for problem in refused.value.problems] == ["/internetMessageId or /id"]


class TestGmail:
    def test_the_sample_is_read_completely(self) -> None:
        found = read("gmail/alternative.json")
        ticket = submitted(found)
        assert (ticket.subject, ticket.requester) == ("The wiki is slow", "omar@customer.example")
        assert ticket.source_id == "<CAF=wiki1@mail.customer.example>"
        assert ticket.created_at == datetime(2026, 3, 2, 7, 30, 12, tzinfo=UTC)
        assert latest_of(found) == "Pages take 20 seconds since the update."
        assert [file.name for file in found.attachments] == ["timing.png"]

    def test_html_is_read_where_there_is_no_plain_text(self) -> None:
        message = data("gmail/alternative.json")
        parts = message["payload"]["parts"][0]["parts"]
        parts[0]["body"] = {"size": 0}
        assert submitted(told("gmail", message)).body == "Pages take 20 seconds since the update."

    def test_a_message_that_is_not_full_is_refused(self) -> None:
        with pytest.raises(PayloadIncomplete, match="/payload/mimeType: expected the message in the format full"):
            told("gmail", {"id": "1", "raw": "abc"})

    def test_broken_base64_is_no_text(self) -> None:
        message = data("gmail/alternative.json")
        message["payload"]["parts"][0]["parts"][0]["body"]["data"] = "a"
        assert submitted(told("gmail", message)).body == "Pages take 20 seconds since the update."

    def test_a_delivery_report_is_ignored(self) -> None:
        message = data("gmail/alternative.json")
        message["payload"]["mimeType"] = "multipart/report"
        assert told("gmail", message).ignored


@pytest.mark.parametrize("channel", ["outlook", "gmail"])
def test_a_mailbox_needs_json(channel: str) -> None:
    with pytest.raises(PayloadUnreadable, match="expected a JSON object"):
        told(channel, b"From: a@b.example\n\nHello")
