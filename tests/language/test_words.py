"""The marks: what they say in each language, and what they do with parts, numbers and texts of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from language import catalogues, words
from language.catalogues import LANGUAGES, chosen
from language.words import N_, _, _n, _p, speaking

PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "{leader} leads on {count}"
msgstr "在 {count} 上，{leader} 领先"

msgid "{n} signal"
msgid_plural "{n} signals"
msgstr[0] "{n} 项信号"

msgctxt "age"
msgid "today"
msgstr "今天"

msgid "not said yet"
msgstr ""
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogues of the test's own, in two rooms, in use."""
    folder = tmp_path / "zh_CN"
    folder.mkdir()
    (folder / "one.po").write_text(PO, encoding="utf-8")
    (folder / "two.po").write_text(
        PO.partition('msgid "{leader}')[0] + 'msgid "Speed"\nmsgstr "速度"\n', encoding="utf-8"
    )
    monkeypatch.setattr(catalogues, "DIRECTORY", tmp_path)
    catalogues.translations.cache_clear()
    yield folder
    catalogues.translations.cache_clear()


def test_english_is_said_as_it_is_written() -> None:
    assert _("{leader} leads on {count}", leader="PyTorch", count="stars") == "PyTorch leads on stars"
    assert _n("{n} signal", "{n} signals", 1) == "1 signal"
    assert _n("{n} signal", "{n} signals", 5, n="five") == "five signals"
    assert _p("age", "today") == "today"
    assert words.current() == "en"


def test_a_language_orders_the_parts_in_its_own_way(made: Path) -> None:
    with speaking("zh-CN"):
        assert _("{leader} leads on {count}", leader="PyTorch", count="stars") == "在 stars 上，PyTorch 领先"
        assert _n("{n} signal", "{n} signals", 1) == "1 项信号"
        assert _p("age", "today") == "今天"
        assert _("today") == "today", "without its context it is another text"
    assert _p("age", "today") == "today", "the language ends with its block"


def test_rooms_are_joined_and_what_is_not_said_yet_is_english(made: Path) -> None:
    with speaking("zh-CN"):
        assert _("Speed") == "速度"
        assert _("not said yet") == "not said yet"
        assert _("in no catalogue {at all}") == "in no catalogue {at all}"


def test_no_text_is_no_text_in_any_language(made: Path) -> None:
    with speaking("zh-CN"):
        assert _("") == ""


def test_parts_are_put_in_as_they_are(made: Path) -> None:
    hostile = "{count.__class__} {0} %s <b>"
    with speaking("zh-CN"):
        assert _("{leader} leads on {count}", leader=hostile, count="x") == f"在 x 上，{hostile} 领先"


def test_a_mark_for_later_says_nothing_yet(made: Path) -> None:
    with speaking("zh-CN"):
        assert N_("Speed") == "Speed"
        assert _(N_("Speed")) == "速度"


def test_the_reader_is_asked_each_time(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_where", [])
    read = ["zh-CN"]
    words.ask(lambda: read[0])
    assert _("Speed") == "速度"
    read[0] = "en"
    assert _("Speed") == "Speed"
    with speaking("zh-CN"):
        assert _("Speed") == "速度"


def test_a_language_nobody_knows_is_english(made: Path) -> None:
    with speaking("../../etc"):
        assert _("Speed") == "Speed"


@pytest.mark.parametrize(
    ("asked", "browser", "read"),
    [
        (None, None, "en"),
        (None, "zh-CN", "zh-CN"),
        (None, "zh", "zh-CN"),
        (None, "zh_Hans_SG", "zh-CN"),
        (None, "zh-TW", "en"),
        (None, "zh-Hant-HK", "en"),
        (None, "de-CH", "en"),
        (None, "*", "en"),
        ("en", "zh-CN", "en"),
        ("zh-CN", "de", "zh-CN"),
        ("klingon", "zh-CN", "zh-CN"),
    ],
)
def test_the_address_decides_before_the_browser(asked: str | None, browser: str | None, read: str) -> None:
    assert chosen(asked, browser, tuple(LANGUAGES)) == read


def test_only_what_is_offered_is_chosen() -> None:
    assert chosen("zh-CN", "zh-CN", ("en",)) == "en"
