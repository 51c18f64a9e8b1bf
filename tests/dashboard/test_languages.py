"""The language of a visitor: who decides it, where it is kept, what the document says of it; that caches know it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.requests import Request

from dashboard import data, languages
from dashboard import format as fmt
from dashboard.sections import address, linked, links
from dashboard.served.head import language_of
from language import catalogues
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.running import running
from tests.dashboard.served.conftest import Ask, client
from tests.dashboard.test_browser import settled
from tests.dashboard.test_views import asked, words

BOTH = "en,zh-CN"


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that offers both languages, whatever is finished."""
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", BOTH)


@pytest.fixture(scope="module")
def spoken(bundled_home: Path, free_ports: Callable[[], int]) -> Iterator[str]:
    """The address of a running site that offers both languages."""
    port = free_ports()
    with running(bundled_home, port, FRAMESCOPE_LANGUAGES=BOTH):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("setting", "left", "may"),
    [
        ("", ["dashboard/x.py"], ("en",)),
        ("", [], ("en", "zh-CN")),
        ("en,zh-CN", ["dashboard/x.py"], ("en", "zh-CN")),
        (" zh-CN ", ["dashboard/x.py"], ("en", "zh-CN")),
        ("en", [], ("en",)),
        ("fr, ../..", [], ("en",)),
    ],
)
def test_a_language_is_offered_when_all_of_it_is_there_or_when_asked_for(
    setting: str, left: list[str], may: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "unfinished", lambda: frozenset(left))
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", setting)
    assert languages.offered() == may


def test_the_address_chooses_the_language_and_keeps_it(site: Opened, bundled: Path, both: None) -> None:
    app = site("data", lang="zh-CN")
    assert not app.exception
    assert asked(app, "lang") == ["zh-CN"]
    assert re.search(r"20\d\d年\d+月", words(app)), "dates are written in Chinese"
    assert "[English](./data?lang=en)" in [one.value for one in app.markdown]
    app.switch_page("views/overview.py").run()
    assert asked(app, "lang") == ["zh-CN"], "another page is read in the same language"
    assert re.search(r"20\d\d年\d+月", words(app))


def test_links_within_the_site_and_permalinks_name_the_language(site: Opened, bundled: Path, both: None) -> None:
    app = site("overview", lang="zh-CN")
    title = app.title[0].value
    assert title.count("](./") == title.count("lang=zh-CN") > 0
    page = site("adoption", lang="zh-CN", metric="stars")
    page.session_state["adoption-stars-link"] = True  # its lid is open
    with speaking("zh-CN"):  # AppTest looks for what is chosen among the words it was offered
        code = [one.value for one in page.run().code]
    assert any("lang=zh-CN" in one and "metric=stars" in one for one in code)


def test_english_visitors_of_an_english_site_see_nothing_of_it(site: Opened, bundled: Path) -> None:
    app = site("overview")
    assert "lang" not in app.query_params
    assert "lang=" not in app.title[0].value
    assert not [one for one in app.markdown if "English" in one.value]


@pytest.mark.parametrize("setting", ["", BOTH])
def test_a_language_the_site_does_not_have_is_said(
    setting: str, site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", setting)
    app = site("data", lang="<b>xx</b>")
    assert next(one.value.replace("\\", "") for one in app.warning).startswith(
        "The address asks for the language <b>xx</b>."
    )
    assert "values in" in words(app), "and the page is drawn"
    assert "lang" not in app.query_params, "and no link takes it on"
    assert not [one for one in app.markdown if "lang=%3Cb" in one.value]
    assert [one for one in app.run().warning if "asks for the language" in one.value], "until another page is come to"


def test_a_page_leaves_the_language_in_the_address(site: Opened, bundled: Path, both: None) -> None:
    app = site("adoption", lang="zh-CN", metric="stars", system=["pytorch", "jax"])
    assert asked(app, "lang") == ["zh-CN"]
    assert not [one for one in app.warning if "lang" in one.value]
    assert address.ASIDE.count("lang") == 1


def test_without_a_page_everything_is_english() -> None:
    assert languages.read() == "en"
    assert linked.page("speed") == "./speed"
    assert "lang" not in links.permalink(figure="x")


def test_numbers_dates_and_ages_follow_the_language() -> None:
    now, day = datetime(2026, 11, 21, 5, 7, tzinfo=UTC), date(2026, 11, 21)
    with speaking("zh-CN"):
        told = [fmt.number(197_213), fmt.number(87_347_847), fmt.number(1_234_000_000), fmt.number(842)]
        assert [one.replace(fmt.NBSP, " ") for one in told] == ["19.7 万", "8,730 万", "12.3 亿", "842"]
        assert fmt.month(day) == "2026年11月"
        assert fmt.day(day) == "2026年11月21日"
        assert fmt.moment(now).replace(fmt.NBSP, " ") == "2026年11月21日 05:07 UTC"
        assert fmt.age(date(2026, 3, 16), day) == "8 个月前"
        assert fmt.age(day, day) == "今天"
        assert [fmt.ago(now - timedelta(minutes=5), now), fmt.ago(now + timedelta(hours=3), now)] == [
            "5 分钟前",
            "3 小时后",
        ]
        assert fmt.span(date(2019, 1, 1), day) == "7 年"
        assert fmt.times(2.12).replace(fmt.NBSP, " ") == "耗时 2.1 倍"
        assert fmt.times(0.5).replace(fmt.NBSP, " ") == "速度 2.0 倍"
        assert fmt.number(None) == fmt.month(None) == fmt.UNKNOWN


def test_what_is_kept_with_its_words_is_kept_for_each_language(bundled: Path) -> None:
    english = data.worded()
    with speaking("zh-CN"):
        assert data.worded() != english
        assert data.stamp() in data.worded()


@pytest.mark.parametrize(
    ("path", "accepts", "language", "title"),
    [
        ("/speed", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "速度 · Framescope"),
        ("/speed", "en-GB,zh-CN;q=0.5", "en", "Speed · Framescope"),
        ("/speed?lang=zh-CN", "en", "zh-CN", "速度 · Framescope"),
        ("/speed?lang=en", "zh-CN", "en", "Speed · Framescope"),
        ("/speed?lang=%22%3E", "", "en", "Speed · Framescope"),
        ("/", "zh", "zh-CN", "Framescope"),
    ],
)
def test_the_document_says_its_language(spoken: str, path: str, accepts: str, language: str, title: str) -> None:
    ask: Ask = client(spoken)
    told = ask(path, headers={"Accept-Language": accepts})
    assert f'<html lang="{language}">' in told.text
    assert f"<title>{title}</title>" in told.text
    assert "Accept-Language" in told.headers["vary"]
    assert f'property="og:title" content="{title}"' in told.text


@pytest.mark.parametrize(("setting", "language"), [("en", "en"), (BOTH, "zh-CN"), ("", "zh-CN")])
def test_a_document_speaks_only_what_the_site_offers(
    setting: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", setting)
    asked = {"type": "http", "headers": [(b"accept-language", b"zh-CN")], "query_string": b"lang=zh-CN"}
    assert language_of(Request(asked)) == language


@pytest.mark.browser
def test_a_chinese_browser_reads_chinese_and_can_switch(
    spoken: str, chromium: Browser, shot: Callable[[Page, str], None]
) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{spoken}/data")
    settled(page)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "lang=" not in page.url, "the browser's own language needs no name"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    shot(page, "Data in Chinese, 390 px")
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url("**/data?lang=en")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("values in")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Claims", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("54 claims")
    page.wait_for_url("**/claims?lang=en")
    page.get_by_role("link", name="简体中文").click()
    page.wait_for_url("**/claims?lang=zh-CN")
    settled(page)
    expect(page.get_by_role("link", name="论断", exact=True).first).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    context.close()
