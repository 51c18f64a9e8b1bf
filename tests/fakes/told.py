"""A source that tells whatever days a test puts on its server, and a clock that the test sets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Asked
from werkzeug import Response

from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source
from db import clock
from db.records import Observation

DAY = timedelta(days=1)


@dataclass
class Teller:
    """Tells ``days`` (value by day) of one metric of each system asked about, on the day that ``at`` sets."""

    server: HTTPServer
    patch: pytest.MonkeyPatch
    days: dict[str, dict[date, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.expect_request("/told").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    def at(self, day: date) -> None:
        """Let every answer from now on come at noon of that day."""
        answered_on(self.patch, day)

    def source(self, metric: str, systems: Sequence[str] = ("pytorch",), name: str = "dockerhub") -> Source:
        """A source of that metric, one item a system."""

        def plan(_: Request) -> Sequence[Item]:
            return [Item(system, system) for system in systems]

        def fetch(client: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
            yield client.get(urljoin(request.base_url, "told"), params={"system": item.system})

        def parse(body: bytes, context: Context) -> Parsed:
            told = {date.fromisoformat(day): value for day, value in json.loads(body).items()}
            system = context.item.system
            rows = [Observation(metric, system, day, day + DAY, value) for day, value in told.items()]
            return Parsed(tuple(rows))

        return Source(
            name, "A teller", (metric,), 24, "none", "https://example.org", 1, 1, 0.0, lambda: "", plan, fetch, parse
        )

    def _answer(self, request: Asked) -> Response:
        told = self.days.get(request.args["system"], {})
        body = json.dumps({day.isoformat(): value for day, value in told.items()})
        return Response(body, content_type="application/json")


def answered_on(patch: pytest.MonkeyPatch, day: date) -> None:
    """Let every answer of every source from now on come at noon (UTC) of that day, and later."""
    ahead = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - datetime.now(UTC)
    patch.setattr(clock, "now", lambda: datetime.now(UTC) + ahead)
