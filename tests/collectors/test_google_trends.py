"""Exports of Google Trends: any language and resolution, `<1` as it is meant, and never two scales in one line."""

import gzip
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import SkipItem
from collectors.source import Parsed
from collectors.sources.google_trends.export import recognises
from db.records import Observation
from tests.collectors.importing import Importing, read_file

WEEKS = ("2026-10-25", "2026-11-01", "2026-11-08", "2026-11-15")
TERMS = ("PyTorch: (Worldwide)", "TensorFlow: (Worldwide)")


def export(
    rows: Sequence[Sequence[Any]],
    labels: Sequence[str] = TERMS,
    unit: str = "Week",
    head: str = "Category: All categories",
) -> bytes:
    lines = [head, "", ",".join([unit, *labels]), *(",".join(map(str, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


SMALL = export([(week, 50 + number, "<1" if number < 2 else 2) for number, week in enumerate(WEEKS)])


def read(body: bytes, name: str = "multiTimeline.csv") -> Parsed:
    return read_file("google_trends", body, name)


def rows(parsed: Parsed, system: str = "pytorch") -> dict[date, tuple[float | None, str]]:
    return {row.period_start: (row.value, row.status) for row in parsed.observations if row.system == system}


def definitions(parsed: Parsed) -> list[str]:
    return sorted({row.definition for row in parsed.observations})


def test_weeks_are_read_and_the_last_one_is_partial() -> None:
    parsed = read(SMALL)
    days = [date.fromisoformat(week) for week in WEEKS]
    assert rows(parsed) == dict(zip(days, [(50, "ok"), (51, "ok"), (52, "ok"), (53, "partial")], strict=True))
    assert {(row.granularity, (row.period_end - row.period_start).days) for row in parsed.observations} == {("week", 7)}


def test_below_one_is_a_lower_bound_of_nothing_and_zero_is_google_s_own() -> None:
    parsed = read(export([(week, 100, value) for week, value in zip(WEEKS, ["<1", "< 1", "0", "5"], strict=True)]))
    assert [*rows(parsed, "tensorflow").values()] == [(0, "lower_bound"), (0, "lower_bound"), (0, "ok"), (5, "partial")]


def test_an_empty_cell_is_no_value() -> None:
    parsed = read(export([(week, value, 1) for week, value in zip(WEEKS, [7, "", 9, 10], strict=True)]))
    assert rows(parsed)[date(2026, 11, 1)] == (None, "unavailable")


@pytest.mark.parametrize(
    ("unit", "head", "region"),
    [
        ("Week", "Category: All categories", "Worldwide"),
        ("Woche", "Kategorie: Alle Kategorien", "Weltweit"),
        ("Semaine", "Catégorie : Toutes catégories", "Dans tous les pays"),
        ("周", "类别:所有类别", "全球"),
        ("週", "カテゴリ: すべてのカテゴリ", "すべての国"),
        ("Неделя", "Категория: Все категории", "По всему миру"),
        ("أسبوع", "الفئة: كل الفئات", "جميع أنحاء العالم"),
        ("Hafta", "Kategori: Tüm kategoriler", "Dünya Geneli"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_language_and_encoding_gives_the_same_figures(unit: str, head: str, region: str, encoding: str) -> None:
    labels = [f"PyTorch: ({region})", f"TensorFlow: ({region})"]
    text = export([(week, 40, 20) for week in WEEKS], labels, unit, head).decode()
    body = text.replace("\n", "\r\n").encode(encoding)
    assert recognises(body)
    parsed = read(body)
    assert [*rows(parsed).values()] == [(40, "ok")] * 3 + [(40, "partial")]
    (definition,) = definitions(parsed)
    assert definition.startswith(f"search terms, {region}, ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_long_export_is_known_by_its_beginning(encoding: str) -> None:
    first = date(2026, 11, 20) - timedelta(days=2_999)
    text = export([(first + timedelta(days=number), 100, 3) for number in range(3_000)]).decode()
    body = ("\ufeff" + text).encode(encoding)
    assert recognises(body[:65_536])
    assert len(rows(read(body))) == 3_000


def test_marks_of_direction_and_other_digits_are_read() -> None:
    labels = ["\u200fPyTorch: (\u202bالعالم\u202c)"]
    values = ["\u200e<١", "٥٧", "100"]
    parsed = read(export([[week, value] for week, value in zip(WEEKS, values, strict=False)], labels))
    assert [*rows(parsed).values()] == [(0, "lower_bound"), (57, "ok"), (100, "partial")]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_read(separator: str) -> None:
    body = SMALL.replace(b",", separator.encode())
    assert recognises(body)
    assert [value for value, _ in rows(read(body)).values()] == [50, 51, 52, 53]


def test_days_and_months_are_told_apart_by_their_dates() -> None:
    days = [(date(2026, 2, 27) + timedelta(days=number)).isoformat() for number in range(4)]
    parsed = read(export([(day, 1, 2) for day in days], unit="Jour"))
    assert {row.granularity for row in parsed.observations} == {"day"}
    parsed = read(export([("2025-12", 1, 2), ("2026-01", 3, 4), ("2026-02", 5, 6)], unit="Mois"))
    assert rows(parsed) == {date(2025, 12, 1): (1, "ok"), date(2026, 1, 1): (3, "ok"), date(2026, 2, 1): (5, "partial")}
    assert {row.granularity for row in parsed.observations} == {"month"}


def test_hours_become_whole_days_by_their_mean() -> None:
    start = datetime(2026, 11, 14, 10)  # noqa: DTZ001  # an export has no time zone
    hours = [start + timedelta(hours=number) for number in range(60)]
    body = export([(hour.strftime("%Y-%m-%dT%H"), hour.hour, "<1") for hour in hours], unit="Time")
    parsed = read(body)
    found = rows(parsed)
    assert [*found] == [date(2026, 11, 14), date(2026, 11, 15), date(2026, 11, 16)]
    assert found[date(2026, 11, 15)] == (11.5, "ok")
    assert [status for _, status in found.values()] == ["partial", "ok", "partial"]
    assert rows(parsed, "tensorflow")[date(2026, 11, 15)] == (0, "lower_bound")


def test_a_day_on_which_clocks_go_back_is_read() -> None:
    hours = [*range(3), 2, *range(3, 24)]
    stamps = [*(f"2026-10-25T{hour:02}" for hour in hours), *(f"2026-10-26T{hour:02}" for hour in range(5))]
    found = rows(read(export([(stamp, 10, 10) for stamp in stamps])))
    assert found == {date(2026, 10, 25): (10, "ok"), date(2026, 10, 26): (10, "partial")}


def test_a_few_hours_of_two_days_are_partial_both() -> None:
    stamps = [*(f"2026-11-19T{hour:02}" for hour in range(9, 24)), *(f"2026-11-20T{hour:02}" for hour in range(9))]
    assert [status for _, status in rows(read(export([(stamp, 1, 1) for stamp in stamps]))).values()] == ["partial"] * 2


def test_the_newer_form_of_export_is_read_and_its_region_is_in_the_name() -> None:
    body = b'"Time","PyTorch","TensorFlow","""x"""\n"2025-12-01",10,0,0\n"2026-01-01",64,2,0\n"2026-02-01",100,<1,0\n'
    assert recognises(body)
    parsed = read(body, "time_series_Worldwide_20251201-0000_20260320-0856.csv")
    assert rows(parsed) == {
        date(2025, 12, 1): (10, "ok"),
        date(2026, 1, 1): (64, "ok"),
        date(2026, 2, 1): (100, "partial"),
    }
    assert [name.split(",")[1] for name in definitions(parsed)] == [" Worldwide"]
    assert definitions(read(body, "renamed.csv"))[0].startswith("search terms, region not stated, ")


def test_topics_and_terms_and_regions_are_definitions_of_their_own() -> None:
    labels = [
        "PyTorch: (Germany)",
        "pytorch (Logiciel): (Germany)",
        "PyTorch: (United States)",
        "Tensorflow: (Germany)",
    ]
    parsed = read(export([(week, 1, 2, 3, 4) for week in WEEKS], labels))
    assert sorted(", ".join(name.split(", ")[:2]) for name in definitions(parsed)) == [
        "search terms, Germany",
        "search terms, United States",
        "topics, Germany",
    ]
    primary = {(row.system, row.definition.split(", ")[0]) for row in parsed.observations if row.primary}
    assert primary == {("pytorch", "search terms"), ("tensorflow", "search terms")}


def test_a_term_nobody_knows_is_named_and_a_second_for_a_system_left_out() -> None:
    labels = ["PyTorch: (Worldwide)", "Mojo: (Worldwide)", "JAX: (Worldwide)", "Google JAX: (Worldwide)"]
    parsed = read(export([(week, 1, 2, 3, 4) for week in WEEKS], labels))
    assert {row.system for row in parsed.observations} == {"pytorch", "jax"}
    assert "no system of this name" in parsed.missing["Mojo: (Worldwide)"]
    assert "second column" in parsed.missing["Google JAX: (Worldwide)"]
    assert {value for value, _ in rows(parsed, "jax").values()} == {3}


def test_two_exports_are_never_one_line_and_the_newest_is_shown_first(importing: Importing) -> None:
    other = export([(week, 10 + number, 1) for number, week in enumerate(WEEKS)])
    first, second = importing(SMALL, other)
    assert (first.status, second.status, second.revised) == ("ok", "ok", 0)
    stored = importing.rows("google_trends")
    assert len({row.definition for row in stored}) == 2
    assert len([row for row in stored if row.system == "pytorch"]) == 2 * len(WEEKS)
    primary = {(row.system, row.definition) for row in stored if row.primary}
    assert len(primary) == 2
    assert {row.value for row in stored if row.primary and row.system == "pytorch"} == {10, 11, 12, 13}


def test_an_older_export_of_other_terms_leaves_those_it_has_not(importing: Importing) -> None:
    importing(SMALL, export([(week, 5) for week in WEEKS], TERMS[:1]))
    primary = {(row.system, row.value) for row in importing.rows("google_trends") if row.primary}
    assert {value for system, value in primary if system == "pytorch"} == {5}
    assert {value for system, value in primary if system == "tensorflow"} == {0, 2}


def test_a_last_row_that_broke_off_is_left_out_and_said() -> None:
    parsed = read(SMALL.rsplit(b",", 1)[0])
    assert [*rows(parsed).values()][-1] == (52, "partial")
    assert parsed.missing == {"the last row": "broke off and was left out"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (SMALL.replace(b"2026-11-01", b"11/01/2026"), "begins with '11/01/2026', which is no date"),
        (SMALL.replace(b"2026-", b"11/01/"), "No row begins with a date"),
        (SMALL.replace(b"51,", b"51"), "has 2 cells and not 3"),
        (SMALL.replace(b"51,", b"51,1,"), "has 4 cells and not 3"),
        (SMALL.replace(b"51,", b"101,"), "'101', which is no value"),
        (SMALL.replace(b"51,", b"-1,"), "'-1', which is no value"),
        (SMALL.replace(b"51,", b"5.5,"), "'5.5', which is no value"),
        (SMALL.replace(b"<1", b"<2"), "'<2', which is no value"),
        (SMALL.replace(b"51,", b"many,"), "'many', which is no value"),
        (SMALL.replace(b"2026-11-01", b"2026-11-02"), "neither days nor weeks nor months"),
        (SMALL.replace(b"2026-11-01", b"2026-11-31"), "which is no date"),
        (SMALL.replace(b"2026-11-01", b"2026-11-08"), "neither days nor weeks"),
        (SMALL.replace(b"2026-10-25", b"2026-11-22"), "not in the order"),
        (SMALL.replace(b"2026-11-15", b"2026-11"), "not in the order"),
        (SMALL.replace(b"2026", b"2027"), "in the future"),
        (SMALL.replace(b"TensorFlow:", b"PyTorch:"), "same name"),
        (SMALL.replace(b"TensorFlow: (Worldwide)", b""), "same name, or one has none"),
        (export([("2026-11-15", 3, 4)]), "neither days nor weeks"),
        (export([("2026-01", 1, 1), ("2026-03", 1, 1)]), "misses a month"),
        (export([(week, 1) for week in WEEKS], ["Mojo: (Worldwide)"]), "None of its terms is known"),
        (export([(week, *range(60)) for week in WEEKS], [f"t{n}: (W)" for n in range(60)]), "more than 50 columns"),
        ("Catégorie".encode("latin-1") + SMALL, "neither UTF-8 nor UTF-16"),
        (SMALL.decode().encode("utf-16-le"), "bytes that are no text"),
        (b"Category: x\n\nCountry,PyTorch: (5/1/21 - 5/1/26)\nChina,100\nGhana,3\n", "it says 'China'"),
        (export([]), "No row begins with a date"),
        (gzip.compress(SMALL)[:-3], "in the middle of its compressed data"),
    ],
)
def test_a_file_that_is_no_whole_export_is_refused_in_one_sentence(body: bytes, why: str) -> None:
    with pytest.raises(SkipItem, match=re.escape(why)) as caught:
        read(body)
    assert "\n" not in caught.value.message


def test_a_map_of_regions_is_known_for_what_it_is_not() -> None:
    assert recognises(b"Category: x\n\nCountry,PyTorch: (5/1/21 - 5/1/26)\nChina,100\n")
    assert not recognises(b"Date,Open,Close\n2026-01-01,1200,1201\n")
    assert not recognises(b"\xff\xfe\x00")


def test_text_from_the_file_is_shortened_and_printable() -> None:
    labels = [f"PyTorch: ({'x' * 500}\x1b[31m)", "\x1b[2J" + "y" * 500 + ": (Worldwide)"]
    parsed = read(export([(week, 1, 2) for week in WEEKS], labels, head="Category: " + "z" * 500))
    shown = [*definitions(parsed), *parsed.missing, *parsed.notes]
    assert all(text.isprintable() and len(text) < 250 for text in shown)


VALUES = st.one_of(st.integers(0, 100).map(str), st.just("<1"), st.just(""))


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=40), st.sampled_from([1, 7]), st.booleans())
def test_every_value_of_an_export_is_stored_once_as_it_stands(
    values: list[tuple[str, str]], step: int, marked: bool
) -> None:
    first = date(2026, 11, 21) - timedelta(days=step * len(values))
    days = [first + timedelta(days=step * number) for number in range(len(values))]
    body = export([(day, *pair) for day, pair in zip(days, values, strict=True)])
    parsed = read(b"\xef\xbb\xbf" + body if marked else body)
    for system, column in (("pytorch", 0), ("tensorflow", 1)):
        mine = [row for row in parsed.observations if row.system == system]
        assert [row.period_start for row in mine] == days
        written = [pair[column] for pair in values]
        assert [_says(row) for row in mine[:-1]] == written[:-1]
        assert (mine[-1].value, mine[-1].status) == _LAST.get(
            written[-1], (float(written[-1].strip("<") or 0), "partial")
        )


_LAST = {"": (None, "unavailable"), "<1": (0, "partial")}


def _says(row: Observation) -> str:
    """A stored value as the export writes it."""
    return "" if row.value is None else "<1" if row.status == "lower_bound" else f"{row.value:.0f}"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_nothing_but_a_refusal_is_raised(body: bytes) -> None:
    recognises(body)
    for given_body in (body, SMALL[: len(body)] + body, body + SMALL):
        try:
            parsed = read(given_body)
        except SkipItem:
            continue
        assert all(row.value is None or 0 <= row.value <= 100 for row in parsed.observations)


def test_the_day_of_the_import_bounds_an_export() -> None:
    now = datetime(2026, 11, 13, 12, tzinfo=UTC)
    with pytest.raises(SkipItem, match="reaches to 2026-11-15"):
        read_file("google_trends", SMALL, now=now)
    assert read_file("google_trends", SMALL, now=now + timedelta(days=1)).observations
