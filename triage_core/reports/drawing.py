"""How is a figure drawn, so that its interval and the baseline are seen at a glance?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from triage_core.contract.reports import MovedRow

_WIDTH: Final = 200
_HEIGHT: Final = 28
_MIDDLE: Final = _HEIGHT // 2
#: Free at both ends, so that nothing is cut off.
_MARGIN: Final = 6
#: The end of the scale where there is one.
_WHOLE: Final = {"share": 1.0, "rating": 5.0}
_SVG: Final = Markup(
    '<svg class="figure" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}" focusable="false">'
    "{}</svg>"
)
_LINE: Final = Markup('<line class="{}" x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}"></line>')
_DOT: Final = Markup('<circle class="now" cx="{:.1f}" cy="{}" r="5"></circle>')


def chart(row: MovedRow) -> Markup:
    """Return a line with the figure as a dot, its interval as a bar, and the baseline as an upright mark."""
    if row.value is None:
        return Markup("")
    told = (row.value, row.high, row.baseline, row.before, _WHOLE.get(row.unit, 0.0))
    largest = max(value for value in told if value is not None)
    scale = (_WIDTH - 2 * _MARGIN) / (largest or 1)

    def place(value: float) -> float:
        return _MARGIN + max(0.0, value) * scale

    drawn = [_LINE.format("axis", _MARGIN, _MIDDLE, _WIDTH - _MARGIN, _MIDDLE)]
    if row.low is not None and row.high is not None:
        drawn.append(_LINE.format("interval", place(row.low), _MIDDLE, place(row.high), _MIDDLE))
    if row.baseline is not None:
        drawn.append(_LINE.format("baseline", place(row.baseline), 3, place(row.baseline), _HEIGHT - 3))
    drawn.append(_DOT.format(place(row.value), _MIDDLE))
    return _SVG.format(spoken(row), _WIDTH, _HEIGHT, _WIDTH, _HEIGHT, Markup("").join(drawn))


def spoken(row: MovedRow) -> str:
    """Return the same in words."""
    parts = [f"{row.title}: {written(row.value, row.unit)}"]
    if row.low is not None and row.high is not None:
        parts.append(f"interval from {written(row.low, row.unit)} to {written(row.high, row.unit)}")
    if row.baseline is not None:
        parts.append(f"baseline {written(row.baseline, row.unit)}")
    return ", ".join(parts)


def written(value: float | None, unit: str) -> str:
    """Write a value with its unit; nothing to tell is said as such."""
    if value is None:
        return "no case"
    return {"share": f"{value:.1%}", "hours": _hours(value), "rating": f"{value:.2f} of 5"}[unit]


_MINUTES: Final = 60
_DAYS: Final = 72
_HOURS_A_DAY: Final = 24


def _hours(value: float) -> str:
    """Write hours as roughly as a person says them."""
    if value < 1:
        return f"{value * _MINUTES:.0f} min"
    return f"{value:.1f} h" if value < _DAYS else f"{value / _HOURS_A_DAY:.1f} d"
