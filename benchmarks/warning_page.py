"""How does a reader see what early warnings would have caught, and what they would have cost?"""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

import msgspec
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

#: The plot, in lines and in characters.
HEIGHT: Final = 12
WIDTH: Final = 64


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a warning at one share of the target would have done."""

    targets: str
    share: float
    #: Of the tickets that became urgent: raised before, and all.
    raised: int
    became_urgent: int
    #: Of the tickets that never were: raised, and all.
    false_alarms: int
    never_urgent: int
    recall: float | None
    recall_between: tuple[float, float] | None
    precision: float | None
    false_alarms_for_each_true: float | None
    #: How long before people the warning came, at half of the tickets raised.
    median_lead_hours: float | None


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """What one log says."""

    log: str
    incidents: int
    first_below: int
    #: Urgent for a while and not in the end; they count on neither side.
    urgent_for_a_while: int
    #: From opening to the first urgent row, at half of the tickets that became urgent.
    median_hours_to_urgent: float | None
    figures: tuple[Figure, ...]


def show(study: Study, console: Console) -> None:
    """Print the figures, and a plot of what is caught against what it costs."""
    first = study.figures[0]
    console.print(
        f"{study.log}: {study.incidents:,} incidents, {study.first_below:,} first below the urgent classes; "
        f"{first.became_urgent:,} of these became urgent, {first.never_urgent:,} never were"
    )
    if study.median_hours_to_urgent is not None:
        console.print(f"half of those that became urgent were made so within {study.median_hours_to_urgent:.2f} h")
    console.print(_table(study.figures))
    console.print("\n".join(plot(study.figures)))


def _table(figures: Iterable[Figure]) -> Table:
    table = Table("Targets", "At", "Raised first", "Recall, 95 %", "False alarms", box=None, pad_edge=False)
    table.add_column("For each true", justify="right")
    table.add_column("Lead, h", justify="right")
    last = ""
    for figure in figures:
        between = "-".join(f"{100 * end:.0f}" for end in figure.recall_between or ())
        table.add_row(
            "" if figure.targets == last else figure.targets,
            f"{figure.share:.0%}",
            f"{figure.raised} of {figure.became_urgent}",
            f"{_percent(figure.recall)} ({between})",
            f"{figure.false_alarms} of {figure.never_urgent}",
            _plain(figure.false_alarms_for_each_true),
            _plain(figure.median_lead_hours),
        )
        last = figure.targets
    return table


def plot(figures: Sequence[Figure]) -> list[str]:
    """Draw each figure where its recall and its false alarms for each true one cross; a set of targets is a letter."""
    letters = dict(zip(dict.fromkeys(figure.targets for figure in figures), ascii_uppercase, strict=False))
    points = [
        (figure.recall, figure.false_alarms_for_each_true, letters[figure.targets])
        for figure in figures
        if figure.recall is not None and figure.false_alarms_for_each_true is not None
    ]
    if not points:
        return ["nothing was raised before people did"]
    highest, costliest = max(point[0] for point in points), max(point[1] for point in points)
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for recall, cost, letter in points:
        line = HEIGHT - round(recall / highest * HEIGHT)
        place = round(cost / costliest * WIDTH) if costliest else 0
        grid[line][place] = letter if grid[line][place] in {" ", letter} else "*"
    lines = [f"{highest * (HEIGHT - number) / HEIGHT:5.0%} |{''.join(row).rstrip()}" for number, row in enumerate(grid)]
    foot = f"      +{'-' * (WIDTH + 1)}"
    scale = f"       0{f'{costliest:.1f} false alarms for each true one':>{WIDTH}}"
    return ["raised before people did", *lines, foot, scale, *(f"{letter}  {name}" for name, letter in letters.items())]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _plain(number: float | None) -> str:
    return "-" if number is None else f"{number:.1f}"
