"""Writing observations: nothing changes twice, nothing is lost, nothing contradictory gets in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

import pytest

from catalog.load import load_catalog
from db import errors, read, write
from db.engine import Engine, reading, writing
from db.read.series import SeriesRow
from db.records import Written
from tests.db.conftest import begin
from tests.db.made import DAY, dump, on, put, receipt, rows, spell

NEW_YEAR = date(2026, 1, 1)
KEPT = ("series", "observation", "revision", "roll_up")


def read_all(engine: Engine, **filters: Any) -> list[SeriesRow]:
    with reading(engine) as session:
        return list(read.observations(session, **filters))


def test_the_same_twice_changes_nothing(engine: Engine, run: int) -> None:
    found = [*spell(NEW_YEAR, 40), on(NEW_YEAR + 40 * DAY, None, period_end=NEW_YEAR + 50 * DAY)]
    assert put(engine, run, found, receipt=receipt(engine, run)) == Written(new=41)
    before = dump(engine, *KEPT)
    later = begin(engine)
    assert put(engine, later, found, receipt=receipt(engine, later)) == Written(unchanged=41)
    assert dump(engine, *KEPT) == before


def test_a_changed_value_keeps_its_earlier_self(engine: Engine, run: int) -> None:
    first = receipt(engine, run, "https://example.org/1")
    put(engine, run, [on(NEW_YEAR, 10.0), on(NEW_YEAR + DAY, 5.0)], receipt=first)
    written = read_all(engine)[0].collected_at
    second_run, third_run = begin(engine), begin(engine)
    second = receipt(engine, second_run, "https://example.org/2")
    assert put(engine, second_run, [on(NEW_YEAR, 11.0)], receipt=second) == Written(revised=1)
    assert put(engine, third_run, [on(NEW_YEAR, 11.0, status="partial")]) == Written(revised=1)

    with reading(engine) as session:
        newer, older = read.revisions(session, source="clickpy")
        assert read.revisions(session, source="github") == []
    assert (older.value, older.status, older.run, older.replaced_by_run) == (10.0, "ok", run, second_run)
    assert (newer.value, newer.status, newer.run, newer.replaced_by_run) == (11.0, "ok", second_run, third_run)
    assert rows(engine, "SELECT receipt_id FROM revision ORDER BY id") == [(first,), (second,)]
    now, untouched = read_all(engine)
    assert (now.value, now.status, now.receipt) == (11.0, "partial", None)
    assert (untouched.value, untouched.receipt, untouched.collected_at) == (5.0, first, written)
    assert rows(engine, "SELECT run_id FROM observation ORDER BY period_start") == [(third_run,), (run,)]


def test_a_value_that_vanishes_and_one_that_appears_are_changes(engine: Engine, run: int) -> None:
    put(engine, run, [on(NEW_YEAR, 10.0), on(NEW_YEAR + DAY, None)])
    assert put(engine, begin(engine), [on(NEW_YEAR, None), on(NEW_YEAR + DAY, 3.0)]) == Written(revised=2)
    assert [row.value for row in read_all(engine)] == [None, 3.0]
    assert sorted(rows(engine, "SELECT value FROM revision"), key=str) == [(10.0,), (None,)]


def test_of_duplicates_the_later_counts(engine: Engine, run: int) -> None:
    assert put(engine, run, [on(NEW_YEAR, 1.0), on(NEW_YEAR, 2.0), on(NEW_YEAR, 3.0)]) == Written(new=1)
    assert [row.value for row in read_all(engine)] == [3.0]


def test_of_duplicates_far_apart_the_later_counts_too(engine: Engine, run: int) -> None:
    """More than a batch apart, they are still one word of one source, not a change upstream."""
    put(engine, run, [on(NEW_YEAR, 1.0)])
    between = spell(date(2000, 1, 1), 6_000)
    found = chain([on(NEW_YEAR, 2.0)], between, [on(NEW_YEAR, 4.0), between[0]])
    assert put(engine, begin(engine), found) == Written(new=6_000, revised=1)
    assert read_all(engine, since=NEW_YEAR)[0].value == 4.0
    assert rows(engine, "SELECT value FROM revision") == [(1.0,)]
    january = "SELECT value FROM roll_up WHERE granularity = 'month' AND period_start = '2026-01-01'"
    assert rows(engine, january) == [(4.0,)]


def test_more_than_a_batch_is_written_whole(engine: Engine, run: int) -> None:
    found = (row for n in range(4) for row in spell(date(2010, 1, 1), 3_000, float(n), definition=f"d{n}"))
    assert put(engine, run, found) == Written(new=12_000)
    assert rows(engine, "SELECT count(*), count(DISTINCT series_id) FROM observation") == [(12_000, 4)]


def test_windows_that_begin_alike_are_apart_and_in_order(engine: Engine, run: int) -> None:
    begin = NEW_YEAR - 365 * DAY
    windows = [on(begin, float(n), period_end=begin + n * DAY, granularity="window") for n in (365, 30)]
    assert put(engine, run, windows) == Written(new=2)
    assert [row.value for row in read_all(engine)] == [30.0, 365.0]
    assert rows(engine, "SELECT count(*) FROM roll_up") == [(0,)], "only days roll up"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"value": -3.0}, "downloads of pytorch at 2026-01-02: -3 is below nought"),
        (
            {"value": -3.0, "metric": "stars", "definition": "a/b"},
            r"stars of pytorch \(a/b\) at 2026-01-02: -3 is below",
        ),
        ({"period_start": date(2026, 1, 4), "period_end": date(2026, 1, 5)}, "begins after 2026-01-03"),
        (
            {"period_end": date(2026, 2, 2), "granularity": "month"},
            "called whole, but the period lasts until 2026-02-02",
        ),
    ],
)
def test_what_cannot_be_true_is_refused_with_all_that_came_with_it(
    engine: Engine, run: int, wrong: dict[str, Any], why: str
) -> None:
    told = datetime(2026, 1, 3, 12, tzinfo=UTC)
    with pytest.raises(errors.ImpossibleValue, match=why), writing(engine) as session:
        write.observations(
            session, run, "clickpy", [on(NEW_YEAR), replace(on(NEW_YEAR + DAY), **wrong)], None, told=told
        )
    assert read_all(engine) == []


def test_a_running_period_a_state_of_today_and_a_net_loss_may_be(engine: Engine, run: int) -> None:
    today = NEW_YEAR + 2 * DAY
    rows = [
        on(today, 5.0, status="partial"),
        on(today, 5.0, metric="stars"),
        on(NEW_YEAR, -5.0, metric="stars_gained"),
        on(today, None, period_end=today + 9 * DAY, system="jax"),
    ]
    with writing(engine) as session:
        told = datetime(2026, 1, 3, 12, tzinfo=UTC)
        assert write.observations(session, run, "clickpy", rows, None, told=told) == Written(new=4)


def test_an_unknown_metric_writes_nothing(engine: Engine, run: int) -> None:
    with pytest.raises(errors.UnknownName, match=r"'downlaods' is not a metric"):
        put(engine, run, [on(NEW_YEAR), on(NEW_YEAR, metric="downlaods")])
    assert read_all(engine) == []


def test_nothing_is_nothing(engine: Engine, run: int) -> None:
    assert put(engine, run, []) == Written()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"period_end": NEW_YEAR}, "empty"),
        ({"period_end": NEW_YEAR - DAY}, "empty"),
        ({"value": None, "status": "ok"}, "None is ok"),
        ({"value": 0.0, "status": "unavailable"}, "0.0 is unavailable"),
        ({"status": "fine"}, "no status 'fine'"),
        ({"granularity": "decade"}, "granularity 'decade'"),
        ({"value": float("nan")}, "not a number"),
        ({"value": float("inf")}, "not a number"),
        ({"period_end": NEW_YEAR + 7 * DAY}, "daily value"),
        ({"period_start": datetime(2026, 1, 1)}, "not by times"),  # noqa: DTZ001  # it is to be refused
    ],
)
def test_a_contradiction_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"downloads of pytorch at 2026-01-01.*{says}"):
        on(NEW_YEAR, **changes)


def test_a_gap_of_many_days_is_one_row(engine: Engine, run: int) -> None:
    put(engine, run, [on(NEW_YEAR, None, period_end=NEW_YEAR + 90 * DAY)])
    (gap,) = read_all(engine)
    assert (gap.value, gap.status, gap.period_end) == (None, "unavailable", NEW_YEAR + 90 * DAY)


def test_the_latest_word_on_which_series_is_primary_counts(engine: Engine, run: int) -> None:
    put(engine, run, [on(NEW_YEAR, primary=False)])
    assert put(engine, run, [on(NEW_YEAR)]) == Written(unchanged=1)
    assert read_all(engine)[0].primary is True


def test_a_series_follows_its_metric(engine: Engine, run: int) -> None:
    """The rule of a metric changes in the catalogue: its series roll up anew, their days untouched."""
    put(engine, run, [*spell(NEW_YEAR, 31, 2.0), *spell(date(2026, 2, 1), 28, 4.0)])
    days = dump(engine, "observation")
    catalog = load_catalog()
    changed = catalog.metrics["downloads"].model_copy(update={"roll_up": "mean", "unit": "downloads a day"})
    catalog = replace(catalog, metrics=catalog.metrics | {"downloads": changed})
    with writing(engine) as session:
        assert write.catalog(session, run, catalog)
        assert not write.catalog(session, run, catalog)
    with reading(engine) as session:
        months = read.charted(session, metric="downloads")
    assert [(row.value, row.unit) for row in months] == [(2.0, "downloads a day"), (4.0, "downloads a day")]
    assert dump(engine, "observation") == days


def test_sources_do_not_mix(engine: Engine, run: int) -> None:
    put(engine, run, [on(NEW_YEAR, 1.0)])
    assert put(engine, run, [on(NEW_YEAR, 2.0)], source="pypistats") == Written(new=1)
    assert [(row.source, row.value) for row in read_all(engine)] == [("clickpy", 1.0), ("pypistats", 2.0)]
