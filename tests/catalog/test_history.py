"""The bundled figures by themselves: known values, gaps that stay gaps, and tables that are refused when broken."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from catalog.errors import CatalogError
from catalog.history import (
    HistoryRow,
    origin_bytes,
    origins,
    parse_figures,
    parse_releases,
    parse_rows,
    parse_series,
    read_figures,
    read_origin,
    read_releases,
)
from catalog.load import load_catalog

HEAD = b"start,end,value,status,metric,system,definition,primary,granularity,detail\n"
FIRST = b"2020-01-31,,5,,stars,jax,,yes,day,jax-ml/jax\n"
COUNTS = {
    "arxiv-monthly-submissions": 412,
    "best-of-ml-python": 30_075,
    "conference-papers": 105,
    "git-logs": 1_572,
    "github-ranking": 2_355,
    "mlperf-training": 84,
    "reported": 470,
    "stackoverflow-monthly": 124,
    "stackoverflow-survey": 138,
    "stackoverflow-tags": 42,
    "star-lists": 21_359,
    "top-pypi-packages": 3_932,
}


def value(origin: str, metric: str, system: str, start: date, definition: str = "") -> float | None:
    """The one value of that series that starts on that day."""
    key = (metric, system, definition, start)
    found = [row for row in read_origin(origin) if (row.metric, row.system, row.definition, row.period_start) == key]
    assert len(found) == 1, found
    return found[0].value


@pytest.mark.parametrize(
    ("origin", "metric", "system", "start", "definition", "expected"),
    [
        ("github-ranking", "stars", "pytorch", date(2026, 8, 22), "", 102_529),
        ("github-ranking", "stars", "tensorflow", date(2026, 8, 22), "", 197_213),
        ("github-ranking", "stars", "keras", date(2026, 8, 22), "", 64_244),
        ("top-pypi-packages", "downloads", "pytorch", date(2026, 3, 1), "torch", 87_347_847),
        ("top-pypi-packages", "downloads", "tensorflow", date(2026, 3, 1), "tensorflow", 22_653_919),
        ("top-pypi-packages", "downloads", "jax", date(2026, 3, 1), "jax", 19_165_515),
        ("top-pypi-packages", "downloads", "keras", date(2026, 3, 1), "keras", 18_417_904),
        ("stackoverflow-survey", "survey_share", "pytorch", date(2024, 5, 20), "All Respondents", 10.57),
        ("conference-papers", "all_papers", "all", date(2020, 12, 1), "NeurIPS", 1_898),
        ("mlperf-training", "benchmark_systems", "tensorflow", date(2022, 6, 29), "", 46),
        ("mlperf-training", "benchmark_systems", "tensorflow", date(2025, 11, 5), "", 0),
        ("stackoverflow-tags", "questions", "tensorflow", date(2017, 1, 1), "", 14_436),
        ("star-lists", "stars", "caffe", date(2017, 1, 28), "hunkim/DeepLearningStars", 15_605),
    ],
)
def test_known_figures(origin: str, metric: str, system: str, start: date, definition: str, expected: float) -> None:
    assert value(origin, metric, system, start, definition) == expected


def test_each_origin_has_its_number_of_values() -> None:
    assert {slug: sum(row.value is not None for row in read_origin(slug)) for slug in origins()} == COUNTS


@pytest.mark.parametrize("slug", COUNTS)
def test_rows_use_catalogued_names_and_periods_that_fit(slug: str) -> None:
    catalog = load_catalog()
    origin = catalog.origins[slug]
    seen: set[tuple[object, ...]] = set()
    for row in read_origin(slug):
        assert row.metric in catalog.metrics, row
        assert row.system in catalog.systems, row
        assert row.period_start < row.period_end, row
        assert (row.value is None) == (row.status == "unavailable"), row
        assert origin.covers_from.first <= row.period_start, row
        assert row.period_start <= origin.covers_until.last, row
        key = (row.metric, row.system, row.definition, row.granularity, row.period_start)
        assert key not in seen, row
        seen.add(key)
    assert len(origin_bytes(slug)) < 1_000_000


def test_a_gap_never_covers_a_value() -> None:
    for slug in COUNTS.keys() - {"reported"}:
        series: dict[tuple[str, ...], list[HistoryRow]] = defaultdict(list)
        for row in read_origin(slug):
            series[row.metric, row.system, row.definition, row.granularity].append(row)
        for rows in series.values():
            values = [row for row in rows if row.value is not None]
            for gap in (row for row in rows if row.value is None):
                inside = [
                    row for row in values if row.period_start < gap.period_end and gap.period_start < row.period_end
                ]
                assert not inside, (slug, gap, inside[:1])
                assert gap.detail


@pytest.mark.parametrize(
    ("origin", "gaps"),
    [
        ("github-ranking", [(date(2021, 10, 2), date(2021, 12, 18)), (date(2024, 10, 24), date(2025, 1, 8))]),
        (
            "best-of-ml-python",
            [
                (date(2021, 8, 27), date(2021, 11, 17)),
                (date(2022, 2, 18), date(2022, 4, 14)),
                (date(2024, 6, 7), date(2024, 9, 5)),
            ],
        ),
    ],
)
def test_documented_gaps_are_rows_of_their_own(origin: str, gaps: list[tuple[date, date]]) -> None:
    rows = list(read_origin(origin))
    for start, end in gaps:
        inside = [row for row in rows if start <= row.period_start < end]
        assert {row.status for row in inside} == {"unavailable"}
        for system in ("pytorch", "tensorflow"):
            found = [row for row in inside if (row.metric, row.system) == ("stars", system)]
            assert [(row.period_start, row.period_end) for row in found] == [(start, end)]


def test_one_headline_series_for_each_system_with_downloads() -> None:
    systems = load_catalog().systems
    headline: dict[str, set[str]] = defaultdict(set)
    for row in read_origin("top-pypi-packages"):
        if row.primary:
            headline[row.system].add(row.definition)
    for system, packages in headline.items():
        assert packages == {systems[system].pypi[0].lower()}
    assert {"pytorch", "tensorflow", "keras", "jax"} <= set(headline)


def test_incomplete_periods_say_so() -> None:
    partial = {
        (slug, row.system, row.period_start)
        for slug in origins()
        for row in read_origin(slug)
        if row.status == "partial"
    }
    assert ("stackoverflow-tags", "tensorflow", date(2018, 1, 1)) in partial
    assert ("stackoverflow-monthly", "keras", date(2020, 6, 1)) in partial
    assert ("git-logs", "jax", date(2026, 8, 1)) in partial
    assert len(partial) == 14


def test_figures_keep_their_words_and_their_bounds() -> None:
    figures = list(read_figures())
    rows = list(read_origin("reported"))
    assert len(figures) == len(rows) == 489
    for figure, row in zip(figures, rows, strict=True):
        assert figure.url or figure.seen_in, figure
        if figure.value.startswith(">"):
            assert (row.status, row.value) == ("lower_bound", float(figure.value[1:]))
        elif row.value is None:
            assert row.detail.startswith(f"stated in words: {figure.value}")
        else:
            assert (row.status, row.value) == ("ok", float(figure.value))
    assert not any(row.primary for row in rows)
    assert sum(row.status == "lower_bound" for row in rows) == 28
    assert {figure.value for figure, row in zip(figures, rows, strict=True) if row.value is None} >= {"2-3", "about 33"}


def test_versions_have_days() -> None:
    assert {slug: len(read_releases(slug)) for slug in origins() if read_releases(slug)} == {
        "best-of-ml-python": 424,
        "git-logs": 641,
    }
    systems = load_catalog().systems
    assert all(release.system in systems for slug in origins() for release in read_releases(slug))
    found = {(release.system, release.version): release.released for release in read_releases("git-logs")}
    assert found["keras", "v3.0.0"] == date(2023, 11, 27)


@pytest.mark.parametrize(
    ("body", "entry", "field"),
    [
        (b"start,end\n", "line 1", ""),
        (HEAD + b"2020-01-31,,5\n", "line 2", "metric"),
        (HEAD + FIRST + b"2020-02-31,,5\n", "line 3", "start"),
        (HEAD + FIRST + b"2020-02-29,,five\n", "line 3", "value"),
        (HEAD + FIRST + b"2020-02-29,,\n", "line 3", "value"),
        (HEAD + FIRST + b"2020-02-29,2020-03-09,4,unavailable\n", "line 3", "value"),
        (HEAD + FIRST + b"2020-02-29,2020-02-29,5\n", "line 3", "end"),
        (HEAD + FIRST + b"2020-02-29,,5,good\n", "line 3", "status, granularity or primary"),
        (HEAD + FIRST + b"2020-02-29\n", "line 3", ""),
        (HEAD + b"2020-01-31,,5,,stars,jax,,yes,window,\n", "line 2", "end"),
        (HEAD + b"\xff\n", "", ""),
    ],
)
def test_a_broken_table_is_refused_by_line_and_column(body: bytes, entry: str, field: str) -> None:
    with pytest.raises(CatalogError) as caught:
        list(parse_series(body, "history/x.csv"))
    assert (caught.value.file, caught.value.entry, caught.value.field) == ("history/x.csv", entry, field)


def test_short_lines_belong_to_the_series_above() -> None:
    first, second = parse_series(HEAD + FIRST + b"2020-02-29,,6,partial\n", "x")
    assert first[:6] == ("stars", "jax", "", "day", date(2020, 1, 31), date(2020, 2, 1))
    assert second == first._replace(
        period_start=date(2020, 2, 29), period_end=date(2020, 3, 1), value=6.0, status="partial"
    )


def test_broken_figures_and_releases_are_refused() -> None:
    with pytest.raises(CatalogError, match="line 1"):
        list(parse_figures(b"a,b\n", "x"))
    head, row = origin_bytes("reported").splitlines()[:2]
    with pytest.raises(CatalogError, match="line 2, field start or end"):
        list(parse_rows("figures", head + b"\n" + row.replace(b"20", b"2O"), "x"))
    with pytest.raises(CatalogError, match="line 2, field released"):
        list(parse_releases(b"system,package,version,released,detail\njax,a/b,1,soon,\n", "x"))
    with pytest.raises(CatalogError, match="no origin"):
        read_origin("nowhere")
