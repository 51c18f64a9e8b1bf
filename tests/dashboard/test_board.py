"""The board: the test cases from the bundled figures, and rows from made evidence."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalog.load import load_catalog
from catalog.models import System
from dashboard.analysis.board import Row, board, newest_month, origin_of
from dashboard.analysis.lanes import is_early, lanes, majors, version_of
from db import read
from db.engine import open_database, reading
from db.read import BoardEvidence, DatedRelease, LastSaid, SeriesRow

TODAY = date(2026, 11, 22)
NOTHING = BoardEvidence([], [], [], {}, {})


def release(version: str, day: date, package: str = "torchserve", **more: object) -> DatedRelease:
    made = DatedRelease("torchserve", "package_index", package, version, day, False, 7, "http://192.0.2.1/x")
    return made._replace(**more)  # type: ignore[arg-type]  # a field of its own type


def said(metric: str, value: float, day: date, system: str = "tfjs") -> LastSaid:
    end = day + timedelta(days=1)
    return LastSaid(system, "github", "tensorflow/tfjs", True, metric, day, end, value, 3, "http://192.0.2.1/x")


def row_of(system: str, evidence: BoardEvidence, today: date = TODAY) -> Row:
    return next(row for row in board(load_catalog(), evidence, today) if row.system.slug == system)


@pytest.fixture(scope="module")
def bundled_evidence(bundled_home: Path) -> BoardEvidence:
    """What the bundled figures tell."""
    engine = open_database(f"sqlite:///{bundled_home / 'framescope.db'}")
    with reading(engine) as session:
        found = read.board_evidence(session)
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("system", "state", "since", "cited"),
    [
        ("torchserve", "archived", date(2025, 8, 7), "TorchServe is archived"),
        ("torchscript", "deprecated", date(2025, 7, 15), "torch.export replaces it"),
        ("tf-hub", "ended", date(2024, 3, 18), "is deleted"),
        ("tf-fold", "dormant", date(2017, 10, 31), "falls silent"),
        ("theano", "ended", date(2017, 9, 28), "will stop developing Theano"),
        ("cntk", "ended", date(2019, 4, 1), "last main release"),
        ("torch7", "ended", date(2018, 7, 2), "ends active development"),
        ("mxnet", "archived", date(2023, 11, 17), "is archived"),
    ],
)
def test_the_test_cases_have_their_state_from_a_citation(
    bundled_evidence: BoardEvidence, system: str, state: str, since: date, cited: str
) -> None:
    row = row_of(system, bundled_evidence)
    assert (row.state.state, row.state.still_since, row.marked) == (state, since, "cited")
    (decided,) = [one for one in row.evidence if one.basis == row.state.basis and one.day == since]
    assert cited in decided.says
    assert decided.url.startswith("https://")


def test_every_system_has_a_row_and_the_bundled_is_marked(bundled_evidence: BoardEvidence) -> None:
    catalog = load_catalog()
    rows = board(catalog, bundled_evidence, TODAY)
    assert [row.system.slug for row in rows] == [slug for slug, system in catalog.systems.items() if system.shown]
    assert len(rows) >= 45
    for row in rows:
        assert (row.state.state == "unknown") == (row.marked == "")
        for one in row.evidence:
            assert one.origin == ("bundled" if one.source.startswith("history.") else "cited"), row.system.slug
    caffe = next(row for row in rows if row.system.slug == "caffe")
    assert (caffe.state.state, caffe.marked) == ("dormant", "bundled")
    assert caffe.last is not None
    assert caffe.last.evidence.receipt is not None
    pytorch = next(row for row in rows if row.system.slug == "pytorch")
    assert pytorch.downloads is not None
    assert (pytorch.downloads.value, pytorch.downloads.until) == (87347847.0, date(2026, 3, 31))


def test_without_any_evidence_only_what_is_cited_is_known() -> None:
    states = {row.system.slug: row.state.state for row in board(load_catalog(), NOTHING, TODAY)}
    assert (states["torchserve"], states["pytorch"]) == ("archived", "lives")
    assert {states["tfjs"], states["onnxruntime"], states["hugectr"]} == {"unknown"}
    later = {row.system.slug: row.state.state for row in board(load_catalog(), NOTHING, date(2027, 12, 1))}
    assert (later["torchserve"], later["pytorch"]) == ("archived", "unknown"), "a citation of a release grows old"


def test_what_the_catalogue_cites_elsewhere_is_a_sign_of_life_and_a_newer_version(
    bundled_evidence: BoardEvidence,
) -> None:
    """The bundled tables end in October 2025; the languages and milestones of the catalogue are known to later days."""
    mobile = row_of("executorch", bundled_evidence)
    assert (mobile.state.state, mobile.marked, mobile.state.on) == ("lives", "cited", date(2026, 8, 14))
    assert "1.4.1 released" in mobile.evidence[0].says
    assert mobile.evidence[0].url.startswith("https://")
    audio = row_of("torchaudio", bundled_evidence)
    assert (audio.state.state, audio.state.on) == ("slows", date(2025, 8, 6))
    web = row_of("transformersjs", bundled_evidence)
    assert (web.state.state, web.newer and web.newer.on.text) == ("lives", "2026-10")
    torch = row_of("pytorch", bundled_evidence)
    assert torch.last is not None
    assert torch.newer is not None
    assert (torch.last.version, torch.newer.version, torch.newer.on.text) == ("2.9.0", "2.15.0", "2026-11-21")
    assert torch.state.on is not None
    assert torch.state.on > torch.last.evidence.seen, "a cited release that the table could not know of"
    java = row_of("tensorflow-java", bundled_evidence)
    assert [one.day for one in java.evidence] == [date(2026, 7, 18)], "one release, told once"


def test_what_was_looked_at_since_knows_better_than_a_citation() -> None:
    one = release("2.15.1", date(2026, 11, 21), "torch", system="pytorch")
    row = row_of("pytorch", NOTHING._replace(releases=[one], asked={"pytorch": TODAY}))
    assert (row.newer, row.marked) == (None, "collected")


def test_a_version_without_a_day_of_release_is_no_release() -> None:
    row = row_of("onnxruntime", NOTHING)
    assert (row.state.state, row.newer and row.newer.version) == ("unknown", "1.31.1")
    assert row.state.why == "what is cited does not tell whether it goes on"
    assert "the day of its release is not known" in row.evidence[0].says


def test_a_repository_tells_what_a_package_does_not() -> None:
    closed = [said("archived", 1.0, TODAY), said("days_since_push", 40.0, TODAY)]
    row = row_of("tfjs", NOTHING._replace(repositories=closed))
    assert (row.state.state, row.archived, row.state.still_since) == ("archived", True, TODAY - timedelta(days=40))
    assert row.evidence[0].receipt == 3
    opened = [said("archived", 0.0, TODAY), said("days_since_push", 40.0, TODAY)]
    row = row_of("tfjs", NOTHING._replace(repositories=opened))
    assert (row.state.state, row.archived, row.marked) == ("lives", False, "collected")


def test_a_release_of_a_live_source_counts_to_the_day_it_was_asked_for() -> None:
    one = release("0.13.0", date(2026, 10, 1))
    row = row_of("torchserve", NOTHING._replace(releases=[one], asked={"torchserve": TODAY}))
    assert (row.state.state, row.marked) == ("lives", "collected")
    assert row.last is not None
    assert (row.last.version, row.last.evidence.seen, row.last.evidence.receipt) == ("0.13.0", TODAY, 7)
    early = release("0.14.0rc1", date(2026, 11, 1), early=True)
    row = row_of("torchserve", NOTHING._replace(releases=[one, early], asked={"torchserve": TODAY}))
    assert row.last is not None
    assert row.last.version == "0.13.0"


def test_what_came_from_this_machine_is_marked_as_a_test() -> None:
    fake = release("0.13.0", date(2026, 10, 1), url="http://127.0.0.1:4711/torchserve/json")
    row = row_of("torchserve", NOTHING._replace(releases=[fake], asked={"torchserve": TODAY}))
    assert row.marked == "test server"
    assert origin_of("history.git-logs", "http://127.0.0.1/") == "bundled"
    assert origin_of("package_index", None) == "collected"


def test_a_part_without_signs_stands_as_its_whole_does() -> None:
    whole = release("3.0.0", TODAY - timedelta(days=9), "tensorflow", system="tensorflow")
    found = NOTHING._replace(releases=[whole], asked={"tensorflow": TODAY})
    row = row_of("tf-eager", found)
    assert (row.state.state, row.state.basis, row.last) == ("lives", "whole", None)
    assert row.state.why == "part of TensorFlow: released within a year"
    assert "tensorflow 3.0.0 released" in row.evidence[0].says
    assert row_of("pytorch-mobile", found).state.state == "ended"


def test_former_packages_and_worse_sources_do_not_lead() -> None:
    system = System(slug="s", name="S", role="api", github=("o/s",), pypi=("one", "two"), former_pypi=("old",))
    day = date(2026, 1, 1)
    made = [
        release("9", day, "old", system="s"), release("1", day, "two", system="s"),
        release("1", day, "one", system="s"), release("v8", day, "o/s", system="s", source="history.git-logs"),
    ]  # fmt: skip
    assert [lane.package for lane in lanes(made, system)] == ["one", "two", "o/s"]
    assert [lane.package for lane in lanes(made[:1], system)] == ["old"]


def test_versions_are_read_from_tags_and_majors_are_their_first() -> None:
    assert [str(version_of(tag)) for tag in ("v1.0", "rel-1.0.5", "tfjs-v4.22.0", "bsd")] == [
        "1.0", "1.0.5", "4.22.0", "None",
    ]  # fmt: skip
    assert is_early(release("2.0.0.beta1", TODAY))
    assert is_early(release("v1.0-rc.2", TODAY))
    assert is_early(release("rc3", TODAY)), "a tag of Caffe"
    assert not is_early(release("1.0.post1", TODAY))
    days = [TODAY + timedelta(days=n) for n in range(6)]
    line = [release(v, d) for v, d in zip(("0.9", "1.0", "3.0", "2.9", "3.1", "2026.1"), days, strict=True)]
    assert [(one.version, major) for one, major in majors(line)] == [("1.0", 1), ("3.0", 3)]
    late = [release(v, d) for v, d in zip(("1.7.0", "1.8.0", "2.0.0.post1", "3.1", "3.2"), days, strict=False)]
    assert [(one.version, major) for one, major in majors(late)] == [("2.0.0.post1", 2)], "a table that begins late"


def test_of_two_tables_of_one_repository_the_fuller_one_is_drawn() -> None:
    def told(source: str, *days: date) -> list[DatedRelease]:
        return [release("1.0", day)._replace(source=source, package="o/s") for day in days]

    last = date(2020, 7, 27)
    made = [*told("history.a", last), *told("history.b", date(2011, 8, 12), last)]
    system = System(slug="torchserve", name="TorchServe", role="serving", pypi=("torchserve",))
    assert [(lane.source, len(lane.releases)) for lane in lanes(made, system)] == [("history.b", 2), ("history.a", 1)]


def test_of_two_releases_on_one_day_the_higher_version_is_the_last() -> None:
    day = date(2026, 7, 29)
    made = [release("3.15.1", day), release("3.12.4", day), release("3.9.0", date(2026, 1, 1))]
    system = System(slug="torchserve", name="TorchServe", role="serving", pypi=("torchserve",))
    assert [lanes(rows, system)[0].newest.version for rows in (made, made[::-1])] == ["3.15.1", "3.15.1"]


def test_downloads_are_of_the_newest_whole_month_that_counts() -> None:
    def month(start: date, days: int, **more: object) -> SeriesRow:
        made = SeriesRow(
            "torchserve", "downloads", "clickpy", "torchserve", "month", start, start + timedelta(days=days), 5.0,
            "downloads", "ok", datetime(2026, 11, 22, tzinfo=UTC), 9, True,
        )  # fmt: skip
        return made._replace(**more)  # type: ignore[arg-type]  # a field of its own type

    system = load_catalog().systems["torchserve"]
    good = month(date(2026, 9, 1), 30)
    others = [
        month(date(2026, 10, 1), 31, doubt="jump"), month(date(2026, 10, 1), 31, value=None),
        month(date(2026, 10, 1), 31, status="partial"), month(date(2026, 11, 1), 30), month(date(2025, 1, 1), 365),
        month(date(2026, 10, 1), 31, system="torch7"),
    ]  # fmt: skip
    found = newest_month([*others, good], system, TODAY, {})
    assert found is not None
    assert (found.since, found.until, found.receipt) == (date(2026, 9, 1), date(2026, 9, 30), 9)
    assert newest_month(others, system, TODAY, {}) is None
