"""What is held back: on no line, in no share, growth or lead, but on the chart, in the table and on the page Data."""

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalog.load import load_catalog
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, Held, view
from dashboard.analysis.leads import growth, last_year, lead
from dashboard.analysis.shares import newest, pair_shares
from dashboard.analysis.signals import signal
from dashboard.analysis.tidy import drawn
from dashboard.charts.lines import LineSpec, line_chart
from db import read, write
from db.engine import open_database, writing
from db.read import SeriesRow
from db.records import Observation
from db.write import Raised
from tests.dashboard.conftest import Opened
from tests.dashboard.made import TODAY, a_break, framed, months
from tests.dashboard.test_charts import joined, part

FIRST = date(2025, 1, 1)
PAIR = ("pytorch", "tensorflow")
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
METRIC = load_catalog().metrics["questions"]


def doubted(rows: list[SeriesRow], place: int, why: str = "a step beyond") -> list[SeriesRow]:
    return [row._replace(doubt="jump", seen=why) if n == place else row for n, row in enumerate(rows)]


def pair(place: int = -1, length: int = 13) -> tuple[list[SeriesRow], list[SeriesRow]]:
    """PyTorch leads; TensorFlow would lead by one value, the one that is doubted."""
    lower = months("tensorflow", FIRST, [50.0] * length)
    odd = lower[place]._replace(value=9_000.0)
    lower = [*lower[: length + place], odd, *lower[length + place + 1 :]]
    return months("pytorch", FIRST, [100.0 + n for n in range(length)]), doubted(lower, length + place)


def test_no_share_lead_growth_or_age_is_made_of_it() -> None:
    ready, _ = drawn(framed(*pair()), "per_period", TODAY)
    shares = pair_shares(ready, "per_period", PAIR)
    assert len(shares) == 12
    found = lead(shares)
    assert found is not None
    assert (found.leader, found.at) == ("pytorch", date(2025, 12, 31))
    assert newest(ready, PAIR) == date(2025, 12, 31)
    one = ready[ready["system"] == "tensorflow"]
    assert growth(one, ()) == 0
    assert last_year(shares, ()).points is not None
    made = signal(METRIC, framed(*pair()), (), TODAY)
    assert made.lead is not None
    assert made.lead.leader == "pytorch"


def test_with_the_value_confirmed_all_of_that_changes() -> None:
    """The counter-check: the same rows without the doubt."""
    ready, _ = drawn(framed(*([row._replace(doubt=None) for row in rows] for rows in pair())), "per_period", TODAY)
    shares = pair_shares(ready, "per_period", PAIR)
    found = lead(shares)
    assert found is not None
    assert (found.leader, len(shares)) == ("tensorflow", 13)


def test_a_chart_draws_it_on_no_line_and_says_why() -> None:
    upper, lower = pair(-4)
    made = view(framed(upper, lower), Choice(METRIC, PAIR), (), NAMES, TODAY)
    assert made is not None
    assert made.held == (Held("tensorflow", date(2025, 10, 1), date(2025, 10, 31), 9_000.0, "a step beyond"),)
    figure = line_chart(made.frame, LineSpec(names=NAMES, order=PAIR))
    (line,) = part(figure, "complete", "tensorflow")
    assert [len(run) for run in joined(line)] == [9, 3]
    (mark,) = part(figure, "held back", "tensorflow")
    assert mark.customdata[0] == "TensorFlow: 9.00 k, held back: a step beyond"
    assert mark.y[0] < figure.layout.yaxis.range[1] < 9_000, "an odd value does not squash the others"
    assert part(figure, "held back", "pytorch") == []


@pytest.mark.parametrize("mode", ["share", "index"])
def test_what_is_derived_leaves_its_period_out(mode: str) -> None:
    made = view(framed(*pair(-4)), Choice(METRIC, PAIR, mode), (), NAMES, TODAY)  # type: ignore[arg-type]  # one of the modes
    assert made is not None
    october = made.frame[(made.frame["start"] == "2025-10-01") & (made.frame["system"] == "tensorflow")]
    assert october["value"].isna().all()
    assert october["held"].isna().all()
    assert len(made.held) == 1


def test_a_month_without_some_of_its_days_is_marked_beside_its_value() -> None:
    rows = months("pytorch", FIRST, [100.0, 101.0])
    rows[1] = rows[1]._replace(left_out=("2025-02-03: 9 (jump; so)",))
    made = view(framed(rows), Choice(METRIC, ("pytorch",)), (), NAMES, TODAY)
    assert made is not None
    assert [(one.value, one.why) for one in made.held] == [(None, "2025-02-03: 9 (jump; so)")]
    (mark,) = part(line_chart(made.frame, LineSpec(names=NAMES, order=PAIR)), "held back", "pytorch")
    assert mark.customdata[0] == "PyTorch: without 2025-02-03: 9 (jump; so)"
    assert math.isclose(mark.y[0], 101.0, rel_tol=0.1)


def test_no_growth_and_no_lead_is_read_across_a_break() -> None:
    upper, lower = months("pytorch", FIRST, [10.0] * 20), months("tensorflow", FIRST, [8.0] * 20)
    breaks = [a_break("2026-02-01")]
    made = signal(METRIC, framed(upper, lower), breaks, TODAY)
    assert (made.change.points, made.change.breaks) == (None, (date(2026, 2, 1),))
    ready, _ = drawn(framed(upper), "per_period", TODAY)
    assert growth(ready, [date(2026, 2, 1)]) is None
    assert growth(ready, []) == 0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in use with a year of questions whose newest month is doubted."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    engine = open_database(create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="stackexchange")
        write.catalog(session, run, load_catalog())
        rows = [
            Observation("questions", row.system, row.period_start, row.period_end, row.value, granularity="month")
            for line in pair()
            for row in line
        ]
        write.observations(session, run, "stackexchange", rows, None)
        series = read.series_ids(session, "stackexchange")["questions", "tensorflow", "month", ""]
        last = rows[-1]
        one = Raised(series, last.period_start, last.period_end, 9_000.0, "jump", "9,000 after 50 <b>before</b>")
        write.doubts(session, run, datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=1), raised=[one], ended=[])
        write.finish_run(session, run, status="ok")
    engine.dispose()
    return tmp_path


def test_the_pages_say_what_is_held_back(site: Opened, home: Path) -> None:
    app = site("adoption", metric="questions")
    assert not app.exception
    captions = "\n".join(str(one.value) for one in app.caption)
    assert "**Held back** until a later run or somebody confirms it" in captions
    assert f"TensorFlow, {fmt.month(date(2026, 1, 1))}: 9,000 after 50 \\<b\\>before" in captions
    data = site("data")
    assert not data.exception
    (table,) = [one.value for one in data.dataframe if "doubted because" in one.value]
    assert table["state"].tolist() == ["? open"]
    assert "one figure is in doubt" in "\n".join(str(one.value) for one in site("overview").caption).lower()
