"""Shares of everything counted: the right whole, read together, or no share at all."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from catalog.load import load_catalog
from dashboard.analysis.explore import Choice, view
from dashboard.analysis.wholes import whole_for
from tests.dashboard.made import TODAY, framed, row

QUESTIONS = load_catalog().metrics["questions"].model_copy(update={"sources": ("history.made",)})
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


def whole(*days: tuple[date, float], **more: Any) -> pd.DataFrame:
    return framed([row("all", day, value, **{"definition": "all questions", **more}) for day, value in days])


def shown(wholes: pd.DataFrame | None, *parts: pd.DataFrame, metric: Any = QUESTIONS) -> Any:
    found = pd.concat(parts)
    return view(found, Choice(metric, ("pytorch", "tensorflow"), "of_all"), [], NAMES, TODAY, wholes)


def percents(found: Any) -> list[float | None]:
    ordered = found.frame.sort_values(["system", "start"])["value"]
    return [None if pd.isna(value) else float(value) for value in ordered]


PARTS = framed(
    [row("pytorch", MAY, 30, definition="pytorch"), row("pytorch", JUNE, 10, definition="pytorch")],
    [row("tensorflow", MAY, 60, definition="tensorflow"), row("tensorflow", JUNE, 10, definition="tensorflow")],
)


def test_a_count_that_falls_with_its_site_keeps_its_share() -> None:
    found = shown(whole((MAY, 3000), (JUNE, 1000)), PARTS)
    assert percents(found) == [1.0, 1.0, 2.0, 1.0]
    assert found.unit == "percent of all things"
    assert shown(whole((MAY, 9), definition="cs.LG"), PARTS).unit == "percent of all things (cs.LG)"
    assert found.suffix == " %"


@pytest.mark.parametrize(
    "of", [whole((MAY, 3000), (JUNE, 0)), whole((MAY, 3000), (JUNE, 1000), source="history.other")]
)
def test_without_its_whole_a_period_has_no_share(of: pd.DataFrame) -> None:
    found = shown(of, PARTS)
    if of["source"].iloc[0] == "history.made":
        assert percents(found) == [1.0, None, 2.0, None]
    else:
        assert found.suffix == "", "another source's whole is none of this one"


def test_a_running_month_is_a_share_only_of_what_was_read_on_the_same_day() -> None:
    running = framed(
        [row(name, MAY, 30, status="partial", last_seen=date(2025, 5, 20)) for name in ("pytorch", "tensorflow")]
    )
    same = whole((MAY, 3000), status="partial", last_seen=date(2025, 5, 20))
    other = whole((MAY, 3000), status="partial", last_seen=date(2025, 5, 19))
    assert percents(shown(same, running)) == [1.0, 1.0]
    assert percents(shown(other, running)) == [None, None]


def test_a_whole_that_is_named_like_a_part_is_that_part_s_alone() -> None:
    parts = framed([row("pytorch", MAY, 3, definition="cs.LG"), row("pytorch", MAY, 9, definition="everywhere")])
    wholes = whole((MAY, 300), definition="cs.LG")
    ways = parts["definition"]
    assert len(whole_for(parts[ways == "cs.LG"], ways, wholes)) == 1
    assert whole_for(parts[ways == "everywhere"], ways, wholes).empty


def test_a_share_of_its_own_is_each_system_s() -> None:
    own = load_catalog().metrics["questions_answered"].model_copy(update={"sources": ("history.made",)})
    asked = framed(
        [row("pytorch", MAY, 60, definition="pytorch"), row("pytorch", JUNE, 40, definition="pytorch")],
        [row("tensorflow", MAY, 120, definition="tensorflow"), row("all", MAY, 9999, definition="all questions")],
    )
    found = shown(asked, PARTS, metric=own)
    assert percents(found) == [50.0, 25.0, 50.0, None]
    assert found.unit == "percent of all things of the same system"


def test_what_a_metric_is_a_share_of_is_a_metric() -> None:
    metrics = load_catalog().metrics
    shares = {slug: metric.share_of for slug, metric in metrics.items() if metric.share_of}
    assert shares["papers"] == "all_papers"
    assert set(shares.values()) <= set(metrics)
    assert all(metrics[slug].kind == metrics[of].kind for slug, of in shares.items())
