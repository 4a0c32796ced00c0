"""Does every example in the documentation run, and does every link in it lead somewhere?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.sample_commands import every_command
from triage_core.domain.model import Outcome, State
from triage_core.domain.output import CHECKS as OUTPUT_CHECKS
from triage_core.domain.policy import Policy
from triage_core.domain.policy.output import OutputRules
from triage_core.domain.policy.service_levels import Metric
from triage_core.policyfile import lint_text
from triage_core.policyfile.checks import CHECKS

if TYPE_CHECKING:
    from sybil.example import Example

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
EXAMPLES = [example for page in PAGES for example in Sybil(parsers=[PythonCodeBlockParser()]).parse(page).examples()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{Path(each.path).name}:{each.line}")
def test_an_example_runs(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text()
    links = [page.parent / link for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)]
    named = [REPOSITORY / name for name in re.findall(r"`((?:examples|scripts|docs)/[\w./-]+)`", text)]
    modules = [
        REPOSITORY / "triage_core" / name for name in re.findall(r"`((?:domain|service|adapters|cli)/\w+\.py)`", text)
    ]
    assert [str(path) for path in (*links, *named, *modules) if not path.exists()] == []


def test_the_command_line_page_names_every_command() -> None:
    text = (REPOSITORY / "docs" / "command-line.md").read_text()
    assert [" ".join(command) for command in every_command() if f"triage {' '.join(command)}" not in text] == []


def test_the_policy_page_names_every_check_and_every_section() -> None:
    text = (REPOSITORY / "docs" / "policy.md").read_text()
    assert [check.code for check in CHECKS if f"`{check.code}`" not in text] == []
    assert [name for name in Policy.model_fields if f"`{name}`" not in text and name != "description"] == []


def test_the_domain_page_names_every_state_metric_and_outcome() -> None:
    text = (REPOSITORY / "docs" / "domain.md").read_text()
    assert [str(name) for name in (*State, *Metric, *Outcome) if f"`{name}`" not in text] == []


def test_the_page_of_output_checks_says_what_the_table_says() -> None:
    text = (REPOSITORY / "docs" / "output-checks.md").read_text()
    rows = [f"| `{each.code}` | {each.weight} | {each.title} | {each.remedy} |" for each in OUTPUT_CHECKS]
    assert [row for row in rows if row not in text] == []
    assert [name for name in OutputRules.model_fields if f"{name}:" not in text] == []


def test_the_policy_on_the_page_of_output_checks_has_no_problem() -> None:
    text = (REPOSITORY / "docs" / "output-checks.md").read_text()
    (part,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    own = "policy: test\nversion: v1\neffective_from: 2026-01-01\nchange_note: {what: A test., why: A test.}\n"
    assert lint_text(f"extends: preset:p1-p3\n{own}{part}", "page.yaml").problems == ()
