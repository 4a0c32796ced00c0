"""Which operations read figures and reports?"""

from __future__ import annotations

from typing import Final

from triage_core.contract import reports
from triage_core.contract.operation import Scope, Surface, reads

_REPORTS: Final = "/api/v1/reports"

ROWS: Final = (
    reads(
        "GetWeeklyReport",
        f"{_REPORTS}/weekly",
        reports.WeeklyReportView,
        ("Get the weekly report", "Returns figures against the baseline, exceptions with their owners, and patterns."),
        query=reports.WeeklyQuery,
        scope=Scope.REPORTS_READ,
    ),
    reads(
        "GetCustomerReport",
        f"{_REPORTS}/customer",
        reports.CustomerReportView,
        ("Get a customer report", "Returns escalation statistics for one customer, and nothing of another one."),
        query=reports.CustomerQuery,
        scope=Scope.REPORTS_READ,
    ),
    reads(
        "GetKpis",
        f"{_REPORTS}/kpis",
        reports.KpiReportView,
        ("Get figures", "Returns every figure of a time, told apart by class, week, queue or another dimension."),
        query=reports.KpiQuery,
        scope=Scope.REPORTS_READ,
        surface=Surface.CONSOLE,
    ),
)
