"""Bad input from every source: a run outcome that says what is wrong, and nothing stored that was not said."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

from collectors.errors import SkipItem
from collectors.http import HttpClient
from tests.collectors.content import content, let_time_pass
from tests.collectors.test_http import Shelf
from tests.collectors.worldly import KEY, NAMES, gather, hurry
from tests.fakes.arxiv import Paper
from tests.fakes.asked import Asked, Misbehaviour
from tests.fakes.faults import EVERYWHERE, HARMLESS, PASSING, SLOW, UNTRUE, body_of, without
from tests.fakes.github import TOKEN, history, release
from tests.fakes.loopback import Whims, World
from tests.fakes.wire import Reply, message, wire

QUERY = "filter=pytorch&sort=createdAt&direction=-1&cursor=0"
FAULT_OF_THE_PROGRAM = "fault of the program"
ELSEWISE = {
    ("conda_monthly", "a byte-order mark"): ("failed",),  # no text, but a file of an exact form
}
WITHOUT_JSON = ("arxiv", "conda_monthly")
"""What is untrue in JSON leaves their answers as they are."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as served:
        yield served


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    hurry(monkeypatch)
    return home


@pytest.fixture(scope="module")
def honest(world: World, catalogued: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[Any]:
    """What a collection without any fault leaves."""
    home = tmp_path_factory.mktemp("honest")
    shutil.copy(catalogued, home / "framescope.db")
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        spoil(world)
        reports = gather(world, home)
    assert {report.status for report in reports.values()} == {"ok"}
    return content(home)


def empty(home: Path) -> None:
    """Forget what was collected, so that the next fault meets a store like the first."""
    with closing(sqlite3.connect(home / "framescope.db")) as connection:
        for table in ("observation", "roll_up", "revision", "package_file", "package_release", "cursor", "receipt"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours
        connection.commit()
    let_time_pass(home)


def invented(found: Counter[Any], honest: Counter[Any]) -> list[str]:
    """What was never said; roll-ups of fewer days, files without their size, and what is called unknown set aside."""
    figures = ("observation", "release", "revision")
    new = [(table, row) for table, row in (found - honest).elements() if table in figures]
    return [str((table, row)) for table, row in new if row[-2:] != (None, "unavailable")]


def spoil(world: World, *among: Misbehaviour, **when: Any) -> None:
    world.counts.clear()
    world.whims = Whims(1, 1.0, among, **when)


def chosen(source: str) -> tuple[Misbehaviour, ...]:
    """All for a source that asks by GET and one that asks by POST; the others share what is the client's affair."""
    if source in ("dockerhub", "github"):
        return EVERYWHERE
    what_is_said = EVERYWHERE[len(SLOW) + len(PASSING) :]
    if source in WITHOUT_JSON:
        what_is_said = tuple(fault for fault in what_is_said if fault not in UNTRUE)
    return (*PASSING[NAMES.index(source) % 4 :: 4], *what_is_said)


@pytest.mark.parametrize("source", NAMES)
def test_nothing_but_bad_answers_leave_nothing_and_a_reason(
    source: str, world: World, here: Path, honest: Counter[Any]
) -> None:
    wrong = []
    for fault in chosen(source):
        empty(here)
        spoil(world, fault)
        report = gather(world, here, [source], patient=fault not in SLOW)[source]
        found = content(here)
        if FAULT_OF_THE_PROGRAM in report.message:
            wrong.append(f"{fault.name}: {report.message[:300]}")
        if report.status not in ELSEWISE.get((source, fault.name), fault.lasting):
            wrong.append(f"{fault.name}: {report.status}, {report.message[:200]}")
        if fault in (*HARMLESS, *UNTRUE):
            wrong += [f"{fault.name}: {row}" for row in invented(found, honest)]
        elif found:
            wrong.append(f"{fault.name}: stored {len(found)}")
    assert not wrong, "\n".join(wrong)


def test_one_malformed_package_costs_itself_alone(world: World, here: Path) -> None:
    (cut,) = [fault for fault in EVERYWHERE if fault.name == "truncated JSON, its length right"]
    spoil(world, cut, only_from=2, only_until=2)
    report = gather(world, here, ["package_index"], ["tensorflow"])["package_index"]
    assert (report.status, "5 of 6 read" in report.message) == ("partial", True), report.message
    assert "not valid JSON" in report.message
    packages = {row[2] for table, row in content(here) if table == "release"}
    assert packages == {"tensorflow", "tensorflow-gpu", "tensorflow-intel", "tf-nightly", "tensorflow-macos"}
    spoil(world)
    assert gather(world, here, ["package_index"], ["tensorflow"])["package_index"].status == "ok"
    assert "tensorflow-cpu" in {row[2] for table, row in content(here) if table == "release"}


def test_three_malformed_answers_in_a_row_end_the_run(world: World, here: Path) -> None:
    (cut,) = [fault for fault in EVERYWHERE if fault.name == "truncated JSON, its length right"]
    spoil(world, cut)
    report = gather(world, here, ["package_index"], None)["package_index"]
    assert (report.status, report.requests) == ("failed", 3)


@pytest.mark.parametrize("source", NAMES)
def test_no_token_follows_a_redirect_to_another_host(
    source: str, world: World, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wire(message(b"{}")) as elsewhere:
        away = Misbehaviour("all", "a redirect to another host", lambda _: redirect(elsewhere.url))
        spoil(world, away)
        report = gather(world, here, [source], keys=True)[source]
        seen = b"".join(elsewhere.requests)
    assert report.status in ("failed", "unavailable")
    assert not content(here)
    assert elsewhere.requests or "redirect" in report.message
    for key in (TOKEN, KEY):
        assert key.encode() not in seen
        assert key not in report.message


def redirect(place: str) -> Reply:
    return Reply((message(b"", f"Location: {place}", status="307 Temporary Redirect"),))


def test_two_hundred_megabytes_are_not_taken_in(here: Path) -> None:
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    endless = Reply((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[piece] * 3_200))
    tracemalloc.start()
    try:
        with wire(endless) as served, pytest.raises(SkipItem, match="larger than 67,108,864 bytes"):
            HttpClient("made", Shelf()).get(served.url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 80 * 2**20


@pytest.mark.parametrize("source", NAMES)
def test_a_field_that_is_gone_invents_nothing(source: str, world: World, here: Path, honest: Counter[Any]) -> None:
    keys: set[str] = set()

    def listen(asked: Asked) -> Response:
        response = asked.honest()
        if "json" in response.headers.get("Content-Type", ""):
            keys.update(re.findall(r'"(\w+)": ', body_of(asked).decode()))
        return response

    spoil(world, Misbehaviour("all", "none", listen))
    gather(world, here, [source])
    wrong = []
    for key in sorted(keys):
        empty(here)
        spoil(world, Misbehaviour("all", f"without {key}", without(key)))
        report = gather(world, here, [source])[source]
        wrong += [f"{key}: {row}" for row in invented(content(here), honest)]
        wrong += [f"{key}: {report.message[:200]}"] if FAULT_OF_THE_PROGRAM in report.message else []
    assert bool(keys) != (source in WITHOUT_JSON)
    assert not wrong, "\n".join(wrong)


class TestPagesWithoutAnEnd:
    """Lists that never come to an end are left after a number of pages that is known beforehand."""

    def test_of_arxiv(self, here: Path) -> None:
        with World() as world:
            world.fakes["arxiv"].most = 1
            world.fakes["arxiv"].papers += [
                Paper(f"2601.{n:05d}", "2026-01-05T12:00:00Z", "A PyTorch library") for n in range(1_000, 1_200)
            ]
            report = gather(world, here, ["arxiv"], ["pytorch"])["arxiv"]
        assert report.status == "failed"
        assert "more than 60 pages" in report.message
        assert report.requests <= 60
        assert not content(here)

    def test_of_models(self, world: World, here: Path) -> None:
        def again(asked: Asked) -> Response | None:
            if not asked.request.path.endswith("/api/models"):
                return None
            response = asked.honest()
            response.headers["Link"] = f'<{asked.address}/huggingface/api/models?{QUERY}>; rel="next"'
            return response

        spoil(world, Misbehaviour("huggingface", "the same page for ever", again))
        report = gather(world, here, ["huggingface"], ["pytorch"])["huggingface"]
        assert report.requests < 70
        rows = [row for table, row in content(here) if table == "observation" and row[0] == "models_created"]
        assert {row[-2] for row in rows} <= {0.0, 1.0}  # each model once, however often it was listed

    @pytest.mark.parametrize("token", [True, False])
    def test_of_releases_and_stars(self, here: Path, token: bool) -> None:
        with World() as world:
            repository = world.fakes["github"].repositories["pytorch/pytorch"]
            repository.releases = [release(f"v{n}", f"20{26 - n // 400}-01-05T10:00:00Z") for n in range(3_200)]
            repository.weeks = history(1_000)
            report = gather(world, here, ["github"], ["pytorch"], token=token)["github"]
        assert report.status == "partial"
        assert "more than 30 pages" in report.message
        assert report.requests <= 1 + 34 + 30
        assert not [row for table, row in content(here) if table == "release"]
