"""The Ecosystem page in Chinese: no English sentence is left in any view, and addresses, files and commands stay."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from catalog.models import Adoption, Binding, Milestone
from collectors.settings import Settings
from collectors.survey import Survey
from dashboard import living
from dashboard.analysis.board import Row, board
from dashboard.analysis.board_words import answer, origin_words, state_name
from dashboard.analysis.life import STATES, State
from dashboard.analysis.support_latency import PLATFORMS as SYSTEMS
from dashboard.analysis.support_latency import Weight
from dashboard.sections import ecosystem_wheels, ecosystem_words
from dashboard.sections.ecosystem_controls import VIEWS
from db import write
from db.engine import home, open_database, writing
from db.read import BoardEvidence
from db.records import PackageFile, Release
from language.catalogues import directory, read, unfinished
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.test_ecosystem_parts import names
from tests.dashboard.test_views import asked, said, words
from verdicts.wording import binding, still

CATALOG = load_catalog()
TODAY = date(2026, 11, 22)
SENTENCE = re.compile(r"(?<![\w/.-])[a-z]{2,}(?:[,;:]? [a-z]{2,}){2,}(?![\w/.-])")
"""Three English words in a row; what stands in code, in an address or within a name of several parts is none."""
CODE = re.compile(r"`[^`]*`|pip install \w+|\]\([^)]*\)|https?://\S+")
PLATFORMS = "catalog/platforms.toml"


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Every text that the catalogues say otherwise in Chinese; a name stays, though another room has words for it."""
    named = {one.name for one in CATALOG.systems.values()} | {one.name for one in CATALOG.bindings}
    every = (message for path in directory("zh-CN").glob("*.po") for message in read(path, "zh-CN") if message.id)
    return frozenset(one.id for one in every if isinstance(one.id, str) and one.string != one.id) - named - set(SYSTEMS)


def pieces(app: AppTest) -> Iterator[str]:
    """All that a visitor reads of a page, piece by piece."""
    yield from (line for line in said(app).splitlines() if line)
    for kind in ("selectbox", "multiselect", "segmented_control", "toggle", "expander", "tab"):
        widgets: list[Any] = list(app.get(kind))
        for one in widgets:
            yield str(one.label)
            yield from map(str, getattr(one, "options", ()))
    for table in app.dataframe:
        yield str(table.proto.alt)
        yield from _cells(table.value)
    for chart in app.get("plotly_chart"):
        yield str(chart.proto.alt)
        yield from _of_chart(json.loads(chart.proto.spec))


def _cells(table: Any) -> Iterator[str]:
    pending = "方式" in table.columns and PLATFORMS in unfinished()
    yield from map(str, table.columns)
    for name in table.columns if not pending else ():
        yield from {cell for cell in table[name] if isinstance(cell, str) and not cell.startswith("http")}


def _of_chart(spec: dict[str, Any]) -> Iterator[str]:
    layout = spec["layout"]
    yield from (one for one in layout["meta"].values() if isinstance(one, str))
    yield from (note["text"] for note in layout["annotations"])
    for trace in spec["data"]:
        yield trace["name"]
        for texts in (trace.get("text"), trace.get("hovertext")):
            yield from texts or ()


def left(app: AppTest) -> list[str]:
    """What is still English: a sentence, or a text that a catalogue says in Chinese; cited works and licences stay."""
    cited = [text for one in CATALOG.sources.values() for text in (one.title, one.licence)]
    cited += [text for one in CATALOG.origins.values() for text in (one.title, one.licence, one.citation)]
    found = []
    for piece in pieces(app):
        kept = piece.replace("\\", "").replace("<br>", " ")
        for title in sorted(cited, key=len, reverse=True):
            kept = kept.replace(title, "")
        if SENTENCE.search(CODE.sub("", kept)) or piece in english():
            found.append(piece)
    return found


@pytest.fixture(scope="module")
def packages_home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled figures with readings of names, kernels, models and requirements, and with wheels; only read."""
    made = tmp_path_factory.mktemp("packages") / "home"
    shutil.copytree(bundled_home, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRAMESCOPE_HOME", str(made))
        _read_packages()
    return made


@pytest.fixture
def read_packages(packages_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That home in use, on a site in both languages."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(packages_home))
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")


def _read_packages() -> None:
    base: dict[str, Any] = {"framework": "pytorch", "package": "torch", "version": "2.10", "released": "2026-01-02"}
    listed = {"alexnet": "f", **{f"resnet{n}": "f" for n in range(9)}}
    rule = "builders marked with register_model"
    documents = [
        names("tensorflow", "2.20", 10, "t.whl", released="2025-01-02"), names("tensorflow", "2.21", 9_000),
        names("pytorch", "2.10", 50), base | {"kind": "models", "origin": "w.whl", "rule": rule, "models": listed},
        base | {"kind": "kernels", "origin": "installed", "counts": {"operators with a kernel for the processor": 4}},
        base | {"kind": "cuda", "origin": "w.whl", "label": "",
                "offered": [{"extra": "", "major": "13", "exact": "", "requirements": []}]},
        base | {"kind": "cuda", "framework": "jax", "origin": "w.whl", "label": "", "offered": []},
    ]  # fmt: skip
    engine = open_database()
    with Survey(engine, Settings(home=home(), offline=True)) as survey:
        for document in documents:
            assert survey._keep(document["version"], document["framework"], partial(dict, document)), survey.failed
    day, tags = datetime(2025, 10, 17, tzinfo=UTC), ("cp314", "cp314", "manylinux_2_28_x86_64")
    file = PackageFile("torch-2.9.0.whl", "wheel", *tags, size=900 * 2**20, uploaded_at=day)
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="package_index")
        write.releases(session, run, "package_index", [Release("pytorch", "torch", "2.9.0", day, files=(file,))], None)
        write.finish_run(session, run, status="ok")
    engine.dispose()


@pytest.mark.parametrize("show", list(VIEWS))
def test_no_english_sentence_is_left_in_any_view(show: str, site: Opened, read_packages: None) -> None:
    app = site("ecosystem", show=show, lang="zh-CN")
    assert not app.exception
    assert not app.warning
    assert not left(app)
    for table in app.dataframe:
        assert len(set(table.value.columns)) == len(table.value.columns)


def test_without_readings_every_view_says_so_in_chinese(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    for show in ("board", "timeline", "reach", "api", "models", "latency"):
        app = site("ecosystem", show=show, lang="zh-CN")
        assert not app.exception
        assert not left(app)


def test_the_filters_are_said_in_chinese_and_asked_for_in_english(site: Opened, read_packages: None) -> None:
    app = site("ecosystem", lang="zh-CN", state="archived", role="serving", framework="pytorch")
    assert [row["系统"] for row in app.dataframe[0].value.to_dict("records")] == ["TorchServe"]
    assert app.dataframe[0].value["状态"].tolist() == ["▣ 已归档"]
    assert asked(app, "state") == ["archived"]
    assert "● 活跃" in app.multiselect("ecosystem.state").options
    wrong = words(site("ecosystem", lang="zh-CN", state="archved", show="bord", platform="linx"))
    assert "是否想用 ▣ 已归档？本页改为显示全部。" in wrong
    assert "本页改为显示状态板。" in wrong


def test_evidence_is_told_in_chinese_with_its_page() -> None:
    def script() -> None:
        from dashboard import data
        from dashboard.analysis.board import board
        from dashboard.sections import ecosystem_board
        from db.read import BoardEvidence
        from language.words import speaking

        with speaking("zh-CN"):
            rows = board(data.catalog(), BoardEvidence([], [], [], {}, {}), data.today())
            for row in rows:
                if row.system.slug in ("torchserve", "hugectr", "litert"):
                    ecosystem_board.evidence(row, data.catalog())

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert "2025-08-07：TorchServe 归档（引用，[页面](https://github.com/pytorch/serve/issues/3396)）" in words(app)
    assert "没有任何带日期的信息。" in words(app)
    assert not left(app)


def test_the_board_is_kept_for_each_language(site: Opened, read_packages: None) -> None:
    told = site("ecosystem", lang="zh-CN").dataframe[0].value["理由"]
    assert "一年内有发布" in set(told)
    assert "why" in site("ecosystem", lang="en").dataframe[0].value.columns
    with speaking("zh-CN"):
        chinese = {row.state.why for row in living.rows()}
    assert not chinese & {row.state.why for row in living.rows()}


def test_the_answer_counts_in_chinese() -> None:
    def row(state: str, since: date | None = None) -> Row:
        return Row(CATALOG.systems["cntk"], State(state, "", since, since), None, None, None, None, ())

    made = [row("lives"), row("lives"), row("slows"), row("ended", date(2019, 4, 1)), row("unknown")]
    with speaking("zh-CN"):
        assert answer(made) == (
            "5 个系统中，2 个活跃、1 个放缓、1 个已终止；另有 1 个状态未知：本数据库中没有它们的发布记录。"
            "最近退出的是 Microsoft Cognitive Toolkit (CNTK)：自 2019年4月起已终止。"
        )
        assert answer([row("unknown")]) == "1 个系统的状态均未知。"


def test_every_word_of_the_catalogue_has_its_name() -> None:
    with speaking("zh-CN"):
        told = [state_name(one) for one in STATES]
        told += [
            ecosystem_words.role(one) for one in {system.role for system in CATALOG.systems.values() if system.shown}
        ]
        told += map(ecosystem_words.milestone, get_args(Milestone.model_fields["kind"].annotation))
        told += map(still, get_args(Adoption.model_fields["still"].annotation))
        told += map(binding, get_args(Binding.model_fields["state"].annotation))
        told += map(ecosystem_words.maintainer, get_args(Binding.model_fields["maintainer"].annotation))
        told += [origin_words(one) for one in ("collected", "bundled", "test server", "cited", "")]
        assert not [one for one in told if re.search("[a-z]", one)]
        assert ecosystem_words.said("") == "", "gettext answers an empty text with the head of its catalogue"


def test_what_commands_and_files_say_stays_english(read_packages: None) -> None:
    found = board(CATALOG, BoardEvidence([], [], [], {}, {}), TODAY)
    assert {row.state.state for row in found} <= set(STATES)
    weight = Weight("torch", "2.9.0", "Linux x86-64", date(2025, 10, 17), 9, None)
    with speaking("zh-CN"):
        assert {row.state.state for row in board(CATALOG, BoardEvidence([], [], [], {}, {}), TODAY)} <= set(STATES)
        drawn = ecosystem_wheels.weights([weight], "Linux x86-64", {"torch": "PyTorch"}, CATALOG)
        assert drawn.rows().columns == ecosystem_wheels.COLUMNS
        assert list(drawn.table.columns) == ["软件包", "版本", "平台", "上传日期", "字节", "凭据"]
