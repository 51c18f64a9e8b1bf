"""The ClickPy database on the loopback: daily counts in unmerged parts and single downloads, asked by SQL."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def exception(code: int, name: str, said: str) -> str:
    """An exception as the server words it."""
    return f"Code: {code}. DB::Exception: {said}. ({name}) (version 26.9.1.1 (official build))\n"


@dataclass
class ClickPy:
    """Rows as they were inserted; ``parts`` of one day are only added up by a query that does so.

    ``downloads`` are (project, day, installer, CI flag, how many). A query that reads more than ``limit`` of the
    ``reads`` rows it needs is cut short without a word, or refused where the address asks for that.
    ``scripted`` answers come first, one a request. ``breaks`` is said after the rows, with status 200; with
    ``in_format`` inside valid JSON. ``cap`` silently cuts the rows of an answer. ``names`` renames columns.
    """

    server: HTTPServer
    path: str = "/"
    user: str = "demo"
    parts: list[tuple[str, date, int]] = field(default_factory=list)
    downloads: list[tuple[str, date, str, str, int]] = field(default_factory=list)
    reads: int = 10_000
    limit: int = 10**9
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    strings: bool = True
    cap: int | None = None
    breaks: str | None = None
    in_format: bool = False
    rename: dict[str, str] = field(default_factory=dict)
    quota: int | None = None

    def __post_init__(self) -> None:
        self.server.expect_request(self.path).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for(self.path)

    def fill(self, project: str, first: date, *counts: int) -> None:
        """Insert one part a day, from a day on, all of it by pip; a None-like 0 is a day with a row of 0."""
        days = [(first + timedelta(days=number), count) for number, count in enumerate(counts)]
        self.parts += [(project, day, count) for day, count in days]
        self.downloads += [(project, day, "pip", "false", count) for day, count in days if count]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self.scripted.pop(0)
        if self.quota is not None:
            self.quota -= 1
            if self.quota < 0:
                return Response(exception(201, "QUOTA_EXCEEDED", "Quota for user `demo` for 3600s exceeded"), 500)
        if request.method != "GET" or request.args.get("user") != self.user:
            return Response(exception(516, "AUTHENTICATION_FAILED", "Authentication failed"), 403)
        query = request.args.get("query", "")
        if not re.search(r"FROM pypi\.pypi(_downloads_per_day(_by_version_by_installer_by_type)?)?\n", query):
            return Response(exception(60, "UNKNOWN_TABLE", "Unknown table expression identifier"), 404)
        if self.reads > self.limit and request.args.get("read_overflow_mode") == "throw":
            return Response(exception(158, "TOO_MANY_ROWS", "Limit for rows to read exceeded"), 500)
        return self._told_apart(query, request) if " AS who" in query else self._select(query, request)

    def _told_apart(self, query: str, request: Request) -> Response:
        wanted = re.findall(r"'([^']*)'", request.args["param_packages"])
        since, until = (date.fromisoformat(request.args[f"param_{name}"]) for name in ("since", "until"))
        months: dict[tuple[str, str, date], dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for project, day, installer, ci, count in self.downloads:
            who = _runner(installer, ci) if "FROM pypi.pypi\n" in query else _installer(installer)
            if who and project in wanted and since <= day < until:
                months[project, who, day.replace(day=1)][day] += count
        return self._said(
            [
                {**self._row(project, month, dict(days), len(months)), "who": who}
                for (project, who, month), days in sorted(months.items())
            ]
        )

    def _select(self, query: str, request: Request) -> Response:
        wanted = re.findall(r"'([^']*)'", request.args["param_packages"])
        since = date.fromisoformat(request.args["param_since"])
        parts = [part for part in self.parts if part[0] in wanted and part[1] >= since]
        listed = self._summed(parts) if "sumMap(" in query and "GROUP BY" in query else self._unsummed(parts)
        return self._said(listed)

    def _summed(self, parts: list[tuple[str, date, int]]) -> list[dict[str, Any]]:
        months: dict[tuple[str, date], dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for project, day, count in parts:
            months[project, day.replace(day=1)][day] += count
        # sumMap leaves out keys whose sum is zero
        return [
            self._row(project, month, {day: count for day, count in sorted(days.items()) if count}, len(months))
            for (project, month), days in sorted(months.items())
        ]

    def _unsummed(self, parts: list[tuple[str, date, int]]) -> list[dict[str, Any]]:
        return [self._row(project, day.replace(day=1), {day: count}, len(parts)) for project, day, count in parts]

    def _row(self, project: str, month: date, days: dict[date, int], listed: int) -> dict[str, Any]:
        number = str if self.strings else int
        row = {
            "project": project,
            "month": month.isoformat(),
            "days": {day.isoformat(): number(count) for day, count in days.items()},
            "listed": number(listed),
        }
        return {self.rename.get(name, name): value for name, value in row.items()}

    def _said(self, listed: list[dict[str, Any]]) -> Response:
        listed = listed[: self.cap]
        body: dict[str, Any] = {"meta": [{"name": "project", "type": "String"}], "data": listed, "rows": len(listed)}
        if self.breaks is not None and self.in_format:
            return Response(json.dumps({**body, "exception": self.breaks}), content_type="application/json")
        text = json.dumps({**body, "statistics": {"elapsed": 0.01, "rows_read": min(self.reads, self.limit)}})
        if self.breaks is not None:
            text = text[: len(text) // 2] + "\n" + self.breaks
        return Response(text, content_type="application/json; charset=UTF-8")


def _installer(name: str) -> str:
    return name if name in ("pip", "uv") else "mirrors" if name.lower() in ("bandersnatch", "nexus") else "others"


def _runner(name: str, ci: str) -> str:
    said = {"true": "pip or uv in CI", "false": "pip or uv outside known CI", "unknown": "pip or uv, CI unknown"}
    return said[ci] if name in ("pip", "uv") else ""
