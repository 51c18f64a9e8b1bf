"""The Ecosystem page: its answer, its views and filters, its evidence, and what it does with hostile text."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from dashboard import living
from dashboard.analysis.board import Row, board
from dashboard.analysis.board_words import SIGNS, answer, kept
from dashboard.analysis.lanes import Lane, lanes
from dashboard.analysis.life import STATES, State
from dashboard.analysis.platforms import Wheels, by_platform, newest, platform_words
from dashboard.charts.timeline import timeline
from dashboard.sections.ecosystem_controls import VIEWS
from dashboard.sections.ecosystem_timeline import finding
from db import write
from db.engine import open_database, writing
from db.read import BoardEvidence, DatedRelease
from db.records import PackageFile, Release
from language.words import _, speaking
from tests.dashboard.conftest import Opened, typed
from tests.dashboard.test_views import HOSTILE, asked, said, words

CATALOG = load_catalog()
TODAY = date(2026, 11, 22)
ROWS = board(CATALOG, BoardEvidence([], [], [], {}, {}), TODAY)


@pytest.fixture
def collected(new_home: Path) -> Path:
    """A home with two releases of torch, their wheels, and one with hostile words of another package."""
    engine = open_database()
    day = datetime.now(UTC) - timedelta(days=30)
    wheels = tuple(
        PackageFile(f"torch-2.15.0-cp311-cp311-{tag}.whl", "wheel", "cp311", "cp311", tag, 9, day, None, False)
        for tag in ("manylinux_2_28_x86_64", "win_amd64")
    )
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="package_index")
        write.catalog(session, run, CATALOG)
        rows = [
            Release("pytorch", "torch", "2.14.0", day - timedelta(days=60)),
            Release("pytorch", "torch", "2.15.0", day, files=wheels),
            Release("torchserve", HOSTILE, HOSTILE, day),
        ]
        write.releases(session, run, "package_index", rows, None)
        write.set_cursor(session, run, "package_index", "asked torch", day.date().isoformat())
        write.finish_run(session, run, status="ok", new=3)
    engine.dispose()
    return new_home


def table(app: AppTest) -> list[dict[str, object]]:
    """The rows of the page's first table."""
    return [{str(name): value for name, value in row.items()} for row in app.dataframe[0].value.to_dict("records")]


def test_the_page_answers_and_shows_sign_and_word(site: Opened, bundled: Path) -> None:
    app = site("ecosystem")
    title = app.title[0].value.replace("\u00a0", " ").replace("\\", "")
    assert title.startswith("Of 57 systems ")
    assert "TorchServe is archived since Aug 2025." in title
    rows = {str(row["system"]): row for row in table(app)}
    assert len(rows) == 57
    assert rows["TorchServe"]["state"] == "▣ archived"
    assert rows["TorchServe"]["rests on"] == "cited"
    assert rows["TorchScript"]["successor"] == "torch.export"
    assert rows["Caffe"]["rests on"] == "bundled"
    assert rows["ExecuTorch"]["state"] == "● lives"
    assert str(rows["ExecuTorch"]["newer, as cited"]).replace("\u00a0", " ") == "1.4.1 (14 Aug 2026)"
    assert rows["HugeCTR"]["state"] == "? unknown"
    states = [STATES.index(str(row["state"])[2:]) for row in table(app)]
    assert states == sorted(states)


def test_an_empty_database_still_knows_what_is_cited(site: Opened, new_home: Path) -> None:
    app = site("ecosystem")
    assert "the state is unknown: no release is in this store" in words(app)
    assert {str(row["rests on"]) for row in table(app)} == {"cited", "nothing"}


@pytest.mark.parametrize("show", list(VIEWS))
def test_every_view_is_drawn_on_figures_and_without(show: str, site: Opened, bundled: Path) -> None:
    app = site("ecosystem", show=show)
    assert not app.exception
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("show", ["timeline", "reach"])
def test_without_releases_a_view_says_what_brings_them(show: str, site: Opened, new_home: Path) -> None:
    app = site("ecosystem", show=show)
    assert not app.exception
    assert any("framescope collect package_index" in line for line in typed(app))


def test_filters_narrow_the_board_and_go_into_the_address(site: Opened, bundled: Path) -> None:
    app = site("ecosystem", state=["archived", "ended"], framework="pytorch")
    assert {str(row["system"]) for row in table(app)} == {"TorchServe", "torchtext", "PyTorch Mobile"}
    app.multiselect("ecosystem.role").set_value(["serving"]).run()
    assert [row["system"] for row in table(app)] == ["TorchServe"]
    assert asked(app, "role") == ["serving"]
    assert asked(app, "state") == ["archived", "ended"]
    app.multiselect("ecosystem.role").set_value(["browser"]).run()
    assert "No system is of that role" in words(app)


@pytest.mark.parametrize(("lang", "written"), [("en", "87.3 M"), ("zh-CN", "8,730 万")])
def test_downloads_are_written_in_the_language_of_the_page_and_sort_as_numbers(
    site: Opened, bundled: Path, lang: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    board = site("ecosystem", lang=lang).dataframe[0]
    shown = pa.ipc.open_stream(board.proto.arrow_data.styler.display_values).read_all().to_pandas()
    with speaking(lang):
        at = list(board.value.columns).index(_("downloads"))
    assert written in [str(text).replace("\u00a0", " ") for text in shown.iloc[:, at]]
    assert board.value.iloc[:, at].max() > 1e6


def test_an_unknown_name_in_the_address_is_answered(site: Opened, bundled: Path) -> None:
    assert "Did you mean ▣ archived?" in words(site("ecosystem", state="archved"))
    app = site("ecosystem", show=HOSTILE, role=HOSTILE)
    assert not app.exception
    assert "<script" not in said(app).replace("\\<", "")


def test_a_choice_survives_a_look_at_another_view(site: Opened, bundled: Path) -> None:
    app = site("ecosystem", state="archived")
    app.segmented_control("ecosystem.show").set_value("past").run()
    assert asked(app, "state") == ["archived"]
    app.segmented_control("ecosystem.show").set_value("board").run()
    assert len(table(app)) == 3


def test_what_was_collected_shows_with_its_day(site: Opened, collected: Path) -> None:
    rows = {str(row["system"]): row for row in table(site("ecosystem"))}
    assert (rows["PyTorch"]["state"], rows["PyTorch"]["rests on"]) == ("● lives", "collected")
    assert rows["PyTorch"]["last release"] == "2.15.0"
    app = site("ecosystem", show="timeline", system="pytorch")
    assert "Last released: PyTorch 2.15.0" in "\n".join(s.value for s in app.header).replace("\\", "")
    wheels = site("ecosystem", show="reach", system="pytorch").dataframe[-1].value
    assert set(wheels["platform"]) == {"Linux x86_64", "Windows x86_64"}


def test_versions_from_elsewhere_cannot_draw_the_page(site: Opened, collected: Path) -> None:
    for show in ("board", "timeline"):
        app = site("ecosystem", show=show, system="torchserve")
        assert not app.exception
        assert "<script" not in said(app).replace("\\<", "")


def test_evidence_names_day_source_receipt_or_page(site: Opened, collected: Path) -> None:
    def script() -> None:
        from dashboard import data, living
        from dashboard.sections import ecosystem_board

        rows = {row.system.slug: row for row in living.rows()}
        for slug in ("pytorch", "torchserve", "hugectr", "onnxruntime"):
            ecosystem_board.evidence(rows[slug], data.catalog())

    app = AppTest.from_function(script, default_timeout=60).run()
    told = words(app)
    assert "torch 2.15.0 released (collected, Python package index, as of" in told
    assert "2025-08-07: TorchServe is archived (cited, [page](https://github.com/pytorch/serve/issues/3396))" in told
    assert "Nothing dated is known." in told
    assert "(cited: package index, project onnxruntime)" in told
    assert HOSTILE in told
    assert "<script" not in said(app).replace("\\<", "")


def test_the_answer_counts_every_state_once() -> None:
    def row(state: str, since: date | None = None) -> Row:
        return Row(CATALOG.systems["cntk"], State(state, "", since, since), None, None, None, None, ())

    made = [row("lives"), row("lives"), row("slows"), row("ended", date(2019, 4, 1)), row("unknown")]
    assert answer(made).replace("\u00a0", " ") == (
        "Of five systems 2 live, 1 slows, 1 has ended; of 1 the state is unknown: no release is in "
        "this store. "
        "The last to go: Microsoft Cognitive Toolkit (CNTK) has ended since Apr 2019."
    )

    def seen(on: date) -> Row:
        return Row(CATALOG.systems["cntk"], State("lives", "", on, on), None, None, None, None, ())

    old, new = seen(date(2025, 10, 31)), seen(date(2026, 11, 2))
    assert answer([old, old]).replace("\u00a0", " ") == "Of two systems 2 live (as of Oct 2025)."
    assert "2 live (as of Oct 2025 to Nov 2026)" in answer([old, new]).replace("\u00a0", " ")
    assert answer([row("unknown")]) == "Of one system the state is unknown."
    assert answer([]) == "No system is tracked."
    assert set(SIGNS) == set(STATES)
    assert max(Counter(SIGNS.values()).values()) == 1


def test_a_framework_keeps_itself_its_parts_and_what_serves_it() -> None:
    found = {row.system.slug for row in kept(ROWS, (), ("tensorflow",), ())}
    assert {"tensorflow", "tf-eager", "tensorboard", "keras"} <= found
    assert "pytorch" not in found
    assert len(kept(ROWS, (), (), ())) == len(ROWS)


def test_platform_tags_in_words() -> None:
    tags = ("manylinux_2_17_x86_64.manylinux2014_x86_64", "macosx_11_0_arm64", "win32", "any", "emscripten_3_wasm32")
    assert [platform_words(tag) for tag in tags] == [
        "Linux x86_64", "macOS arm64", "Windows 32 bit", "any", "emscripten_3_wasm32",
    ]  # fmt: skip
    rows = [Wheels("2.0", "cp311", "win32", 2), Wheels("2.0", "cp312", "win32", 1), Wheels("1.0", "cp311", "any", 5)]
    assert by_platform(rows, "2.0") == {"Windows 32 bit": 3}
    assert newest(["1.9", "1.10", "2.0rc1", "bad version"]) == "1.10"
    assert newest([]) is None


def test_the_timeline_has_a_lane_a_system_and_numbers_at_majors() -> None:
    def release(version: str, day: date) -> DatedRelease:
        return DatedRelease("pytorch", "package_index", "torch<b>", version, day, False, None, None)

    made = [
        release("1.0.0", date(2018, 12, 7)),
        release("1.1.0", date(2019, 5, 1)),
        release("2.0.0", date(2023, 3, 15)),
    ]
    figure = timeline(lanes(made, CATALOG.systems["pytorch"]), {"pytorch": "Py<i>Torch"}, TODAY, "dark")
    ticks, majors = figure.data
    assert len(ticks.x) == 3
    assert list(majors.text) == ["1.0", "2.0"]
    assert majors.name == "Py&lt;i&gt;Torch, majors"
    assert figure.layout.annotations[0].text == "Py&lt;i&gt;Torch · torch&lt;b&gt;"
    close = [release(f"{at + 1}.0.0", date(2018, 12, 7) + timedelta(40 * at)) for at in range(3)]
    crowded = timeline(lanes(close, CATALOG.systems["pytorch"]), {}, TODAY, "light").data[1]
    assert list(crowded.text) == ["1.0", "2.0", "3.0"], "every sign has its number"
    assert list(crowded.textposition) == ["bottom center", "top center", "bottom center"]
    assert timeline([], {}, TODAY, "light").data == ()


def test_who_is_not_known_that_far_is_counted_and_the_end_of_the_lane_hatched() -> None:
    def lane(system: str, day: date) -> Lane:
        return Lane(
            system, "package_index", system, (DatedRelease(system, "x", system, "3.0", day, False, None, None),)
        )

    newest, older = lane("keras", date(2026, 7, 29)), lane("pytorch", date(2025, 10, 15))
    known = {"keras": date(2026, 8, 1), "pytorch": date(2026, 8, 1), "jax": date(2025, 10, 31)}
    said = [
        finding(every, known, CATALOG).replace("\u00a0", " ")
        for every in (
            [newest, older],
            [newest, older, lane("jax", date(2025, 10, 1))],
            [newest, lane("jax", date(2025, 10, 1)), replace(older, system="jax")],
        )
    ]
    assert said == [
        "Last released: Keras 3.0, 29 Jul 2026.",
        "Last release known: Keras 3.0, 29 Jul 2026; those of JAX are not known that far.",
        "Last release known: Keras 3.0, 29 Jul 2026; 2 of 3 systems are not known that far.",
    ]
    figure = timeline([newest, older], {}, date(2026, 8, 20), "light", known=known | {"pytorch": date(2025, 10, 20)})
    (unknown,) = [trace for trace in figure.data if trace.fill == "toself"]
    assert (min(unknown.x), max(unknown.x)) == (date(2025, 10, 20), date(2026, 8, 20))
    assert unknown.text.replace("\u00a0", " ") == "nothing is known after 20 Oct 2025"
    assert max(unknown.y) < 0.36, "the lane of the second of two"


def test_the_board_is_computed_once_for_a_run_and_a_day(
    site: Opened, bundled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "own"
    shutil.copytree(bundled_home, home)
    monkeypatch.setenv("FRAMESCOPE_HOME", str(home))
    made: list[date] = []

    def counted(catalog: object, found: object, today: date) -> list[Row]:
        made.append(today)
        return ROWS

    monkeypatch.setattr(living, "board", counted)
    site("ecosystem")
    app = site("ecosystem")
    app.run()
    assert len(made) == 1
