"""The Hub: totals of labels, new models by whole days, the first day there is, and labels it does not know."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.body import Limits
from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.report import RunReport
from collectors.retry_after import rate_limit_seconds
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed
from collectors.sources import huggingface
from db import clock, read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.huggingface import Hub, answer, model

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "huggingface"
NOON = held.NOON
TODAY = NOON.date()
Run = Callable[..., RunReport]


def ago(*days: int) -> list[datetime]:
    return [NOON - timedelta(days=each) for each in days]


@pytest.fixture
def hub(httpserver: HTTPServer) -> Hub:
    return Hub(
        httpserver, totals={"": 2_000_000, "jax": 9_000, "safetensors": 900_000, "tf": 15_000, "tensorflow": 300}
    )


@pytest.fixture
def run(hub: Hub, store: Engine, home: Path) -> Run:
    quick = replace(huggingface.SOURCE, limits=Limits(backoff_s=0.01))

    def one(*systems: str, token: str | None = None, since: date | None = None) -> RunReport:
        settings = Settings(
            home=home,
            huggingface_token=SecretStr(token) if token else None,
            source_urls={"huggingface": hub.url},
            source_intervals={"huggingface": 0.0},
        )
        (report,) = collect(None, engine=store, settings=settings, systems=systems, since=since, registered=[quick])
        return report

    return one


def stored(store: Engine, metric: str, system: str = "jax") -> dict[tuple[str, date], float | None]:
    with reading(store) as session:
        rows = read.observations(session, metrics=(metric,), systems=(system,))
    return {(row.definition, row.period_start): row.value for row in rows if row.granularity == "day"}


def created(store: Engine, system: str = "jax") -> dict[int, float | None]:
    """New models by how many days ago."""
    return {(TODAY - day).days: value for (_, day), value in stored(store, "models_created", system).items()}


def test_each_label_has_its_total_and_none_are_added_up(run: Run, hub: Hub, store: Engine) -> None:
    hub.created = {"tf": ago(0, 1)}
    assert run("tensorflow", "all").status == "ok"
    assert stored(store, "models", "tensorflow") == {("tf", TODAY): 15_000, ("tensorflow", TODAY): 300}
    assert stored(store, "models", "all") == {("all models", TODAY): 2_000_000, ("safetensors", TODAY): 900_000}
    with reading(store) as session:
        primary = {row.definition for row in read.observations(session, metrics=("models",)) if row.primary}
    assert primary == {"tf", "all models"}


def test_a_label_without_models_is_unknown_and_no_zero(run: Run, hub: Hub, store: Engine) -> None:
    hub.totals["jax"] = 0
    report = run("jax", "all")
    assert report.status == "partial"
    assert "Check the label" in report.message
    assert stored(store, "models") == {}
    assert stored(store, "models_created") == {}


def test_a_label_the_hub_ignores_stops_the_source(run: Run, hub: Hub, store: Engine) -> None:
    hub.totals["jax"] = 2_000_000
    report = run("all", "jax")
    assert report.status == "failed"
    assert "no longer knows the label" in report.message
    assert stored(store, "models") == {}


def test_new_models_are_counted_by_whole_days_over_pages(run: Run, hub: Hub, store: Engine) -> None:
    hub.created = {"jax": ago(0, 0, 1, 1, 1, 3, 4, 4, 40, 41, 42, 43, 44)}
    assert run("jax").status == "ok"
    found = created(store)
    assert {day: value for day, value in found.items() if value} == {1: 3, 3: 1, 4: 2}
    assert found[2] == 0, "the list is whole there, so that is a true zero"
    assert 0 not in found, "today is not over"
    assert set(found) == set(range(1, 32))
    assert len(hub.lists()) == 3, "it stops where the wanted days end"


def test_a_day_is_counted_once_a_later_model_shows_that_it_is_over(run: Run, hub: Hub, store: Engine) -> None:
    hub.created = {"jax": ago(2, 2, 3, 50)}
    run("jax")
    assert {1, 2} & set(created(store)) == set()
    hub.created["jax"] += ago(0, 2)
    with clock.ahead(timedelta(days=3)):
        run("jax")
    assert (created(store)[1], created(store)[2], created(store)[3]) == (0, 3, 1)


def test_the_next_run_lists_no_further_back_than_needed(run: Run, hub: Hub, store: Engine) -> None:
    hub.created = {"jax": ago(*range(40))}
    run("jax")
    before = len(hub.lists())
    run("jax")
    assert len(hub.lists()) == before, "every three days is enough"
    with clock.ahead(timedelta(days=3)):
        run("jax")
    assert len(hub.lists()) - before == 2
    assert all(value == 1 for value in created(store).values())


def test_a_list_that_is_not_reached_to_its_end_leaves_the_oldest_day_out(
    run: Run, hub: Hub, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface, "MAX_PAGES", 2)
    hub.created = {"jax": ago(0, 1, 1, 2, 3, 3, 3, 3, 40)}
    report = run("jax")
    assert created(store) == {1: 2, 2: 1}
    assert report.status == "partial"
    assert f"to {TODAY - timedelta(days=3)}: the list is longer than 2 pages" in report.message


def test_nothing_is_dated_by_the_day_that_all_old_models_carry(run: Run, hub: Hub, store: Engine) -> None:
    floor = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
    hub.created = {"jax": [floor, floor, floor, datetime(2022, 3, 4, tzinfo=UTC), datetime(2022, 3, 6, tzinfo=UTC)]}
    run("jax", since=date(2020, 1, 1))
    days = {f"{day:%m-%d}": value for (_, day), value in stored(store, "models_created").items()}
    assert days == {"03-03": 0, "03-04": 1, "03-05": 0}


def test_both_breaks_are_declared_for_both_metrics() -> None:
    for metric in huggingface.SOURCE.metrics:
        slugs = {cut.slug for cut in load_catalog().breaks_of(metric, "tensorflow", "huggingface")}
        assert slugs >= {"huggingface-creation-dates-2022", "huggingface-transformers-v5-2025"}


def test_a_used_up_window_is_left_for_later(run: Run, hub: Hub, store: Engine) -> None:
    hub.left = 1
    report = run("all")
    assert report.status == "partial"
    assert report.requests == 2, "123 seconds are longer than a run waits"
    assert len(stored(store, "models", "all")) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [('"api";r=0;t=123', 123), ('"api";t=7;r=0', 7), ('"api";r=0', None), ("", None), (None, None), ('"t=9"', None)],
)
def test_the_window_says_when_it_is_renewed(header: str | None, seconds: float | None) -> None:
    assert rate_limit_seconds(header) == seconds


def test_the_token_goes_along_and_nowhere_else(run: Run, hub: Hub, home: Path) -> None:
    hub.created = {"jax": ago(0, 1, 2, 3, 4)}
    token = "hf_planted_token"
    run("jax", token=token)
    assert {request.headers.get("Authorization") for request in hub.seen} == {f"Bearer {token}"}
    assert token.encode() not in (home / "framescope.db").read_bytes()


def test_a_next_page_on_another_host_is_not_asked_for(run: Run, hub: Hub) -> None:
    first = answer([model(1, NOON, "jax")])
    first.headers["Link"] = '<http://127.0.0.2:9/api/models>; rel="next"'
    hub.scripted = [answer({"numTotalItems": 5}), first]
    report = run("jax", token="hf_planted_token")
    assert report.status == "failed"
    assert "another host" in report.message


@pytest.mark.parametrize(
    "broken",
    [
        *(Response("<html>Sign in</html>"), Response('{"models": [{'), answer({"models": []})),
        *(answer({"numTotalItems": "5"}), answer({"numTotalItems": -5})),
    ],
)
def test_a_total_of_another_form_stops_the_source(run: Run, hub: Hub, store: Engine, broken: Response) -> None:
    hub.scripted = [broken]
    assert run("jax").status == "failed"
    assert stored(store, "models") == {}


def listed(*rows: dict[str, Any], label: str = "jax", since: str = "2026-11-01", body: bytes | None = None) -> Parsed:
    item = Item("new", "jax", {"what": "new", "label": label, "from": since})
    context = Context(item, "http://h/api/models", datetime(2026, 11, 21, tzinfo=UTC))
    return huggingface.parse(json.dumps(rows).encode() if body is None else body, context)


def test_lists_that_cannot_be_are_refused() -> None:
    early, late = (datetime(2026, 11, day, tzinfo=UTC) for day in (2, 9))
    with pytest.raises(StopSource, match="not sorted"):
        listed(model(1, early, "jax"), model(2, late, "jax"))
    with pytest.raises(StopSource, match="no longer filters"):
        listed(model(1, late, "jax"), model(2, early, "pytorch"))
    with pytest.raises(SkipItem, match="future"):
        listed(model(1, datetime(2027, 1, 1, tzinfo=UTC), "jax"))
    with pytest.raises(SkipItem, match="lists no model"):
        listed()
    with pytest.raises(StopSource, match="createdAt"):
        listed(model(1, late, "jax", createdAt="yesterday"))
    with pytest.raises(StopSource, match="unknown form"):
        listed(body=b'{"error": "x"}')
    with pytest.raises(StopSource, match="web page"):
        listed(body=b"<html>")
    with pytest.raises(Unreadable, match="not valid JSON"):
        listed(body=b'[{"id": "a"')


def test_a_model_listed_twice_counts_once_and_the_library_name_is_a_label_too() -> None:
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (9, 8, 8, 7)]
    rows = [model(number, day, "jax") for number, day in zip((4, 3, 3, 1), days, strict=True)]
    rows[1] |= {"tags": [], "library_name": "jax"}
    assert [(row.period_start.day, row.value) for row in listed(*rows).observations] == [(8, 1)]


@pytest.mark.skipif(not RECORDED.is_dir(), reason="NO RECORDINGS: ../shared/recordings is not there")
def test_a_real_list_is_read() -> None:
    body = (RECORDED / "api-models-two-items-2025-11.json").read_bytes()
    found = listed(label="transformers", since="2025-10-01", body=body)
    assert found.observations[0].period_start == date(2025, 10, 23)
    assert found.observations[-1].period_start == date(2025, 11, 3)
    with pytest.raises(StopSource, match="no longer filters"):
        listed(label="jax", body=body)
