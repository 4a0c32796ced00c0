"""Which ready-made schemes can a policy build on?"""

from __future__ import annotations

from importlib import resources
from typing import Final

from triage_core.policyfile.spelling import nearest, one_of
from triage_core.policyfile.tree import overlay
from triage_core.policyfile.yaml_tree import Node, Position, compose, refused

PRESETS: Final = ("p1-p3", "p1-p4", "p1-p5", "sev1-sev4")
_BASE: Final = "base"
_PREFIX: Final = "preset:"
#: What a policy says for itself, whatever it builds on.
OWN: Final = ("policy", "version", "effective_from", "description", "change_note")


def preset_text(name: str) -> str:
    """Return a preset's file, or that of the base they share."""
    folder = resources.files("triage_core.policyfile").joinpath("presets")
    return folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def inherited(root: Node) -> Node:
    """Lay a document over the preset that it extends; raises `PolicyInvalid` where there is no such preset."""
    if root.entries is None:
        raise refused(root.position, "not_a_policy", "this is no policy", "keys such as policy, version and classes")
    if "extends" not in root.entries:
        return root
    _, wanted = root.entries["extends"]
    own = Node(root.position, entries={key: entry for key, entry in root.entries.items() if key != "extends"})
    return overlay(_without_own(_preset(wanted)), own)


def _preset(wanted: Node) -> Node:
    name = wanted.value.removeprefix(_PREFIX) if isinstance(wanted.value, str) else ""
    if name not in PRESETS or wanted.value == name:
        known = [f"{_PREFIX}{each}" for each in PRESETS]
        guess = nearest(f"{_PREFIX}{name}", known)
        raise refused(wanted.position, "preset_unknown", "this preset does not exist", one_of(known), guess)
    return overlay(_compose(_BASE), _compose(name))


def _without_own(preset: Node) -> Node:
    entries = preset.entries or {}
    return Node(preset.position, entries={key: entry for key, entry in entries.items() if key not in OWN})


def _compose(name: str) -> Node:
    return compose(preset_text(name), f"presets/{name}.yaml").root


def preset_root(name: str) -> Node:
    """Return the document of a preset, complete."""
    return _preset(Node(Position(_PREFIX + name, 1, 1), f"{_PREFIX}{name}"))
