"""What a source may ask beyond the usual: a hold, a status as an answer, a key in the address, answers together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug import Response

from collectors.body import Limits
from collectors.errors import StopSource
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import package_index
from db import read
from db.engine import Engine, reading
from tests.collectors.test_http import OK, Hours, Shelf
from tests.fakes.package_index import PackageIndex, simple
from tests.fakes.wire import message, wire

KEY = "planted-key-123"
SOURCE = package_index.SOURCE
Make = Callable[..., HttpClient]


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def make(home: Path, hours: Hours, shelf: Shelf) -> Iterator[Make]:
    made: list[HttpClient] = []

    def client(limits: Limits | None = None, interval_s: float = 0.0) -> HttpClient:
        limits = limits or Limits()
        made.append(
            HttpClient("made", shelf, interval_s=interval_s, limits=limits, clock=hours.clock, sleep=hours.sleep)
        )
        return made[-1]

    yield client
    for each in made:
        each.close()


def test_a_hold_delays_the_next_request_only(make: Make, hours: Hours) -> None:
    client = make(interval_s=2.5)
    with wire(OK) as served:
        client.hold(10)
        client.hold(4)
        client.get(served.url)
        client.get(served.url)
    assert hours.slept == [10, 2.5]


def test_another_first_pause_is_kept_to(make: Make, hours: Hours) -> None:
    busy = message(b"", status="503 Busy")
    with wire(busy, busy, OK) as served:
        make(limits=Limits(backoff_s=10)).get(served.url)
    assert 10 <= hours.slept[0] <= 20 <= hours.slept[1] <= 30


def test_an_accepted_status_is_an_answer_and_others_stay_errors(make: Make, shelf: Shelf) -> None:
    with wire(message(b'{"error_id": 502}', status="400 Bad")) as served:
        receipt = make().get(served.url, accept=frozenset({400}))
        with pytest.raises(StopSource):
            make().get(served.url)
    assert (receipt.answer.status, receipt.body) == (400, b'{"error_id": 502}')
    assert len(shelf.kept) == 2


def test_a_secret_parameter_goes_to_the_source_alone(make: Make, shelf: Shelf) -> None:
    with wire(OK) as other, wire(message(b"", f"Location: {other.url}", status="302 There")) as served:
        make().get(served.url, params={"tagged": "jax"}, secret_params={"key": KEY})
        assert f"tagged=jax&key={KEY}" in served.requests[0].decode()
        assert KEY not in other.requests[0].decode()
    assert KEY not in repr(shelf.kept)
    assert shelf.kept[0].url.endswith("?tagged=jax")


def test_a_redirect_does_not_hand_a_secret_parameter_on(make: Make, shelf: Shelf) -> None:
    with wire(OK) as other:
        away = message(b"", f"Location: {other.url}?key={KEY}", status="302 There")
        with wire(away) as served, pytest.raises(StopSource, match="secret to another host") as caught:
            make().get(served.url, secret_params={"key": KEY})
        assert other.requests == []
    assert KEY not in str(caught.value) + repr(shelf.kept)


def test_answers_that_mean_something_together_are_read_together(
    store: Engine, settings: Settings, index: PackageIndex
) -> None:
    index.packages = {"torch": simple("torch")}
    given: list[int] = []

    def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
        for _ in range(3):
            yield from SOURCE.fetch(http, request, item)

    def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
        given.append(len(answers))
        return SOURCE.parse(*answers[-1])

    together = replace(SOURCE, fetch=fetch, parse_all=parse_all)
    (report,) = collect(None, engine=store, settings=settings, systems=["pytorch"], registered=[together])
    assert (report.status, report.receipts, given) == ("ok", 3, [3])
    with reading(store) as session:
        rows = read.observations(session, metrics=["releases"])
    assert {row.receipt for row in rows} == {3}


def test_a_source_may_set_limits_of_its_own(store: Engine, settings: Settings, index: PackageIndex) -> None:
    index.scripted = [Response("", 503) for _ in range(9)]
    hurried = replace(SOURCE, limits=Limits(tries=2, backoff_s=0.01))
    (report,) = collect(None, engine=store, settings=settings, systems=["pytorch"], registered=[hurried])
    assert (report.status, report.requests) == ("unavailable", 2)
