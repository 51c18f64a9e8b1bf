"""The page Data: its breaks, and the way to the API, the badges and the feed."""

import re
from pathlib import Path

import pytest

from catalog.load import load_catalog
from dashboard.sections import data_api
from dashboard.served.api import PATHS, PREFIX, is_page
from language.words import _, speaking
from tests.dashboard.conftest import Opened, measured
from tests.dashboard.test_views import PAGES, words

CATALOG = load_catalog()


def test_every_break_stands_on_the_page_with_its_day_metric_change_and_source(site: Opened, bundled: Path) -> None:
    app = site("data")
    (found,) = [one.value for one in app.dataframe if "what changed" in one.value]
    assert [one.value for one in app.header].count("Breaks") == 1
    assert sorted(found["address"]) == sorted(cut.url for cut in CATALOG.breaks)
    assert set(found["what changed"]) == {cut.what for cut in CATALOG.breaks}
    row = found.set_index("what changed").loc["Calendar months, and another data base behind them."]
    told = {name: str(row[name]).replace("\u00a0", " ") for name in ("when", "metric", "system", "source", "lines")}
    assert told["metric"] == "Package downloads"
    assert (told["system"], told["source"], told["lines"]) == ("all", "Top PyPI Packages", "cut")
    assert "2025" in told["when"]
    days = [cut.date.first for cut in sorted(CATALOG.breaks, key=lambda cut: cut.date.first, reverse=True)]
    assert str(days[0].year) in str(found["when"].iloc[0]), "the newest first"


def test_the_page_leads_to_the_api_with_a_request_for_each_kind(site: Opened, bundled: Path) -> None:
    told = words(site("data")).replace("\\", "")
    assert f"](.{PREFIX}/openapi.json)" in told
    lists = {one.path for one in PATHS if is_page(one.gives) and "{" not in one.path}
    assert {path.partition("?")[0] for path in data_api.EXAMPLES} == lists, "a request for each kind of list"
    for path in data_api.EXAMPLES:
        assert f"(.{PREFIX}{path})" in told
    assert "120 times at once" in told


def test_a_badge_is_drawn_with_the_markdown_that_puts_it_elsewhere(site: Opened, bundled: Path) -> None:
    app = site("data")
    app.selectbox("data.badge").set_value("stars").run()
    told = [one.value.replace("\\", "") for one in app.markdown]
    for system in ("pytorch", "tensorflow"):
        assert [one for one in told if one.startswith("![") and one.endswith(f"](./badge/stars/{system}.svg)")]
        (code,) = [one for one in told if f"/badge/stars/{system}.svg)](" in one]
        assert code.startswith("`[![")
        assert "/adoption?metric=stars&system=pytorch&system=tensorflow&view=share)" in code, (
            "the page that shows its number"
        )
    assert "](./feed.xml)" in "".join(told)


def test_without_figures_there_is_no_badge_and_breaks_and_api_are_told(site: Opened, new_home: Path) -> None:
    app = site("data")
    assert not app.exception
    assert "there is no badge" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leads_to_what_programs_read(page: str, site: Opened, bundled: Path) -> None:
    assert "[API, badges and feed](./data#api)" in words(site(page))


def test_the_system_that_is_called_all_can_be_chosen(site: Opened, bundled: Path) -> None:
    app = site("data")
    chosen = app.selectbox("data.system")
    assert chosen.options[0] == "all"
    assert chosen.options.count("all") == 1
    assert "All of them" in chosen.options
    chosen.set_value("all").run()
    shown = next(one.value for one in app.dataframe if "granularity" in one.value)
    assert set(shown["system"]) == {"All of them"}
    assert set(shown["metric"]) <= {CATALOG.metrics[slug].title for slug in CATALOG.metrics}


def test_the_tables_speak_chinese_but_for_names(site: Opened, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    app = site("data", lang="zh-CN")
    assert [app.selectbox(f"data.{name}").options[0] for name in ("metric", "system", "source")] == ["全部"] * 3
    with speaking("zh-CN"):
        titles = {_(metric.title) for metric in CATALOG.metrics.values()}
    assert set(app.selectbox("data.metric").options[1:]) <= titles
    english = re.compile(r"(values|versions|systems|metrics|facts|the projects|month|event|window|day|year|history)")
    columns = {"粒度", "单位", "类型", "许可", "指标", "说明"}
    names = re.compile("|".join(re.escape(one.title) for one in CATALOG.origins.values()))
    seen = set()
    for table in (one.value for one in app.dataframe):
        for name in columns & set(table.columns):
            seen.add(name)
            assert not [text for text in map(str, table[name].unique()) if english.search(names.sub("", text))], name
    assert seen == columns
    assert any(
        "all of arXiv" not in table.value and "整个 arXiv" in set(table.value.get("定义", ()))
        for table in app.dataframe
    )


def test_runs_and_origins_are_said_in_words(site: Opened, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(own_home)
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    app = site("data", lang="zh-CN")
    (runs,) = [table.value for table in app.dataframe if "结果" in table.value and "类型" in table.value]
    assert set(runs[runs["类型"] == "基准测试"]["来源"]) == {"基准测试"}
    assert not [one for one in runs["来源"] if one.startswith("history.")]
    app.selectbox("data.metric").set_value("all_papers").run()
    assert "官方月度表的副本" in words(app)
