"""Who downloads: days told apart by installer since the beginning, and by what runs it since the end of 2025."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from collectors.periods import following_month
from collectors.source import Request

ROLES = frozenset({"framework", "api"})
INSTALLERS, RUNNERS = "installers", "runners"
FIRST_MONTH = date(2025, 12, 1)
SETTLED_AFTER = timedelta(days=14)
EMPTY_AGAIN = timedelta(days=7)
LAG = timedelta(days=3)
WHO = {
    INSTALLERS: frozenset({"pip", "uv", "mirrors", "others"}),
    RUNNERS: frozenset({"pip or uv in CI", "pip or uv outside known CI", "pip or uv, CI unknown"}),
}
NAMES = {INSTALLERS: "installers", RUNNERS: "CI"}
UNKNOWN = "pip or uv, CI unknown"
# those that PyPI Stats leaves out, and two more that only copy; the names are those of the index's own log
_MIRRORS = "'bandersnatch', 'z3c.pypimirror', 'artifactory', 'devpi', 'nexus', 'pep381client'"
_BY_MONTH = """\
SELECT project, who, toStartOfMonth(date) AS month, sumMap(map(toString(date), n)) AS days, count() OVER () AS listed
FROM (
    SELECT project, date, {who} AS who, {counted} AS n
    FROM {table}
    WHERE project IN {{packages:Array(String)}} AND date >= {{since:Date}} AND date < {{until:Date}}{more}
    GROUP BY project, date, who
)
GROUP BY project, who, month ORDER BY project, who, month
FORMAT JSON"""
QUERIES = {
    INSTALLERS: _BY_MONTH.format(
        who=f"multiIf(installer IN ('pip', 'uv'), installer, lower(installer) IN ({_MIRRORS}), 'mirrors', 'others')",
        counted="sum(count)",
        table="pypi.pypi_downloads_per_day_by_version_by_installer_by_type",
        more="",
    ),
    # one row a download: what runs the installer is in no table of sums
    RUNNERS: _BY_MONTH.format(
        who=f"multiIf(ci = 'true', 'pip or uv in CI', ci = 'false', 'pip or uv outside known CI', '{UNKNOWN}')",
        counted="count()",
        table="pypi.pypi",
        more=" AND installer IN ('pip', 'uv')",
    ),
}


def months_due(request: Request, group: str, today: date) -> Sequence[date]:
    """The months, from their fourth day on, that were not read two weeks after their end.

    One of which nothing was listed is asked for once a week.
    """
    month = max(FIRST_MONTH, (request.since or FIRST_MONTH).replace(day=1))
    due = []
    while month + LAG <= today:
        read_on = request.cursor(month_key(group, month))
        settled = read_on is not None and date.fromisoformat(read_on) >= following_month(month) + SETTLED_AFTER
        empty_on = request.cursor(empty_key(group, month))
        waits = empty_on is not None and timedelta() <= today - date.fromisoformat(empty_on) < EMPTY_AGAIN
        if request.since is not None or not (settled or waits):
            due.append(month)
        month = following_month(month)
    return due


def month_key(group: str, month: date) -> str:
    """Where it is kept when a month was last read for a group of packages."""
    return f"{RUNNERS} {group} {month:%Y-%m}"


def empty_key(group: str, month: date) -> str:
    """Where it is kept when nothing was listed of a month."""
    return f"nothing of {month_key(group, month)}"
