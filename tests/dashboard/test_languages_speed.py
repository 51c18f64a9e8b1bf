"""Speed in Chinese: no English sentence is left in any view of it, and what a run keeps in English is read in words."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from collectors import asked, cost, quota
from collectors.bench import comparisons, plan, sentinel, throttle
from collectors.run_rules import RunRules
from dashboard.analysis import run_words
from dashboard.sections import speed_columns, speed_table
from dashboard.sections.speed_results import FIRST
from db import errors, read, write
from db.engine import _classify, open_database, reading, writing
from db.migrations import REVISIONS
from db.records import PastJob
from db.revision import misfit
from language.words import speaking
from tests.dashboard.conftest import Opened, comparison, result
from tests.dashboard.test_speed_results import document, kept
from tests.dashboard.test_speed_views import bars, ended, queued, started

READ = {"label", "body", "help", "placeholder", "alt", "text", "title", "name", "options", "annotations", "ticktext"}
"""Fields of what is drawn that a visitor reads."""
HIDDEN = {"id", "key", "url", "data", "customdata", "meta", "hovertemplate", "element", "language", "icon"}
KEPT = re.compile(
    r"`[^`]*`|（驱动报告：.*|pip install \w+|\]\([^)]*\)|:material/\w+:|framescope [\w ./=-]+|https?://\S+"
)
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]?(?: [a-z]{2,}[,;:]?){2}")
LABEL = re.compile(r"[A-Z][a-z]+(?: [a-z]+)*")
NAMES = {"English", "Framescope", "Made", "False", "True"}
DRIVER_SAYS = ("database is locked", "disk is full", "read-only", "disk i/o error", "no such table", "malformed")
WHY = (
    "the machine's speed changed by 77% during the rounds; only two processes of each were had, which tell little of "
    "how processes differ"
)


@pytest.fixture(autouse=True)
def both(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that offers both languages, whatever is finished."""
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")


def drawn(app: AppTest) -> Iterator[str]:
    """Every text of a page that is read: of its elements, the heads and cells of its tables, its charts."""
    for element in app.main:
        yield from of_element(element)
    for frame in app.dataframe:
        heads = json.loads(frame.proto.columns or "{}")
        yield from (str(heads.get(name, {}).get("label") or name) for name in frame.value.columns)
        yield from (cell for cell in frame.value.to_numpy().ravel() if isinstance(cell, str))
    for chart in app.get("plotly_chart"):
        yield from fields(json.loads(chart.proto.spec), within=True)


def of_element(element: Any) -> Iterator[str]:
    if element.type in ("code", "arrow_data_frame", "plotly_chart"):
        return
    for child in getattr(element, "children", {}).values():
        yield from of_element(child)
    if getattr(element, "proto", None) is not None:
        yield from fields(element.proto, within=False)


def fields(value: Any, *, within: bool) -> Iterator[str]:
    if hasattr(value, "ListFields"):
        value = {field.name: inner for field, inner in value.ListFields()}
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in HIDDEN:
                yield from fields(inner, within=within or name in READ)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from fields(inner, within=within)
    elif isinstance(value, str) and within:
        yield value


def english(app: AppTest) -> list[str]:
    """The texts of a page that hold three English words in a row, or that are an English label."""
    texts = [KEPT.sub("", text.replace("\\", "").replace("\u00a0", " ")) for text in drawn(app)]
    return [text for text in texts if SENTENCE.search(text) or (LABEL.fullmatch(text) and text not in NAMES)]


def runs() -> dict[str, Any]:
    """A run with all that a page may have to say: reasons, gaps, memory, noise, processes, failures."""
    said = {
        "process_bytes": "peak resident memory of the process during the workload, compiling included and the check "
        "left out"
    }
    facts = {
        "workload": "lstm", "size": "small", "rounds": 26, "seconds": 32.4,
        "stopped_because": "its share of the budget, 35.0 s, was spent",
        "processes": {"wanted": 3, "done": 1, "why": plan.decide(3, 32.0, 0.5, 35.0).why},
        "disturbance": {"others_share": 0.4},
        "throttle": {"known": False, "why": throttle._NO_COUNTS},
        "sentinel": {"changed": True, "drift": 0.7},
    }  # fmt: skip
    made = document("lstm", "gru")
    for row in made["results"]:
        row["memory"] = {"process_bytes": 4e8, "said": said}
    wrong = "relative error 0.3 against the float64 reference; 1e-05 is allowed"
    made["results"] += [
        result("lstm", "jax.jit", None, message=wrong),
        result("lstm", "keras.jax", None, status="timed out", message="no answer to 'step' within 30 s"),
    ]
    made["comparisons"] += [
        comparison("lstm", "keras.torch", 1.01, "too close to call", why="the interval holds 1"),
        comparison("lstm", "jax.jit", None, "not comparable", why="the result holds values that are not finite"),
        comparison("lstm", "numpy", 3.0, "not comparable", why=WHY),
    ]
    return made | {"workloads": [facts]}


@pytest.mark.parametrize(
    "asked",
    [
        {"run": "all"},
        {"show": "workload", "of": "lstm small"},
        {"show": "history", "of": "lstm small"},
        {"category": "nothing", "run": "77", "size": "tiny", "workloads": "lstn", "seconds": "many"},
    ],
    ids=["ratios", "workload", "history", "asked in vain"],
)
def test_no_view_holds_an_english_sentence(site: Opened, new_home: Path, asked: dict[str, str]) -> None:
    days = [document("lstm", day=day, seconds=0.01 if day < 5 else 0.02) for day in range(2, 9)]
    kept(*(days if asked.get("show") == "history" else ()), runs() | {"started": "2026-06-20T12:00:00+00:00"})
    app = site("speed", lang="zh-CN", **asked)
    assert not app.exception
    assert not english(app)


def test_the_receipt_of_a_point_is_chinese(site: Opened, new_home: Path) -> None:
    (run,) = kept(runs())
    app = site("speed", lang="zh-CN", point=f"{run}~lstm~small~jax.jit~torch.eager")
    assert "结果错误，相对 float64 参考的误差为 0.3；允许 1e-05" in "".join(drawn(app)).replace("\\", "")
    assert not english(app)


def test_jobs_and_an_empty_page_are_chinese(site: Opened, new_home: Path) -> None:
    app = site("speed", lang="zh-CN")
    assert FIRST in [one.value for one in app.code] or FIRST in "".join(drawn(app))
    assert not english(app)
    number, _second = queued(), queued("gru")
    run = started(number)
    app = site("speed", lang="zh-CN")
    assert f"任务 {number}：" in bars(app)
    assert not [one for one in (*english(app), bars(app)) if SENTENCE.search(one)]
    ended(number, run)
    app = site("speed", lang="zh-CN", job=str(number))
    assert f"任务 {number} 已完成，用时" in "".join(drawn(app))
    assert "已测 1/1 个变体" in "".join(drawn(app))


def test_who_may_not_run_is_told_in_chinese(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    app = site("speed", lang="zh-CN")
    assert "只读" in "".join(drawn(app))
    assert not english(app)


def test_the_addresses_and_files_of_a_chinese_page_are_english(site: Opened, new_home: Path) -> None:
    kept(document("lstm"), document("lstm", day=2))
    english_page, chinese = site("speed", show="history"), site("speed", show="history", lang="zh-CN")
    options = [[box for box in app.selectbox if box.key == "results.line"] for app in (english_page, chinese)]
    assert options[0][0].value == options[1][0].value
    assert options[0][0].options != options[1][0].options
    with speaking("zh-CN"):
        assert speed_table.results_csv([]).splitlines()[0] == "# source: measured by Framescope"
        assert speed_columns.headed(["median"])["median"]["label"] == "中位数"


@pytest.mark.parametrize(
    "text",
    [
        WHY,
        "the machine was busy: 34% of its processors went to others; the interval holds 1",
        "only 3 rounds were done; an interval needs 6",
        "torch.compile compiled nothing here and ran as eager code",
        "threads: 1 against 4",
        "15 of 15 variants measured; lstm: its share of the budget, 66.7 s, was spent; gru: only 19 rounds fitted, and "
        "a verdict needs 20: a share of about 50 s would do",
        "process 2: no answer to 'step' within 30 s",
        "jax is not installed for /usr/bin/python: pip install jax",
        comparisons.TWO_PROCESSES,
        throttle._NO_COUNTS,
        *sentinel.warning({"changed": True, "drift": 0.77}),
        *(
            plan.decide(wanted, s, 0.5, share).why
            for wanted, s, share in ((3, 1.0, 60.0), (3, 32.0, 35.0), (1, 1.0, 9.0))
        ),
        plan.no_verdict(20.0, 10.0),
        plan.too_few(3, 1.0, 1.0) + " would do",
        plan.too_few(12, 1.0, 1.0) + " would do",
        *(str(misfit(revision)) for revision in (None, REVISIONS[0], "9999")),
        *(_classify(said, None)[1] for said in DRIVER_SAYS),
        *(str(errors.StoreError(*_classify(said, None)[1:])) for said in DRIVER_SAYS),
    ],
)
def test_what_a_run_keeps_in_english_is_read_in_chinese(text: str) -> None:
    with speaking("zh-CN"):
        told = run_words.told(text)
    assert re.search("[\u4e00-\u9fff]", told)
    assert not SENTENCE.search(KEPT.sub("", told)), told
    assert run_words.told(text) == text, "English is read as it was kept"


@pytest.mark.parametrize(
    "text", ["", "RuntimeError: mat1 and mat2 shapes cannot be multiplied", "x; " * 5_000, "{0} {a}"]
)
def test_what_no_form_fits_stays_as_it_is(text: str) -> None:
    with speaking("zh-CN"):
        assert run_words.told(text) == text


def test_every_form_is_found_by_its_own_words() -> None:
    for form in run_words.FORMS:
        holes = re.findall(r"\{(\w+)\}", form)
        told = form.format_map(dict.fromkeys(holes, "7"))
        with speaking("zh-CN"):
            assert re.search("[\u4e00-\u9fff]", run_words.told(told)), form


def test_costs_lengths_and_quotas_are_said_in_the_language_that_is_read() -> None:
    made = cost.Cost(130.0, 60.0, 70.0, 5, 0.4, {}, {"lstm": 90.0, "gru": 5.0}, "", "")
    now = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    past = [PastJob("benchmark", "done", now)]
    rules = RunRules(jobs_per_hour=1, cooldown_s=0)
    with speaking("zh-CN"):
        assert asked.seconds_in_words(100) == "1 分钟 40 秒"
        assert "总共约 2 分钟 10 秒：测量 1 分钟，每个负载 30 秒，每个变体约 3 个进程" in cost.words(made, 2, 3)
        assert "lstm、gru 得不出结论" in cost.words(made, 2, 3)
        assert not SENTENCE.search(cost.words(made, 2, 3))
        assert "11月22日 00:00:00 UTC（1 小时 0 分钟后）" in quota.refusal(past, 0, 1.0, rules, now)
    assert asked.seconds_in_words(100) == "1 min 40 s"


def test_the_name_that_a_job_keeps_of_a_holder_stays_english_and_is_read_in_chinese() -> None:
    with speaking("zh-CN"):
        assert run_words.told("with the run token, from 1a2b3c") == "凭运行令牌，来自 1a2b3c"


def test_a_cancelled_job_keeps_its_words_in_english(new_home: Path) -> None:
    number, engine = queued(), open_database()
    with speaking("zh-CN"), writing(engine) as session:
        assert write.cancel_job(session, number)
    with reading(engine) as session:
        found = read.job(session, number)
    engine.dispose()
    assert found is not None
    assert found.message == "cancelled before it started"
    with speaking("zh-CN"):
        assert run_words.told(found.message) == "在开始之前已取消"
