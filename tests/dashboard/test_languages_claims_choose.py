"""Claims and Choose in Chinese: nothing is left in English, and what is downloaded speaks the language of its page."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from dashboard import chosen, claimed
from dashboard.analysis.choice import brief, document
from dashboard.analysis.choice.asked import asked
from dashboard.sections import choose_brief
from language.catalogues import unfinished
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.running import running
from tests.dashboard.test_browser import settled
from tests.language.english import left

BOTH, CHINESE = "en,zh-CN", "zh-CN"
NOW = date(2026, 11, 22)
READ = ("label", "help", "body", "placeholder", "options", "text", "title", "ticktext")
"""Where a visitor's words stand in what the site sends to the browser."""


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that offers both languages, as of one day, whatever the clock says."""
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", BOTH)
    for place in ("dashboard.claimed.today", "dashboard.data.today"):
        monkeypatch.setattr(place, lambda: NOW)


def shown(app: AppTest) -> list[str]:
    """Every text that a page sends: Markdown, labels, helps, options, heads and cells of tables, words of charts."""
    found = [text for block in app.main for text in _sent(block)]
    for frame in app.dataframe:
        found += [str(cell) for row in frame.value.itertuples(index=False) for cell in row]
        found += [text for text in _strings(json.loads(frame.proto.columns), "") if text]
    return found


def _sent(block: Any) -> Iterator[str]:
    proto: Any = getattr(block, "proto", None)
    for field, value in proto.ListFields() if hasattr(proto, "ListFields") else ():
        if field.name in READ:
            yield from [value] if isinstance(value, str) else [str(one) for one in value if isinstance(one, str)]
        elif field.name == "spec" and isinstance(value, str):
            yield from (text.replace("<br>", " ") for text in _strings(json.loads(value), ""))


def _strings(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, name)
    elif isinstance(value, str) and name in READ:
        yield value


def test_the_check_sees_english_and_leaves_names_alone() -> None:
    assert left("the lead never changed") == ["the lead", "never changed"]
    assert (
        left("在 lstm small 上，torch.eager 与 TensorFlow Lite 的耗时之比 `pip install x` [a](./claims?lang=zh)") == []
    )


@pytest.mark.parametrize(
    "claim",
    [
        "pt-academia-tf-industry",
        "tf-languages",
        "speed-parity",
    ],
)
def test_a_claim_is_read_in_chinese(claim: str, site: Opened, bundled: Path) -> None:
    app = site("claims", lang=CHINESE, claim=claim)
    assert not app.exception
    assert app.title[0].value.startswith("54 条论断中，")
    words = {"✓ 成立", "✕ 不再成立", "✕ 发表时已过时", "⊘ 从未成立", "? 无法判断"}
    assert set(app.dataframe[0].value["now"]) == words
    assert not [text for text in shown(app) if left(text)]


@pytest.mark.parametrize(
    "query",
    [{"situation": "serving"}, {"situation": "own"}, {"situation": "own", "weight": ["downloads:3", "stars:1"]}],
)
def test_a_choice_is_read_in_chinese(query: dict[str, Any], site: Opened, bundled: Path) -> None:
    app = site("choose", lang=CHINESE, **query)
    assert not app.exception
    assert not [text for text in shown(app) if left(text)]
    if query != {"situation": "own"}:
        assert [one.value for one in app.caption if "PDF" in one.value], "that the PDF is English is said"


@pytest.mark.parametrize(
    ("page", "query", "says"),
    [
        ("claims", {"as_of": "1999-01-01"}, "改用今天"),
        ("choose", {"situation": "lerning"}, "是否想用学习"),
    ],
)
def test_what_the_address_gets_wrong_is_named_in_chinese(
    page: str, query: dict[str, Any], says: str, site: Opened, bundled: Path
) -> None:
    app = site(page, lang=CHINESE, **query)
    said = app.warning[0].value.replace("\\", "")
    assert says in said
    assert not left(said)


def test_every_verdict_and_every_score_is_said_in_the_language_that_is_read(site: Opened, bundled: Path) -> None:
    english = [row["note"] for row in claimed.findings(NOW)]
    with speaking(CHINESE):
        told = claimed.findings(NOW)
        scores = chosen.scores()
    found = [row[name] for row in told for name in ("note", "method", "would_change")]
    found += [one["what"] for row in told for one in row["evidence"]]
    waiting = "dashboard/analysis/life.py" in unfinished()
    told_here = [by for name, by in scores.items() if not (waiting and name.endswith("-life"))]
    found += [text for by in told_here for one in by.values() for text in one.missing]
    found += [each.says for by in told_here for one in by.values() for each in one.evidence]
    assert not [text for text in found if left(text)]
    assert [row["note"] for row in claimed.findings(NOW)] == english, "the cache keeps each language apart"


def test_files_speak_the_language_of_their_page_when_no_page_is_there(site: Opened, bundled: Path) -> None:
    catalog = load_catalog()
    with speaking(CHINESE):
        choice = document.choose(chosen.scores(), asked(catalog, "learning"), NOW)
        html = choose_brief._later(brief.as_html, choice, catalog)
        paper = choose_brief._in_english(choice, catalog)
    page = html()
    assert page.startswith('<!doctype html><html lang="zh-CN">')
    assert "结论在哪里翻转" in page
    english = document.choose(chosen.scores(), asked(catalog, "learning"), NOW)
    assert paper() == brief.as_pdf(english, catalog)
    assert brief.as_html(english, catalog).startswith('<!doctype html><html lang="en">')


@pytest.mark.browser
def test_the_brief_that_a_chinese_visitor_takes_along_is_chinese(
    bundled_home: Path, free_ports: Callable[[], int], chromium: Browser, shot: Callable[[Page, str], None]
) -> None:
    port = free_ports()
    with running(bundled_home, port, FRAMESCOPE_LANGUAGES=BOTH):
        context = chromium.new_context(locale=CHINESE, viewport={"width": 390, "height": 844}, accept_downloads=True)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/choose")
        settled(page)
        expect(page.get_by_role("heading", name="结论在哪里翻转")).to_be_visible()
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        shot(page, "Choose in Chinese, 390 px")
        with page.expect_download() as given:
            page.get_by_role("button", name="可打印的简报").click()
        text = Path(given.value.path()).read_text(encoding="utf-8")
        assert "结论在哪里翻转" in text
        assert not left(text.partition("<body>")[2])
        with page.expect_download() as given:
            page.get_by_role("button", name="简报（PDF）").click()
        assert Path(given.value.path()).read_bytes().startswith(b"%PDF-1.4")
        context.close()
