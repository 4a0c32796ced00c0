"""Do the committed lists of packages agree with each other and name no place to fetch from?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
DEPLOYED = REPOSITORY / "requirements.txt"
LOCKED = REPOSITORY / "requirements" / "dev.lock"


def pins(path: Path) -> set[tuple[str, str]]:
    lines = re.findall(r"^[a-z0-9][^;\\\n]*", path.read_text(), flags=re.MULTILINE)
    parsed = [Requirement(line) for line in lines]
    return {(canonicalize_name(each.name), str(each.specifier)) for each in parsed}


def test_what_is_deployed_is_what_was_tested() -> None:
    assert pins(DEPLOYED) <= pins(LOCKED)


def test_every_runtime_dependency_is_deployed_in_the_range_it_names() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    named = [Requirement(each) for each in project["dependencies"] + project["optional-dependencies"]["postgres"]]
    deployed = pins(DEPLOYED)
    for each in named:
        versions = [pin.removeprefix("==") for name, pin in deployed if name == canonicalize_name(each.name)]
        assert versions, each.name
        assert all(map(each.specifier.contains, versions)), each.name


@pytest.mark.parametrize("path", [DEPLOYED, LOCKED], ids=lambda path: path.name)
def test_no_list_names_a_place_to_fetch_from(path: Path) -> None:
    assert not re.search(r"://|index-url|find-links|file:", path.read_text())


def test_every_locked_package_carries_its_hashes() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", LOCKED.read_text(), flags=re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
