"""Are the files of a package written where they are asked for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from triage_core.cli.package import FileUnwritable, put

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_written_with_their_folders_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "out", {"b.txt": b"two", "a/one.bin": b"\x00"})
    assert (tmp_path / "out" / "a" / "one.bin").read_bytes() == b"\x00"
    assert capsys.readouterr().out.splitlines() == [
        str(tmp_path / "out" / "a" / "one.bin"),
        str(tmp_path / "out" / "b.txt"),
    ]


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FileUnwritable, match="choose another"):
        put(tmp_path / "out", {"a.txt": b""})
