"""What are a log's figures, computed a second time, by other means and from the definitions alone?

    python tests/replay/pandas_reference.py incident_event_log.csv.zip

It imports nothing of this project, knows one kind of log and one set of targets, and looks at all rows at once.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = {
    "number": "number",
    "incident_state": "state",
    "opened_at": "opened",
    "sys_updated_at": "updated",
    "impact": "impact",
    "urgency": "urgency",
    "priority": "priority",
}
TIMES = "%d/%m/%Y %H:%M"
KNOWN_STATES = [
    "New",
    "Active",
    "Awaiting User Info",
    "Awaiting Problem",
    "Awaiting Vendor",
    "Awaiting Evidence",
    "Resolved",
    "Closed",
]
#: Class by impact and urgency, 1 the highest.
MATRIX = {(1, 1): 1, (1, 2): 2, (1, 3): 3, (2, 1): 2, (2, 2): 3, (2, 3): 4, (3, 1): 3, (3, 2): 4, (3, 3): 4}
#: Hours by class: round the clock, and from 8 to 18 on weekdays.
TARGETS = {1: 4, 2: 8, 3: 72, 4: 120}
OFFICE_TARGETS = {1: 4, 2: 8, 3: 24, 4: 40}
OPENS, CLOSES = 8, 18


def read(path: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that count, and those that are set aside."""
    rows = pd.read_csv(path, usecols=list(COLUMNS), dtype=str, keep_default_na=False).rename(columns=COLUMNS)
    good = rows["state"].isin(KNOWN_STATES)
    aside = rows[~good]
    rows = rows[good].reset_index(drop=True)
    for name in ("opened", "updated"):
        rows[name] = pd.to_datetime(rows[name], format=TIMES)
    for name in ("impact", "urgency", "priority"):
        rows[name] = rows[name].str[0].astype(int)
    return rows, aside


def office_hours(moments: pd.Series[Any]) -> pd.Series[Any]:
    """Return the open hours from a fixed Monday to each moment."""
    monday = pd.Timestamp("2015-01-05")
    days = (moments.dt.normalize() - monday).dt.days
    weekday = days % 7
    before = days // 7 * 5 * (CLOSES - OPENS) + np.minimum(weekday, 5) * (CLOSES - OPENS)
    clock = (moments - moments.dt.normalize()).dt.total_seconds() / 3600
    hours: pd.Series[Any] = before + (clock.clip(OPENS, CLOSES) - OPENS).where(weekday < 5, 0)
    return hours


def incidents(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one line for each incident, in the order of the log."""
    by_number = rows.groupby("number", sort=False)
    found = by_number.agg(opened=("opened", "first"), first=("priority", "first"), last=("priority", "last"))
    for state, name in (("Resolved", "resolved"), ("Closed", "closed")):
        found[name] = rows[rows["state"] == state].groupby("number")["updated"].last()
    until = by_number["updated"].shift(-1)
    waits = rows["state"].str.startswith("Awaiting") & until.notna()
    gaps = ((until - rows["updated"]).dt.total_seconds() / 3600).clip(lower=0).where(waits, 0)
    found["pause"] = gaps.groupby(rows["number"]).sum()
    found["raw"] = (found["resolved"] - found["opened"]).dt.total_seconds() / 3600
    found["hours"] = found["raw"].clip(lower=0)
    found["office"] = (office_hours(found["resolved"]) - office_hours(found["opened"])).clip(lower=0)
    return found


def most_open(found: pd.DataFrame) -> dict[str, Any]:
    """Return the greatest number of incidents between opening and last closing, and when it was first reached."""
    real = found[found["closed"].isna() | (found["closed"] > found["opened"])]
    steps = pd.concat(
        [
            pd.DataFrame({"at": real["opened"], "step": 1}),
            pd.DataFrame({"at": real["closed"].dropna(), "step": -1}),
        ]
    ).sort_values(["at", "step"], kind="stable")
    level = steps["step"].cumsum()
    peak = int(np.argmax(level.to_numpy()))
    return {"count": int(level.iloc[peak]), "at": str(steps["at"].iloc[peak])}


def weekly(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Count by the ISO week of the last closing."""
    closed = found[found["closed"].notna()]
    calendar = closed["closed"].dt.isocalendar()
    week = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    should, did = closed["last"] <= 2, closed["first"] <= 2
    counts = pd.DataFrame(
        {
            "closed": 1,
            "breached": closed["late_calendar"],
            "priority_changed": closed["first"] != closed["last"],
            "missed_escalation": should & ~did,
            "false_escalation": did & ~should,
        }
    )
    sums = counts.astype(int).groupby(week).sum()
    return [{"week": name, **{str(key): int(n) for key, n in line.items()}} for name, line in sums.iterrows()]


def escalation(found: pd.DataFrame) -> dict[str, Any]:
    """Compare the first row with the last: priorities 1 and 2 must go up."""
    should, did = found["last"] <= 2, found["first"] <= 2
    tp, fn = int((should & did).sum()), int((should & ~did).sum())
    fp, tn = int((~should & did).sum()), int((~should & ~did).sum())
    return {
        "tp": tp,
        "fn": fn,
        "fp": fp,
        "tn": tn,
        "recall": tp / (tp + fn) if tp + fn else None,
        "precision": tp / (tp + fp) if tp + fp else None,
    }


def figures(path: str) -> dict[str, Any]:
    """Compute everything."""
    rows, aside = read(path)
    found = incidents(rows)
    solved = found[found["resolved"].notna()]
    found["late_calendar"] = found["hours"] > found["last"].map(TARGETS)
    late = {
        "calendar": found["late_calendar"],
        "paused": (solved["hours"] - solved["pause"]).round(9) > solved["last"].map(TARGETS),
        "business": solved["office"].round(9) > solved["last"].map(OFFICE_TARGETS),
    }
    pairs = pd.MultiIndex.from_frame(rows[["impact", "urgency"]])
    return {
        "incidents": len(found),
        "events": len(rows) + len(aside),
        "quarantined_rows": {f"incident_state {state}": int(n) for state, n in aside["state"].value_counts().items()},
        "unresolved": int(found["resolved"].isna().sum()),
        "negative": int((found["raw"] < 0).sum()),
        "matrix": {
            "pairs": int(pairs.nunique()),
            "disagreements": int((pairs.map(MATRIX) != rows["priority"]).sum()),
        },
        "resolution_hours": {
            "n": len(solved),
            "mean": float(solved["hours"].mean()),
            "median": float(solved["hours"].median()),
        },
        "breaches": {name: {"n": len(solved), "breached": int(which.sum())} for name, which in late.items()},
        "escalation": escalation(found),
        "weeks": weekly(found),
        "max_open": most_open(found),
    }


if __name__ == "__main__":
    json.dump(figures(sys.argv[1]), sys.stdout, indent=1)
