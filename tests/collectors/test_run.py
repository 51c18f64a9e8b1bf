"""The loop, from a server on the loopback to rows in a real store: every way a run can end."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr
from werkzeug import Response

from catalog.load import load_catalog
from collectors import collection
from collectors.body import Limits
from collectors.errors import RetryLater
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed, Request
from collectors.sources import SOURCES, package_index
from collectors.states import source_list
from db import clock, read, write
from db.engine import Engine, reading, writing
from db.errors import UnknownName
from db.receipts import ReceiptStore
from tests.fakes.package_index import PackageIndex, simple

Collect = Callable[..., RunReport]
SOURCE = package_index.SOURCE


@pytest.fixture
def run(store: Engine, settings: Settings) -> Collect:
    """Collect the one package of PyTorch, unless told otherwise."""

    def go(**given: object) -> RunReport:
        defaults: dict[str, object] = {"settings": settings, "systems": ["pytorch"], "registered": [SOURCE]}
        (report,) = collect(["package_index"], engine=store, **(defaults | given))  # type: ignore[arg-type]  # by name
        return report

    return go


def last_run(store: Engine) -> read.RunRow:
    with reading(store) as session:
        return read.runs(session, source="package_index")[0]


def counts(store: Engine) -> dict[str, int]:
    with reading(store) as session:
        return read.counts(session)


def busy(retry_after: str = "0", status: int = 503) -> Response:
    return Response("busy", status, headers={"Retry-After": retry_after})


def test_a_run_leaves_releases_observations_receipts_and_its_outcome(
    run: Collect, index: PackageIndex, store: Engine, home: Path
) -> None:
    index.packages["torch"] = simple("torch")
    report = run()
    row = last_run(store)
    assert (report.status, report.requests, report.receipts) == ("ok", 1, 1)
    assert report.new == report.observations + 2
    assert (row.status, row.new, row.message) == ("ok", report.new, report.message)
    with reading(store) as session:
        releases = read.releases(session, package="torch")
        receipt = read.latest_receipt(session, "package_index", f"{index.url}torch/json")
        observed = list(read.observations(session, metrics=["releases"], systems=["pytorch"]))
    assert [release.version for release in releases] == ["1.1", "1.0"]
    assert receipt is not None
    assert json.loads(ReceiptStore(home / "receipts").get(receipt.sha256)) == simple("torch")
    assert len(observed) == report.observations > 30
    assert {item.receipt for item in observed} == {receipt.receipt}


@pytest.mark.parametrize("validators", [True, False], ids=["304", "same body"])
def test_a_second_run_adds_nothing_and_says_so(
    run: Collect, index: PackageIndex, store: Engine, validators: bool
) -> None:
    index.packages["torch"], index.validators = simple("torch"), validators
    run()
    before = counts(store)
    report = run()
    after = counts(store)
    assert (report.status, report.new, report.revised) == ("ok", 0, 0)
    assert report.message.startswith("nothing new: 1 of 1 unchanged")
    assert ("304" in report.message) == validators
    assert after == before | {"receipts": before["receipts"] + 1, "runs": before["runs"] + 1}
    assert ("If-None-Match" in index.seen[1].headers) == validators


def test_a_receipt_says_what_it_was_asked_for(run: Collect, index: PackageIndex, home: Path) -> None:
    index.packages["torch"] = simple("torch")
    run()
    run()
    with sqlite3.connect(home / "framescope.db") as plain:
        rows = plain.execute("SELECT status, request, sha256 FROM receipt ORDER BY id").fetchall()
    plain.close()
    item = Item("torch", "pytorch", {"package": "torch", "headline": "yes"})
    assert [Item.from_dict(json.loads(request)["item"]) for _, request, _ in rows] == [item, item]
    assert [status for status, _, _ in rows] == [200, 304]
    assert rows[0][2] == rows[1][2]


def test_a_changed_history_is_a_revision(run: Collect, index: PackageIndex, store: Engine) -> None:
    index.packages["torch"] = simple("torch")
    run()
    changed = simple("torch")
    changed["releases"]["1.1"][0]["upload_time_iso_8601"] = "2024-02-05T10:00:00Z"
    index.packages["torch"] = changed
    report = run()
    assert (report.status, report.new, report.revised) == ("ok", 0, 3)
    assert counts(store)["revisions"] == 2


def test_a_missing_package_is_named_and_costs_only_itself(run: Collect, index: PackageIndex, store: Engine) -> None:
    index.default = True
    index.scripted = [Response('{"message": "Not Found"}', 404)]
    report = run(systems=["jax"])
    assert report.status == "partial"
    assert "1 of 2 read" in report.message
    assert "jax: The source does not have it" in report.message
    with reading(store) as session:
        assert {release.package for release in read.releases(session)} == {"jaxlib"}


def test_an_index_that_has_nothing_at_all_is_a_failure(run: Collect, store: Engine) -> None:
    report = run(systems=["jax"])
    assert (report.status, report.new) == ("failed", 0)
    assert counts(store)["observations"] == 0


def test_a_busy_index_is_asked_again(run: Collect, index: PackageIndex) -> None:
    index.default, index.scripted = True, [busy()]
    report = run()
    assert (report.status, report.requests, report.receipts) == ("ok", 2, 2)


def test_an_index_that_wants_a_day_is_left_at_once(run: Collect, index: PackageIndex) -> None:
    index.default, index.scripted = True, [busy("86400", 429)]
    report = run(systems=["jax"])
    assert (report.status, report.requests, report.new) == ("unavailable", 1, 0)
    assert "wait 86,400 s" in report.message
    assert "the rest was left for later" in report.message


def test_what_was_read_before_the_trouble_stays(run: Collect, index: PackageIndex, store: Engine) -> None:
    index.scripted = [Response(json.dumps(simple("jax"))), busy("3600", 429)]
    report = run(systems=["jax"])
    assert report.status == "partial"
    assert "wait 3,600 s" in report.message
    with reading(store) as session:
        assert len(read.releases(session, package="jax")) == report.new - report.observations == 2


@pytest.mark.parametrize(
    ("body", "why"), [(b"<html>Log in</html>", "web page came instead"), (b'{"releases"', "not valid JSON")]
)
def test_an_unreadable_answer_fails_loudly_and_is_asked_for_anew(
    run: Collect, index: PackageIndex, store: Engine, body: bytes, why: str
) -> None:
    index.scripted = [Response(body, headers={"ETag": '"poison"', "Last-Modified": "Sat, 01 Jan 2028 00:00:00 GMT"})]
    index.packages["torch"] = simple("torch")
    report = run()
    assert (report.status, report.observations, report.receipts) == ("failed", 0, 1)
    assert why in report.message
    assert counts(store)["observations"] == 0
    assert run().status == "ok"
    assert "If-None-Match" not in index.seen[1].headers
    assert "If-Modified-Since" not in index.seen[1].headers


def test_nobody_there_is_unavailable_and_no_zero(
    run: Collect, settings: Settings, store: Engine, free_port: int
) -> None:
    nobody = settings.model_copy(update={"source_urls": {"package_index": f"http://127.0.0.1:{free_port}/"}})
    report = run(settings=nobody, systems=None, registered=[replace(SOURCE, limits=Limits(tries=1))])
    assert (report.status, report.new, report.receipts) == ("unavailable", 0, 0)
    assert "0 of" in report.message
    assert counts(store)["observations"] == 0


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"offline": True}, "FRAMESCOPE_OFFLINE"),
        ({"dry_run": True}, "would ask for 1 items with 1 call,"),
        ({"should_stop": lambda: True}, "stopped before it began"),
        ({"needs_key": True}, "set FRAMESCOPE_GITHUB_TOKEN"),
    ],
)
def test_what_is_not_begun_asks_nobody_and_leaves_no_run(
    run: Collect, index: PackageIndex, settings: Settings, store: Engine, given: dict[str, object], why: str
) -> None:
    if given.get("offline"):
        given = {"settings": settings.model_copy(update={"offline": True})}
    if given.get("needs_key"):
        given = {"registered": [replace(SOURCE, key="required", secret="github_token")]}
    report = run(**given)
    assert report.status == "skipped"
    assert why in report.message
    assert index.seen == []
    with reading(store) as session:
        assert read.runs(session, source="package_index") == []


def test_a_system_without_a_package_gives_nothing_to_ask(run: Collect, index: PackageIndex) -> None:
    without = next(slug for slug, system in load_catalog().systems.items() if not (system.pypi or system.former_pypi))
    report = run(systems=[without])
    assert (report.status, index.seen) == ("skipped", [])
    assert "nothing to ask for" in report.message


def test_due_only_waits_for_the_cadence(run: Collect, index: PackageIndex) -> None:
    index.default = True
    assert run(due_only=True).status == "ok"
    waits = run(due_only=True)
    assert waits.status == "skipped"
    assert "not due until" in waits.message
    assert run(due_only=True, registered=[replace(SOURCE, cadence_hours=0)]).status == "ok"


def test_a_run_of_one_system_is_no_success_of_the_others(run: Collect, index: PackageIndex) -> None:
    index.default = True
    assert run(systems=["onnx"]).status == "ok"
    assert run(systems=["onnx"], due_only=True).status == "skipped"
    assert run(systems=["onnx", "keras"], due_only=True).status == "ok"


def test_two_at_once_are_one(run: Collect, index: PackageIndex, home: Path) -> None:
    index.default = True
    (home / "locks").mkdir()
    with FileLock(home / "locks" / "package_index.lock"):
        report = run()
    assert (report.status, index.seen) == ("skipped", [])
    assert "another collection" in report.message
    assert run().status == "ok"


def test_a_fault_of_the_program_is_an_outcome_with_its_traceback_in_the_log(
    run: Collect, index: PackageIndex, store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(body: bytes, context: Context) -> Parsed:
        raise ZeroDivisionError("by zero")

    index.default = True
    report = run(registered=[replace(SOURCE, parse=broken)])
    assert report.status == "failed"
    assert "ZeroDivisionError: by zero. This is a fault of the program" in report.message
    assert "in broken" in caplog.text
    assert last_run(store).status == "failed"


def test_an_interrupted_run_is_closed_and_the_interrupt_goes_on(
    run: Collect, index: PackageIndex, store: Engine
) -> None:
    def interrupt(step: collection.Step) -> None:
        if "2 of" in str(step):
            raise KeyboardInterrupt

    index.default = True
    with pytest.raises(KeyboardInterrupt):
        run(systems=["jax"], progress=interrupt)
    row = last_run(store)
    assert row.status == "failed"
    assert "interrupted" in row.message
    assert row.new > 0


def test_a_run_whose_process_died_is_closed_by_the_next(run: Collect, index: PackageIndex, store: Engine) -> None:
    index.default = True
    with writing(store) as session:
        write.start_run(session, kind="collection", source="package_index")
    run()
    with reading(store) as session:
        rows = read.runs(session, source="package_index")
    assert [row.status for row in rows] == ["ok", "failed"]
    assert "ended without closing" in rows[1].message


def test_an_item_is_written_whole_or_not_at_all(run: Collect, index: PackageIndex, store: Engine) -> None:
    def twice(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
        yield from package_index.fetch(http, request, item)
        raise RetryLater("The second page is busy")

    index.default = True
    report = run(registered=[replace(SOURCE, fetch=twice)])
    assert (report.status, report.new) == ("unavailable", 0)
    assert (counts(store)["observations"], counts(store)["receipts"]) == (0, 1)


def test_three_in_a_row_that_fail_end_the_run(run: Collect, index: PackageIndex) -> None:
    def fails(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
        raise RetryLater("Busy")
        yield

    report = run(systems=None, registered=[replace(SOURCE, fetch=fails)])
    assert report.status == "unavailable"
    assert report.message.count("Busy") == collection.LATERS_IN_A_ROW


def test_a_locked_store_is_an_outcome(
    run: Collect, index: PackageIndex, store: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.default = True
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_S", 0)
    store.dispose()
    with sqlite3.connect(home / "framescope.db") as other:
        other.execute("BEGIN IMMEDIATE")
        report = run()
    other.close()
    assert (report.status, index.seen) == ("failed", [])
    assert "locked" in report.message


def test_an_unknown_name_is_refused_before_anything_is_asked(run: Collect, index: PackageIndex) -> None:
    with pytest.raises(UnknownName, match="no system 'torch'"):
        run(systems=["torch"])
    assert index.seen == []


def test_a_planted_secret_is_nowhere_in_the_home(
    run: Collect, index: PackageIndex, settings: Settings, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "gh-planted-0123456789"
    caplog.set_level(logging.DEBUG)

    def tells(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
        assert request.secret is not None
        yield http.get(f"{request.base_url}torch/json", secret_headers={"X-Key": request.secret.get_secret_value()})

    def fails(body: bytes, context: Context) -> Parsed:
        raise ValueError(f"{secret} in {body!r}")

    index.scripted = [Response(f'{{"you sent": "{secret}"}}', headers={"ETag": f'"{secret}"'})]
    source = replace(SOURCE, fetch=tells, parse=fails, secret="github_token")
    report = run(settings=settings.model_copy(update={"github_token": SecretStr(secret)}), registered=[source])
    assert index.seen[0].headers["X-Key"] == secret
    assert "ValueError: redacted in" in report.message
    bodies = [ReceiptStore(home / "receipts").get(path.stem) for path in (home / "receipts").rglob("*.gz")]
    assert bodies == [b'{"you sent": "redacted"}']
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert secret.encode() not in kept
    assert secret not in f"{report}{caplog.text}"


def test_every_file_of_the_room_is_registered() -> None:
    room = Path(package_index.__file__).parent
    files = {path.stem for path in room.glob("*.py")} | {path.parent.name for path in room.glob("*/__init__.py")}
    files -= {"__init__"}
    assert {source.name for source in SOURCES} == files
    assert all(source.name in load_catalog().sources for source in SOURCES)
    assert all(set(source.metrics) <= set(load_catalog().metrics) for source in SOURCES)


def test_what_a_source_says_it_costs_is_about_what_it_plans() -> None:
    request = Request("http://index/", list(load_catalog().systems.values()))
    planned = len(SOURCE.plan(request))
    assert planned / 1.5 <= SOURCE.calls_backfill <= planned * 1.5


def test_the_list_of_sources_says_how_each_fares(
    run: Collect, index: PackageIndex, store: Engine, settings: Settings
) -> None:
    def states(**given: object) -> str:
        with reading(store) as session:
            seen = read.source_states(session)
        return str(source_list(seen, **({"settings": settings} | given))[0]["state"])  # type: ignore[arg-type]  # by name

    index.default = True
    assert states() == "never"
    run()
    assert states() == "ok"
    assert states(now=clock.now() + timedelta(days=3)) == "stale"
    index.default = False
    run()
    assert states() == "failing"
    needs = [replace(SOURCE, key="required", secret="github_token")]
    assert states(registered=needs) == "disabled"


def test_since_reaches_the_source(run: Collect, index: PackageIndex) -> None:
    seen: list[date | None] = []

    def plan(request: Request) -> list[Item]:
        seen.append(request.since)
        return []

    run(since=date(2024, 1, 1), registered=[replace(SOURCE, plan=plan)])
    assert set(seen) == {date(2024, 1, 1)}
