"""Does the program end as documented, whatever happens?"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.sample_commands import every_command
from triage_core import __version__, cli
from triage_core.cli import main
from triage_core.cli.failures import unexpected
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]


@pytest.mark.parametrize("command", [(), *every_command()], ids=" ".join)
def test_every_command_has_help(triage: Run, command: tuple[str, ...]) -> None:
    said = triage(*command, "--help")
    assert said.code == 0
    assert "Usage: " in said.out


def test_help_tells_the_exit_codes(triage: Run) -> None:
    assert "70 a mistake in the program" in triage("--help").flat


def test_the_version_is_told(triage: Run) -> None:
    assert triage("--version").out == f"{__version__}\n"


def test_an_unknown_option_is_bad_usage(triage: Run) -> None:
    assert triage("triage", "--colour").code == 2


def test_python_m_starts_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "triage_core", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{__version__}\n"


def test_a_mistake_in_the_program_ends_with_seventy_and_shows_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise KeyError("private text")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert "private text" not in told


def test_debug_shows_the_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["triage", "--debug"])
    unexpected(KeyError("where"))
    assert "KeyError: 'where'" in capsys.readouterr().err


def test_debug_shows_the_trace_of_expected_failures_too(triage: Run) -> None:
    assert "Traceback" in triage("--debug", "policy", "show", "nowhere.yaml").err
    assert "Traceback" not in triage("policy", "show", "nowhere.yaml").err


def test_no_colour_leaves_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("red", style="red")
    assert capsys.readouterr().out == "red\n"


@pytest.mark.parametrize(
    ("text", "shown"), [("a\u200bb", "a<U+200B>b"), ("a\nb\tc", "a b c"), ("\x07", "<U+0007>"), ("ü [x]", "ü [x]")]
)
def test_invisible_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
