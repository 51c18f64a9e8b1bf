"""Replaying: every source twice against its fake with a change in between, then again from the receipts alone."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import text
from werkzeug import Response

from catalog import history
from catalog.history.read import origin_bytes as read_origin_bytes
from catalog.load import load_catalog
from collectors import collection
from collectors.history import load_bundled
from collectors.replay import Replayed, _Restored, items, replay
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Parsed, Source
from collectors.sources import SOURCES, github_search, hackernews
from db import clock, read, write
from db.engine import Engine, open_database, reading, writing
from db.pruning import prune
from db.read import KeptReceipt
from db.receipts import ReceiptStore
from tests.collectors.running import _hasty
from tests.collectors.scenes import DAY, HERE, LAST_MONTH, NOW, SCENES, TODAY, Here, Scene
from tests.fakes.github import TOKEN
from tests.fakes.wikimedia import days, json_answer, row

TURNS = {"ecosystems": 7, "github_search": 7, "openalex": 15, "pypistats": 3}
BY_NAME = {source.name: source for source in SOURCES}


@dataclass(frozen=True)
class Stage:
    """One source, its fake, and the store it is collected into."""

    source: Source
    scene: Scene
    fake: Any
    home: Path
    store: Engine

    def collect(self, *systems: str) -> RunReport:
        name = self.source.name
        secret = SecretStr(TOKEN)
        given = Settings(
            home=self.home,
            source_urls={name: self.fake.url},
            source_intervals={name: 0.0},
            **({self.source.secret: secret} if name.startswith("github") else {}),  # type: ignore[arg-type]  # a field by its name
        )
        (report,) = collect(
            [name],
            engine=self.store,
            settings=given,
            systems=systems or self.scene.systems,
            since=self.scene.since,
            registered=[self.source],
        )
        return report

    def twice(self) -> RunReport:
        """Collect, let the world change and stumble, collect again, on a later day where the source takes turns."""
        first = self.collect()
        assert first.new, first.message
        self.scene.change(self.fake)
        self.fake.scripted.insert(0, Response("busy", 503, headers={"Retry-After": "0"}))
        with clock.ahead(TURNS.get(self.source.name, 0) * DAY):
            return self.collect(*(self.scene.later_systems or ()))


@pytest.fixture
def stage(httpserver: HTTPServer, store: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stage]:
    monkeypatch.setattr(collection, "HttpClient", _hasty)
    monkeypatch.setattr(github_search, "FIRST_MONTH", LAST_MONTH)
    monkeypatch.setattr(hackernews, "FIRST_YEAR", TODAY.year)
    return lambda name: Stage(BY_NAME[name], SCENES[name], SCENES[name].make(httpserver), home, store)


@pytest.fixture
def again(store: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Replayed]]:
    """Replay into a database of its own, while every socket is refused."""
    target = open_database(f"sqlite:///{home / 'rebuilt.db'}", create=True)

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a replay asks nobody")

    def go(**given: Any) -> Replayed:
        with monkeypatch.context() as closed:
            for name in ("connect", "connect_ex", "bind", "sendto"):
                closed.setattr(socket.socket, name, refuse)
            closed.setattr(socket, "getaddrinfo", refuse)
            return replay(store, target, ReceiptStore(home / "receipts"), **given)

    yield go
    target.dispose()


def change(store: Engine, sql: str) -> None:
    with writing(store) as session:
        session.execute(text(sql))


def rows(store: Engine, sql: str) -> list[tuple[Any, ...]]:
    with reading(store) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def test_every_registered_source_has_a_scene() -> None:
    elsewhere = ["wheels"]  # tests/packages/test_survey.py: it is fed by commands of its own
    assert sorted([*SCENES, *HERE, *elsewhere]) == sorted(BY_NAME)


@pytest.mark.parametrize("name", list(SCENES))
def test_a_source_is_rebuilt_from_its_receipts_alone(
    name: str, stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine
) -> None:
    acted = stage(name)
    second = acted.twice()
    assert second.new + second.revised, second.message
    done = again()
    assert (done.lost, done.comparison.named) == ((), ())
    assert done.identical
    with reading(store) as session:
        assert done.observations == read.counts(session)["observations"]
    assert done.receipts == rows(store, "SELECT count(*) FROM receipt WHERE part IS NOT NULL")[0][0]
    assert rows(store, "SELECT count(*) FROM receipt WHERE part IS NULL")[0][0] >= 1, "the busy answer"


@pytest.mark.parametrize("name", list(HERE))
def test_what_was_read_on_this_machine_is_rebuilt_from_its_receipts_alone(
    name: str, again: Callable[..., Replayed], store: Engine, home: Path, tmp_path: Path
) -> None:
    here = Here(home, store, tmp_path / "here")
    here.folder.mkdir()
    for read_it in HERE[name]:
        report = read_it(here)
        assert report.status == "ok", report.message
        assert report.new + report.revised, report.message
    shutil.rmtree(here.folder)
    kinds = rows(store, "SELECT DISTINCT run.kind, receipt.method FROM receipt JOIN run ON run.id = receipt.run_id")
    assert kinds == [("collection", "GIT") if name == "git" else ("import", "FILE")]
    if name != "google_trends":  # each export is a definition of its own
        assert rows(store, "SELECT count(*) FROM revision")[0][0]
    done = again()
    assert (done.lost, done.comparison.named) == ((), ())
    assert (done.identical, done.receipts) == (True, 2)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE observation SET value = value + 1 WHERE {one}", "observation"),
        ("UPDATE observation SET status = 'lower_bound' WHERE {one}", "lower_bound in the database"),
        ("UPDATE observation SET collected_at = '2020-01-01 00:00:00.000000' WHERE {one}", "2020-01-01"),
        ("DELETE FROM observation WHERE {one}", "only rebuilt, not in the database"),
        ("UPDATE revision SET value = -5", "revision"),
        ("DELETE FROM revision", "revision"),
        ("UPDATE roll_up SET value = 0 WHERE granularity = 'month'", "roll-up"),
        ("UPDATE cursor SET value = 'elsewhere' WHERE key NOT LIKE 'read %'", "elsewhere in the database"),
        ("UPDATE series SET is_primary = NOT is_primary", "series"),
        ("UPDATE run SET new = 1 WHERE kind = 'collection'", "run"),
        ("UPDATE metric SET data = '{{}}' WHERE slug = 'downloads'", "catalogue metric: downloads"),
        ("INSERT INTO cursor (source, key, value, run_id) SELECT 'pypistats', 'made up', 'x', id FROM run LIMIT 1",
         "cursor: pypistats made up"),
    ],
)  # fmt: skip
def test_what_was_altered_in_the_database_is_named(
    damage: str, told: str, stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine
) -> None:
    stage("pypistats").twice()
    day = TODAY - 2 * DAY
    change(store, damage.format(one=f"period_start = '{day}'"))
    done = again()
    assert not done.identical
    assert done.lost == ()
    assert any(told in line for line in done.comparison.named), done.comparison.named
    if "{one}" in damage:
        assert all(f"{day}" in line for line in done.comparison.named if "observation" in line)
        assert any("downloads pytorch pypistats day torch" in line for line in done.comparison.named)


@pytest.mark.parametrize("how", ["altered", "cut", "gone"])
def test_a_body_that_is_not_what_was_kept_is_named_and_nothing_is_invented(
    how: str, stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine, home: Path
) -> None:
    stage("pypistats").twice()
    ((sha256, number),) = rows(store, "SELECT sha256, id FROM receipt WHERE part = 1 ORDER BY id LIMIT 1")
    path = ReceiptStore(home / "receipts").path(sha256)
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(gzip.compress(b"{}") if how == "altered" else path.read_bytes()[:30])
    done = again()
    (lost,) = done.lost
    assert (lost.source, lost.item) == ("pypistats", "torch")
    assert f"receipt {number}" in lost.why
    assert not done.identical
    assert (done.receipts, done.observations) == (1, 60), "the second answer alone"


def test_what_was_not_written_then_is_not_written_now(
    stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine
) -> None:
    """A form nobody knows, then a whole answer followed by one that never comes: of neither item a row exists."""
    acted = stage("wikimedia")
    acted.fake.scripted = [json_answer({"surprise": 1})]
    assert acted.collect().status == "failed"
    acted.fake.views["JAX_(software)"] = days(TODAY - 5 * DAY, 5, 6)
    acted.fake.scripted = [
        json_answer({"items": [row("JAX_(software)", TODAY - 5 * DAY, 5)]}),
        *[Response("", 503)] * 2,
    ]
    assert acted.collect("jax").receipts == 3
    assert acted.collect().status == "ok"
    assert rows(store, "SELECT DISTINCT system FROM series") == [("pytorch",)]
    done = again()
    assert (done.lost, done.comparison.named, done.receipts) == ((), (), 1)


def test_an_item_that_was_broken_off_and_a_run_that_was_never_closed_stay_so(
    stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    acted = stage("github")
    acted.collect()
    acted.scene.change(acted.fake)

    def dies(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as mortal:
        mortal.setattr("collectors.answered.write.set_cursor", dies)
        with pytest.raises(KeyboardInterrupt):
            acted.collect("tensorflow")
    change(store, "UPDATE run SET status = 'running', finished = NULL, requests = 0, receipts = 0, observations = 0, "
                  "new = 0, revised = 0 WHERE id = (SELECT max(id) FROM run)")  # fmt: skip
    assert acted.collect("tensorflow").new
    done = again()
    assert (done.lost, done.comparison.named) == ((), ())


def test_a_source_nobody_knows_any_more_is_named(stage: Callable[..., Stage], again: Callable[..., Replayed]) -> None:
    stage("dockerhub").twice()
    done = again(registered=[])
    assert [lost.why for lost in done.lost] == ["this version has no such source"] * 2
    assert not done.identical


def test_a_parser_that_breaks_is_named_and_the_others_go_on(
    stage: Callable[..., Stage], again: Callable[..., Replayed]
) -> None:
    stage("dockerhub").twice()

    def breaks(body: bytes, context: Context) -> Parsed:
        if b"130" in body:
            raise ZeroDivisionError("of the parser")
        return BY_NAME["dockerhub"].parse(body, context)

    done = again(registered=[replace(BY_NAME["dockerhub"], parse=breaks)])
    (lost,) = done.lost
    assert "ZeroDivisionError" in lost.why
    assert (done.receipts, done.observations) == (1, 1)


def test_measurements_are_no_part_of_it(
    stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine
) -> None:
    stage("dockerhub").twice()
    with writing(store) as session:
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.finish_run(session, run, status="ok")
    assert again().identical


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_collections_and_troubles_is_rebuilt(
    seed: int, stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine
) -> None:
    chance = random.Random(seed)  # noqa: S311  # a test's order, not a secret
    acts = [stage(name) for name in ("conda", "dockerhub", "ecosystems", "pypistats", "wikimedia")]
    troubles = [
        Response("busy", 503, headers={"Retry-After": "0"}),
        Response("no", 429, headers={"Retry-After": "86400"}),
        Response("<html>maintenance</html>", 200, content_type="text/html"),
        Response('{"cut', 200, content_type="application/json"),
        Response("gone", 404),
    ]
    outcomes = set()
    for _ in range(24):
        acted = chance.choice(acts)
        if chance.random() < 0.4:
            acted.scene.change(acted.fake)
        acted.fake.scripted[:] = chance.choices(troubles, k=chance.choice((0, 0, 1, 2)))
        outcomes.add(acted.collect().status)
    assert {"ok", "failed"} <= outcomes
    assert rows(store, "SELECT count(*) FROM observation")[0][0]
    done = again()
    assert (done.lost, done.comparison.named) == ((), ()), f"seed {seed}"


def test_bundled_tables_are_rebuilt_with_what_earlier_versions_of_them_said(
    again: Callable[..., Replayed], store: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_catalog()
    few = replace(whole, origins={slug: whole.origins[slug] for slug in ("mlperf-training", "git-logs")})
    table = read_origin_bytes("mlperf-training")
    first, *rest = [line for line in table.split(b"\n") if line]
    start, end, _, tail = rest[0].split(b",", 3)
    earlier = b"\n".join([first, b",".join([start, end, b"12345", tail]), *rest[1:], b""])
    kept = ReceiptStore(home / "receipts")
    with monkeypatch.context() as older:
        for module in (history, history.read):
            older.setattr(module, "origin_bytes", lambda slug: earlier if slug[0] == "m" else read_origin_bytes(slug))
        load_bundled(store, kept, few)
    assert load_bundled(store, kept, few).revised == 1
    assert rows(store, "SELECT value FROM revision") == [(12345.0,)]
    done = again(catalog=few)
    assert (done.lost, done.comparison.named) == ((), ())
    assert rows(store, "SELECT count(*) FROM package_release")[0][0]


def test_a_file_that_was_imported_is_read_again(
    stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine, home: Path
) -> None:
    """A run of another kind, whose receipt is a file: what counts is that it has one."""
    acted = stage("dockerhub")
    acted.collect()
    change(store, "UPDATE run SET kind = 'import' WHERE kind = 'collection'")
    change(store, "UPDATE receipt SET method = 'FILE', url = 'file:export.json'")
    change(store, "UPDATE cursor SET key = 'read file:export.json'")
    done = again()
    assert (done.lost, done.comparison.named, done.receipts) == ((), (), 1)
    assert done.observations == 1


def answer(number: int, item: str, part: int | None) -> _Restored:
    known = {"run": 1, "source": "made", "url": "http://a/", "method": "GET", "status": 200, "fetched_at": NOW}
    more = {"sha256": "", "size": 0, "content_type": None, "etag": None, "last_modified": None, "pruned_at": None}
    kept = KeptReceipt(receipt=number, request={"item": {"name": item}}, part=part, **known, **more)  # type: ignore[arg-type]  # by name
    return _Restored(kept, number)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.booleans(), min_size=1, max_size=6)), max_size=12))
def test_answers_are_put_together_as_they_were_read(run: list[tuple[str, list[bool]]]) -> None:
    """A run of items in any order, some twice, each with refused tries (False) between its answers."""
    answers, expected, number = [], [], 0
    for item, asked in run:
        part, group = 0, []
        for good in asked:
            number += 1
            part += good
            answers.append(answer(number, item, part if good else None))
            group += [number] if good else []
        expected += [group] if group else []
    assert [[one.number for one in found] for found in items(answers)] == expected


def test_answers_that_were_read_in_another_order_than_they_came_are_read_in_that_order() -> None:
    (found,) = items([answer(1, "a", 2), answer(2, "a", 1), answer(3, "a", 3)])
    assert [one.number for one in found] == [2, 1, 3]


def test_what_was_pruned_is_told_and_nothing_is_called_identical(
    stage: Callable[..., Stage], again: Callable[..., Replayed], store: Engine, home: Path
) -> None:
    acted = stage("dockerhub")
    acted.twice()
    kept = ReceiptStore(home / "receipts")
    change(store, "UPDATE receipt SET fetched_at = '2026-01-05 10:00:00.000000' WHERE id = 1")
    for file in kept.files():
        os.utime(file.path, (1e9, 1e9))
    before = rows(store, "SELECT * FROM observation")
    assert prune(store, kept, timedelta(days=30)).bodies == 1
    assert acted.collect().status == "ok", "a collection goes on as ever"
    done = again()
    (lost,) = done.lost
    assert lost.why.startswith("the body of receipt 1 was pruned on 20")
    assert not done.identical
    assert rows(store, "SELECT * FROM observation") == before
