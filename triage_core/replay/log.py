"""How is a log read row by row, whether it lies there plain, in .gz or inside a .zip?"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast
from zipfile import BadZipFile, ZipFile

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.replay.mapping import Form

#: The first bytes tell the packing; a name may lie.
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP: Final = b"\x1f\x8b"


class LogUnreadable(TriageError):
    """The log cannot be read at all, or not to its end."""

    code = "log_unreadable"


class Log:
    """An open log: its header, its rows in file order, and how far the reading has come."""

    def __init__(self, text: IO[str], raw: IO[bytes], form: Form) -> None:
        """Read the header."""
        self._raw: Final = raw
        self._size: Final = raw.seek(0, io.SEEK_END)
        raw.seek(0)
        self._reader: Final = csv.reader(text, delimiter=form.delimiter)
        try:
            self.header: Final = next(self._reader, [])
        except csv.Error as error:
            raise LogUnreadable("the first line is no CSV; check the mapping's delimiter and encoding") from error

    @property
    def rows(self) -> Iterator[list[str]]:
        """The rows after the header; one that is no CSV comes as an empty list, which no true row is."""
        while True:
            try:
                with _readable():
                    for cells in self._reader:
                        if cells:  # blank lines are no rows
                            yield cells
            except csv.Error:
                yield []
            else:
                return

    @property
    def progress(self) -> float:
        """The share of the file that was read, from 0 to 1."""
        return min(1.0, self._raw.tell() / self._size) if self._size else 1.0


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise LogUnreadable("there is no such log file; check the path") from None
    except (OSError, EOFError, zlib.error, BadZipFile, UnicodeError, NotImplementedError, RuntimeError) as error:
        raise LogUnreadable(f"the log cannot be read to its end ({type(error).__name__}); fetch it again") from error


@contextmanager
def open_log(path: str | Path, form: Form) -> Iterator[Log]:
    """Open a log for one pass; raises `LogUnreadable`, as its rows do where a packed file is damaged."""
    with ExitStack() as stack:
        with _readable():
            raw = stack.enter_context(Path(path).open("rb"))
            data = stack.enter_context(_unpacked(raw))
            # Bytes that are no text stay in the one cell they stand in.
            text = io.TextIOWrapper(data, _encoding(form), errors="surrogateescape", newline="")
            log = Log(stack.enter_context(text), raw, form)
        yield log


def _encoding(form: Form) -> str:
    return "utf-8-sig" if form.encoding == "utf-8" else form.encoding


@contextmanager
def _unpacked(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    start = raw.read(len(_ZIP[0]))
    raw.seek(0)
    if start in _ZIP:
        with ZipFile(raw) as archive, archive.open(_only_member(archive)) as data:
            yield data
    elif start.startswith(_GZIP):
        with gzip.open(raw) as data:
            yield cast("IO[bytes]", data)
    else:
        yield raw


def _only_member(archive: ZipFile) -> str:
    files = [info.filename for info in archive.infolist() if not info.is_dir()]
    tables = [name for name in files if name.lower().endswith((".csv", ".txt", ".tsv"))] or files
    if len(tables) != 1:
        raise LogUnreadable(f"the archive holds {len(tables)} logs; pack exactly one CSV file into it")
    return tables[0]
