"""Every chart of every page is the one figure: found in the code, and held to all of it on real databases."""

import ast
import csv
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import measured as store
from dashboard.sections import figure as component
from dashboard.sections import made, measurement
from dashboard.sections.figure import Figure, signed
from dashboard.sections.figure_files import csv_of, json_of
from db import write
from db.engine import open_database, writing
from db.records import PackageFile, Release
from tests.dashboard.conftest import ROOT, Opened, result, typed
from tests.dashboard.test_speed_results import document, kept
from tests.dashboard.test_views import HOSTILE, PAGES, asked, said, words

LINK = "http://127.0.0.1/page?x=1"
COMPONENT = Path("dashboard/sections/figure.py")
IN_ROWS = ("overview_signals.py", "overview_speed.py")
"""Where pictures without a figure are allowed: marks in the rows of the overview's tables, which lead to figures."""
DRAWS = {"plotly_chart", "altair_chart", "vega_lite_chart", "pydeck_chart", "echarts_chart", "pyplot", "bokeh_chart"}
DRAWS |= {"line_chart", "area_chart", "bar_chart", "scatter_chart", "graphviz_chart", "LineChartColumn"}
WORKS = (
    *("lstm", "gru", "matmul", "conv2d", "softmax", "fft", "attention", "embedding", "reduction", "top_k"),
    *("layer_norm", "elementwise", "control_flow", "batched_matmul"),
)
"""More than are drawn in one chart, so that each kind of workload has its own."""
Places = dict[str, tuple[str, dict[str, str | list[str]], str]]
PLACES: Places = {
    "lines": ("adoption", {"metric": "stars", "system": ["pytorch", "tensorflow"]}, "adoption-stars"),
    "ratios": ("speed", {}, "speed-ratios"),
    "parts": ("speed", {"run": "all"}, "speed-ratios-layer"),
    "ratios of one": ("speed", {"show": "workload", "run": "all", "of": "matmul small"}, "speed-workload-torch-eager"),
    "roofline": ("speed", {"show": "workload", "run": "all", "of": "matmul small"}, "speed-roofline"),
    "samples": (
        "speed",
        {"show": "workload", "run": "all", "of": "matmul small", "samples": "numpy"},
        "speed-samples",
    ),
    "history": ("speed", {"show": "history", "run": "all", "work": "gru"}, "speed-history"),
    "releases": ("ecosystem", {"show": "timeline"}, "ecosystem-releases"),
    "wheels": ("ecosystem", {"show": "latency", "platform": "windows"}, "ecosystem-wheels"),
    "claim": ("claims", {"claim": "pt-academia-tf-industry"}, "claim-"),
    "choice": ("choose", {"situation": "learning"}, "choose-ranking"),
}

SHOWS = {
    "lines": "GitHub stars",
    "ratios": "Time over the baseline's time",
    "parts": "Time over the baseline's time",
    "ratios of one": "Time over the baseline's time",
    "roofline": "FLOP/s by FLOP per byte moved",
    "samples": "seconds a call, round by round",
    "history": "Seconds a call by day of the run",
    "releases": "Stable releases by day",
    "wheels": "Bytes of the largest wheel",
    "claim": "Share of PyTorch in PyTorch + TensorFlow, percent",
    "choice": "Score from 0 to 1",
}
"""What is counted, as a picture of each has to say inside."""
OF = {"claim": "“Universities choose PyTorch; companies", "choice": "Learning"}
"""The claim and the situation, as frame and picture have to name them; on the page they stand above the figure."""


def drawing(tree: ast.Module) -> set[str]:
    """The names of what draws a chart that a module calls or reaches."""
    reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "streamlit"]
    reached |= {alias.name for node in taken for alias in node.names}
    own = {node.value.id for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "map"
           and isinstance(node.value, ast.Name)}  # fmt: skip
    return reached & (DRAWS | {"image"}) | ({"map"} if "st" in own else set())


def test_no_chart_is_drawn_outside_the_component() -> None:
    found = {
        str(path.relative_to(ROOT)): drawing(ast.parse(path.read_text(encoding="utf-8")))
        for folder in ("views", "sections")
        for path in (ROOT / "dashboard" / folder).rglob("*.py")
    }
    assert found.pop(str(COMPONENT)) == {"plotly_chart"}
    for name in IN_ROWS:
        assert found.pop(f"dashboard/sections/{name}") <= {"image"}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_search_finds_a_chart_however_it_is_called() -> None:
    for line in ("st.plotly_chart(x)", "column.line_chart(x)", "from streamlit import bar_chart", "st.map(x)"):
        assert drawing(ast.parse(line)), line
    assert not drawing(ast.parse("figure.draw(x); frame.style.map(x)"))


@pytest.fixture(scope="module")
def full_home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled figures, eight runs of measurements, and two releases with wheels, one of them of hostile words."""
    home = tmp_path_factory.mktemp("full") / "home"
    shutil.copytree(bundled_home, home)
    patch = pytest.MonkeyPatch()
    patch.setenv("FRAMESCOPE_HOME", str(home))
    runs = [document("gru", day=day + 1, seconds=s) for day, s in enumerate((0.01, 0.0101, 0.01, 0.0099, 0.02, 0.02))]
    last = document(*WORKS, day=20)
    last["results"] += [result(work, "numpy", 0.02) for work in WORKS]
    kept(*runs, last, document("lstm", day=21))
    day = datetime.now(UTC) - timedelta(days=30)
    tags = ("cp314", "cp314", "win_amd64")
    wheel = PackageFile("w.whl", "wheel", *tags, size=2**29, uploaded_at=day)
    engine = open_database()
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="package_index")
        rows = [Release("pytorch", "torch", v, day, files=(wheel,)) for v in ("2.15.0", f"9.0 {HOSTILE}")]
        write.releases(session, run, "package_index", rows, None)
        write.finish_run(session, run, status="ok", new=2)
    engine.dispose()
    patch.undo()
    return home


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Fills with every figure that pages draw, as they draw it."""
    found: list[Figure] = []
    draw: Callable[[Figure], None] = component.draw

    def noted(one: Figure) -> None:
        found.append(one)
        draw(one)

    monkeypatch.setattr(component, "draw", noted)
    monkeypatch.setattr("dashboard.sections.figure.theme", lambda: "light")
    return found


@pytest.fixture
def full(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))


def one_of(found: list[Figure], key: str) -> Figure:
    return next(one for one in found if one.key == key or (key.endswith("-") and one.key.startswith(key)))


@pytest.mark.parametrize("place", list(PLACES))
def test_a_figure_has_all_that_belongs_to_it_and_a_receipt_behind_each_point(
    place: str, site: Opened, full: None, drawn: list[Figure]
) -> None:
    page, query, key = PLACES[place]
    app = site(page, **query)
    assert not app.exception
    one = one_of(drawn, key)
    assert one.title.endswith(".") or page == "adoption"
    assert one.subtitle
    assert one.credits
    assert one.collected
    (small,) = [note for note in signed(one).layout.annotations if note.name == "source"]
    assert one.title.split()[0] in small.text
    assert page != "speed" or one.credits[0].citation.rpartition("on ")[2].split(",")[0] in small.text.replace(
        "<br>", " "
    )
    assert one.credits[0].title.split()[0] in small.text.replace("<br>", " ")
    inside = small.text.replace("<br>", " ")
    assert SHOWS[place] in inside
    assert OF.get(place, "") in inside
    assert OF.get(place, "") in one.of
    the_files_say_whose_they_are(one)
    every_point_opens(one, app, page, query, site)


def the_files_say_whose_they_are(one: Figure) -> None:
    told = json.loads(json_of(one, LINK))
    assert (told["title"], told["link"]) == (one.title, LINK)
    assert told["sources"][0]["licence"]
    assert told["rows"]
    lines = csv_of(one, LINK).splitlines()
    heads = [line for line in lines if line.startswith("# ")]
    assert f"# title: {' '.join(one.title.split())}" in heads
    assert any(line.startswith("# source: ") for line in heads)
    rows = list(csv.reader(lines[len(heads) :]))
    assert len(rows) == len(told["rows"]) + 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def every_point_opens(one: Figure, app: AppTest, page: str, query: dict[str, str | list[str]], site: Opened) -> None:
    carried = {name for trace in one.picture.data if trace.customdata is not None for name in trace.customdata}
    assert len(one.points) == len(one.table)
    assert carried - {""}
    assert carried - {""} <= set(one.points)
    assert "Receipts:" not in words(app)
    opened = site(page, **query, point=one.points[-1])
    assert not opened.exception
    assert words(opened).count("Receipts:") == 1
    assert asked(opened, "point") == [one.points[-1]]
    for name, value in query.items():
        assert asked(opened, name) == ([value] if isinstance(value, str) else value)
    opened.button("receipt-close").click().run()
    assert "Receipts:" not in words(opened)
    assert "point" not in opened.query_params


def test_behind_a_measured_point_stand_run_machine_version_passport_and_command(site: Opened, full: None) -> None:
    assert "Receipts:" not in words(site("speed"))
    number = store.heads()[0].run
    app = site("speed", point=f"{number}~lstm~small~tensorflow.function~torch.eager")
    shown = words(app)
    assert f"Receipts: lstm small, tensorflow.function over torch.eager, run {number}" in shown
    assert "21 Jun 2026, 12:00 UTC · Made, 2 processors · matched preset, cpu, hot cache" in shown
    assert "tensorflow.function: median 20.0 ms a call" in shown.replace("*", "")
    assert "version 2.13.0" in shown
    facts = [frame.value for frame in app.dataframe if "setting" in frame.value.columns]
    assert any("jit.on" in set(frame["setting"]) for frame in facts)
    assert any("framescope bench run lstm" in str(block.value) for block in app.code)


def test_the_document_of_a_run_is_a_file_that_can_be_imported_and_has_no_number_that_is_none(full: None) -> None:
    made_of = document("lstm")
    made_of["results"][0]["relative_error"] = float("nan")
    told = json.loads(measurement.as_file(made_of))
    assert told["results"][0]["relative_error"] is None
    assert measurement.as_file(None) == "null"


@pytest.mark.parametrize("point", ["9999~lstm~small~numpy", HOSTILE, "x" * 400, "choice~nobody", "release~a~b~c"])
@pytest.mark.parametrize("page", ["speed", "ecosystem", "claims", "choose"])
def test_a_point_nobody_knows_breaks_nothing(page: str, point: str, site: Opened, full: None) -> None:
    app = site(page, point=point)
    assert not app.exception
    assert "Receipts:" not in words(app)
    assert "<script" not in said(app).replace("\\<", "")


@pytest.mark.parametrize("page", [page for page in PAGES if page != "overview"])
def test_every_page_goes_from_the_answer_to_how_it_was_made(page: str, site: Opened, bundled: Path) -> None:
    app = site(page)
    heads = [str(head.value) for head in app.header]
    assert len(app.title) == 1
    assert heads[-1] == made.TITLE
    assert heads.count(made.TITLE) == 1
    assert typed(app)[-1].startswith("framescope ")


def test_old_figures_say_so_in_the_same_words_everywhere(site: Opened, full: None, drawn: list[Figure]) -> None:
    for page, query, _ in (PLACES["lines"], PLACES["claim"]):
        site(page, **query)
    site("adoption", metric="papers")
    assert {one.old.partition(" is ")[0] for one in drawn if one.old} <= {"Old: the newest figure"}
    assert any(one.old for one in drawn)
