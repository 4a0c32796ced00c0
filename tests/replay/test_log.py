"""Does a log read the same however it is packed, and does a broken one say so?"""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from triage_core.replay.log import LogUnreadable, open_log
from triage_core.replay.mapping import Form

TEXT = 'number,state\n1,New\n\n2,"a\nb"\n'
ROWS = [["1", "New"], ["2", "a\nb"]]


def zipped(**files: str) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return target.getvalue()


def read(path: Path, form: Form | None = None) -> tuple[list[str], list[list[str]]]:
    with open_log(path, form or Form()) as log:
        return log.header, list(log.rows)


@pytest.mark.parametrize(
    "content",
    [TEXT.encode(), gzip.compress(TEXT.encode()), zipped(log_csv=TEXT), zipped(log_csv=TEXT, notes_md="x")],
    ids=["plain", "gz", "zip", "zip with a note"],
)
def test_the_packing_shows_by_its_content_and_changes_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    assert read(path) == (["number", "state"], ROWS)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(TEXT.encode("utf-8-sig"))
    assert read(path)[0] == ["number", "state"]


def test_other_delimiters_and_encodings_are_declared(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("number;state\n1;gelöst\n".encode("cp1252"))
    assert read(path, Form(delimiter=";", encoding="cp1252"))[1] == [["1", "gelöst"]]


def test_bytes_that_are_no_text_spoil_only_their_own_cell(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"number,state\n1,\xff\n2,New\n")
    assert read(path)[1] == [["1", "\udcff"], ["2", "New"]]


def test_a_row_that_is_no_csv_comes_empty_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"number,state\n1,{'x' * 200_000}\n2,New\n")
    assert read(path)[1] == [[], ["2", "New"]]


def test_progress_runs_from_zero_to_one(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("number,state\n" + "1,New\n" * 100_000)
    with open_log(path, Form()) as log:
        seen = [log.progress for _ in log.rows]
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.5
    assert seen[-1] == 1


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.touch()
    assert read(path) == ([], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(a_csv=TEXT, b_csv=TEXT), "holds 2 logs"),
        (zipped(), "holds 0 logs"),
        (gzip.compress(TEXT.encode() * 1_000)[:-20], "cannot be read"),
        (zipped(a_csv=TEXT)[:-30], "cannot be read"),
        (f"{'x' * 200_000}\n".encode(), "first line is no CSV"),
    ],
    ids=["two logs", "empty zip", "cut gz", "cut zip", "no header"],
)
def test_what_cannot_be_read_says_so(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    with pytest.raises(LogUnreadable, match=message):
        read(path)


def test_a_missing_log_says_so(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match="no such log"):
        read(tmp_path / "nowhere.csv")


def test_a_failure_of_the_reader_is_not_blamed_on_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(TEXT)
    with pytest.raises(OSError, match="elsewhere"), open_log(path, Form()):
        raise OSError("elsewhere")
