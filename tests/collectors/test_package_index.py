"""Reading the package index: dates, tags, months, and data that was written to hurt."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests

from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.source import Context, Item, Parsed
from collectors.sources import package_index
from db import clock
from tests.fakes.package_index import file, project, simple

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)


def read(package: Any, name: str = "made", headline: str = "yes", now: datetime = NOW) -> Parsed:
    item = Item(name, "pytorch", {"package": name, "headline": headline})
    body = package if isinstance(package, bytes) else json.dumps(package).encode()
    return package_index.parse(body, Context(item, "http://index/made/json", now))


def months(parsed: Parsed, definition: str = "made") -> dict[str, tuple[float | None, str]]:
    rows = [row for row in parsed.observations if row.definition == definition]
    return {f"{row.period_start:%Y-%m}": (row.value, row.status) for row in rows}


def test_months_are_counted_from_the_first_release_to_the_running_one() -> None:
    parsed = read(simple("made"))
    assert months(parsed) == {
        "2024-01": (1, "ok"),
        "2024-02": (0, "ok"),
        "2024-03": (1, "ok"),
        "2024-04": (0, "ok"),
        "2024-05": (0, "ok"),
        "2024-06": (0, "partial"),
    }
    first = parsed.observations[0]
    assert (first.metric, first.system, first.granularity, first.primary) == ("releases", "pytorch", "month", True)
    assert first.period_end == date(2024, 2, 1)


def test_pre_releases_are_counted_apart_and_never_as_the_headline() -> None:
    package = project(
        "made",
        {
            "1.0rc1": [file("made-1.0rc1.tar.gz", "2024-04-01T00:00:00Z", kind="sdist")],
            "1.0.dev3": [file("made-1.0.dev3.tar.gz", "2024-04-02T00:00:00Z", kind="sdist")],
            "2004d": [file("made-2004d.tar.gz", "2024-04-03T00:00:00Z", kind="sdist")],
            "1.0.post1": [file("made-1.0.post1.tar.gz", "2024-05-31T23:59:59Z", kind="sdist")],
        },
    )
    parsed = read(package)
    assert months(parsed) == {"2024-05": (1, "ok"), "2024-06": (0, "partial")}
    assert months(parsed, "made pre-releases")["2024-04"] == (3, "ok")
    assert {row.definition for row in parsed.observations if row.primary} == {"made"}
    assert not any(row.primary for row in read(package, headline="").observations)
    assert {release.version for release in parsed.releases if release.prerelease} == {"1.0rc1", "1.0.dev3", "2004d"}


def test_a_release_is_dated_by_its_first_file_and_in_utc() -> None:
    listed = [
        file("made-1.tar.gz", "2024-03-01T00:30:00+01:00", kind="sdist"),
        file("made-1-py3-none-any.whl", "2024-05-01T00:00:00Z"),
    ]
    parsed = read(project("made", {"1": listed}))
    assert parsed.releases[0].released_at == datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    assert next(iter(months(parsed))) == "2024-02"


def test_a_release_without_files_has_no_date_and_is_in_no_month() -> None:
    parsed = read(project("made", {"0.1": []}))
    assert [(release.version, release.released_at, release.yanked) for release in parsed.releases] == [
        ("0.1", None, False)
    ]
    assert parsed.observations == ()


def test_a_release_is_yanked_when_all_its_files_are_and_still_counted() -> None:
    nasty = "<script>alert(1)</script> [x](javascript:y) \x00 '; DROP TABLE run;--"
    gone = file("made-1.tar.gz", "2024-05-01T00:00:00Z", kind="sdist", yanked=True, reason=nasty)
    half = file("made-2.tar.gz", "2024-05-02T00:00:00Z", kind="sdist", yanked=True, reason="no")
    kept = file("made-2-py3-none-any.whl", "2024-05-02T00:00:00Z")
    first, second = read(project("made", {"1": [gone], "2": [half, kept]})).releases
    assert first.yanked
    assert first.yanked_reason == nasty.replace("\x00", "")
    assert (second.yanked, second.yanked_reason) == (False, None)
    assert months(read(project("made", {"1": [gone]})))["2024-05"] == (1, "ok")


@pytest.mark.parametrize(
    ("filename", "kind", "expected"),
    [
        ("made-1-cp311-abi3-linux_x86_64.win32.whl", "bdist_wheel", ("wheel", "cp311", "abi3", "linux_x86_64.win32")),
        ("made-1-2-py2.py3-none-any.whl", "bdist_wheel", ("wheel", "py2.py3", "none", "any")),
        ("made-1.whl", "bdist_wheel", ("wheel", None, None, None)),
        ("made-not a version-py3-none-any.whl", "bdist_wheel", ("wheel", None, None, None)),
        ("made-1.tar.gz", "sdist", ("sdist", None, None, None)),
        ("made-1-py2.7.egg", "bdist_egg", ("egg", None, None, None)),
    ],
)
def test_a_file_keeps_its_kind_and_the_tags_of_its_name(filename: str, kind: str, expected: tuple[Any, ...]) -> None:
    listed = file(filename, "2024-05-01T00:00:00Z", kind=kind, size=7, requires_python=">=3.8")
    (found,) = read(project("made", {"1": [listed]})).releases[0].files
    assert (found.kind, found.python_tag, found.abi_tag, found.platform_tag) == expected
    assert (found.filename, found.size, found.requires_python) == (filename, 7, ">=3.8")


@pytest.mark.parametrize(
    ("size", "uploaded", "why"),
    [
        (-1, "2024-01-01T00:00:00Z", "impossible size"),
        (10**30, "2024-01-01T00:00:00Z", "impossible size"),
        (1, "1970-01-01T00:00:00Z", "before there were packages"),
        (1, "9999-12-31T23:59:59Z", "in the future"),
    ],
)
def test_figures_that_cannot_be_true_cost_that_package_only(size: int, uploaded: str, why: str) -> None:
    listed = file("made-1.tar.gz", uploaded, kind="sdist", size=size)
    with pytest.raises(SkipItem, match=why):
        read(project("made", {"1": [listed]}))


def test_a_flood_of_releases_costs_that_package_only() -> None:
    with pytest.raises(SkipItem, match="more than 20,000 releases"):
        read(project("made", {f"1.{number}": [] for number in range(100_000)}))


def test_a_file_listed_twice_costs_that_package_only() -> None:
    listed = file("made-1.tar.gz", "2024-01-01T00:00:00Z", kind="sdist")
    with pytest.raises(SkipItem, match="twice"):
        read(project("made", {"1": [listed, listed]}))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<!doctype html><p>Down for maintenance", "web page came instead of JSON"),
        (b"", "not valid JSON"),
        (b'{"info": {"name": "made"}, "releases": {', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"info": {"name": "\\ud800"}, "releases": {}}', "not valid JSON"),
        (b"[]", "unknown form at the whole"),
        (b'{"info": {"name": "made"}}', "unknown form at releases"),
        (b'{"info": {"name": "made"}, "releases": []}', "unknown form at releases"),
        (b'{"info": {"name": "other"}, "releases": {}}', "answered about 'other'"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(body: bytes, why: str) -> None:
    with pytest.raises((StopSource, Unreadable), match=why):
        read(body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("packagetype", "bdist_new"),
        ("size", "12"),
        ("size", 1.5),
        ("yanked", "no"),
        ("upload_time_iso_8601", "2024-01-01T00:00:00"),
        ("filename", None),
    ],
)
def test_a_word_that_is_not_in_the_vocabulary_stops_the_source(field: str, value: Any) -> None:
    listed = file("made-1.tar.gz", "2024-01-01T00:00:00Z", kind="sdist") | {field: value}
    with pytest.raises(StopSource, match=field):
        read(project("made", {"1": [listed]}))


@pytest.mark.live
def test_the_real_index_answers_as_expected() -> None:
    """Ask for one small package; its history before 2024 does not change."""
    try:
        body = requests.get(f"{package_index.base_url()}keras-core/json", timeout=10).content
    except requests.RequestException as error:
        pytest.skip(f"NO PACKAGE INDEX: it cannot be reached from here ({type(error).__name__})")
    parsed = read(body, "keras-core", now=clock.now())
    assert len(parsed.releases) >= 9
    assert months(parsed, "keras-core")["2023-07"] == (4, "ok")
