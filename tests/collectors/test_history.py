"""Loading the bundled figures: whole, once, with receipts, and finished after an interruption."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from catalog import history
from catalog.load import load_catalog
from collectors import history as loader
from db import read
from db.engine import Engine, open_database, reading
from db.receipts import ReceiptStore


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'framescope.db'}", create=True)
    yield engine
    engine.dispose()


@pytest.fixture
def receipts(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "receipts")


def test_every_bundled_value_is_stored_with_a_receipt(engine: Engine, receipts: ReceiptStore) -> None:
    report = loader.load_bundled(engine, receipts)
    bundled = {slug: list(history.read_origin(slug)) for slug in history.origins()}
    assert report.new == sum(map(len, bundled.values()))
    assert set(report.origins) == {f"history.{slug}" for slug in bundled}
    with reading(engine) as session:
        for slug, expected in bundled.items():
            stored = list(read.observations(session, sources=[f"history.{slug}"]))
            key = [
                (r.metric, r.system, r.definition, r.period_start, r.period_end, r.value, r.status) for r in expected
            ]
            found = [
                (r.metric, r.system, r.definition, r.period_start, r.period_end, r.value, r.status) for r in stored
            ]
            assert sorted(found, key=str) == sorted(key, key=str)
            receipt = read.receipt(session, stored[0].receipt or 0)
            assert receipt is not None
            assert receipts.get(receipt.sha256).startswith(history.origin_bytes(slug))
            assert {row.receipt for row in stored} == {receipt.receipt}


@pytest.mark.parametrize("slug", history.origins())
def test_a_receipt_alone_gives_every_row_of_its_tables(slug: str) -> None:
    origin = load_catalog().origins[slug]
    rows, versions = loader.read_bundle(origin, history.origin_bytes(slug) + history.release_bytes(slug))
    assert list(rows) == list(history.read_origin(slug))
    assert versions == history.read_releases(slug)


def test_loading_again_writes_nothing_and_opens_no_run(engine: Engine, receipts: ReceiptStore) -> None:
    loader.load_bundled(engine, receipts)
    with reading(engine) as session:
        before = read.counts(session)
    report = loader.load_bundled(engine, receipts)
    assert (report.new, report.revised, report.origins) == (0, 0, ())
    with reading(engine) as session:
        assert read.counts(session) == before


def test_an_interrupted_load_is_finished_by_the_next(
    engine: Engine, receipts: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = history.read_origin, []

    def breaks_in_the_third(slug: str) -> Iterator[history.HistoryRow]:
        calls.append(slug)
        for number, row in enumerate(real(slug)):
            if len(calls) == 3 and number == 20:
                raise KeyboardInterrupt
            yield row

    monkeypatch.setattr(history, "read_origin", breaks_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        loader.load_bundled(engine, receipts)
    with reading(engine) as session:
        assert not list(read.observations(session, sources=[f"history.{calls[2]}"]))
        assert {run.status for run in read.runs(session)} == {"ok"}
    monkeypatch.setattr(history, "read_origin", real)
    report = loader.load_bundled(engine, receipts)
    assert f"history.{calls[0]}" not in report.origins
    assert f"history.{calls[2]}" in report.origins


def test_a_corrected_table_revises_and_keeps_what_it_said(
    engine: Engine, receipts: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader.load_bundled(engine, receipts)
    real_bytes, real_rows = history.origin_bytes, history.read_origin

    def corrected(slug: str) -> Iterator[history.HistoryRow]:
        for row in real_rows(slug):
            hit = slug == "github-ranking" and (row.system, row.metric, row.value) == ("pytorch", "stars", 102529)
            yield row._replace(value=102530) if hit else row

    monkeypatch.setattr(history, "read_origin", corrected)
    monkeypatch.setattr(
        history, "origin_bytes", lambda slug: real_bytes(slug) + (b"#\n" if slug == "github-ranking" else b"")
    )
    report = loader.load_bundled(engine, receipts)
    assert (report.new, report.revised, report.origins) == (0, 1, ("history.github-ranking",))
    with reading(engine) as session:
        (old,) = read.revisions(session)
        assert (old.value, old.period_start, old.system) == (102529, date(2026, 8, 22), "pytorch")
        months = read.charted(session, metric="stars", systems=["pytorch"], sources=["history.github-ranking"])
        assert months[-1].value == 102530


def test_the_catalogue_is_in_the_store(engine: Engine, receipts: ReceiptStore) -> None:
    loader.load_bundled(engine, receipts)
    with reading(engine) as session:
        counts = read.counts(session)
    assert counts["systems"] == len(load_catalog().systems)
    assert counts["metrics"] == len(load_catalog().metrics)
