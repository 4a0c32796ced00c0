"""How does a report look as a page that anybody can read, print and send on?"""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from triage_core.reports.drawing import chart, written

if TYPE_CHECKING:
    from triage_core.contract.reports import CustomerReportView, WeeklyReportView


def _sentence(name: object) -> str:
    """Write a code as words."""
    return str(name).replace("_", " ")


def _moment(at: datetime, zone: tzinfo) -> Markup:
    there = at.astimezone(zone)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{there:%d %b %Y %H:%M %Z}")


def _share(value: float | None) -> str:
    """Write a movement with its direction in words, which colours alone would not tell to everybody."""
    if value is None:
        return ""
    return f"{abs(value):.1%} {'better' if value >= 0 else 'worse'}"


_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters.update(words=_sentence, written=written, moment=_moment, moved=_share, chart=chart)


def weekly_body(view: WeeklyReportView) -> Markup:
    """Return what a weekly report says, to be put on a page."""
    return Markup(_PAGES.get_template("weekly_body.html").render(_told(view)))  # noqa: S704 - the template escapes


def weekly_page(view: WeeklyReportView) -> str:
    """Return a weekly report as a page of its own, which needs nothing beside it."""
    return _PAGES.get_template("document.html").render(
        title=f"Weekly report {view.week}, {view.tenant}", body=weekly_body(view)
    )


def _told(view: WeeklyReportView) -> dict[str, Any]:
    return {
        "report": view,
        "zone": ZoneInfo(view.zone),
        "strip": [row for row in view.figures if row.headline],
        "others": [row for row in view.figures if not row.headline and (row.n or row.open_n)],
        "still": [each for each in view.exceptions if each.is_open],
        "over": [each for each in view.exceptions if not each.is_open],
    }


def customer_page(view: CustomerReportView, zone: ZoneInfo) -> str:
    """Return a customer's report as a page of its own."""
    groups: dict[str, list[Any]] = {}
    for row in view.figures:
        groups.setdefault(row.group, []).append(row)
    body = Markup(_PAGES.get_template("customer_body.html").render(report=view, zone=zone, groups=groups))  # noqa: S704 - the template escapes
    return _PAGES.get_template("document.html").render(title=f"Service report for {view.customer}", body=body)
