"""Signs and blanks in Chinese: full-width between Chinese, one blank beside Latin letters and digits, everywhere."""

from datetime import date

import pytest

from dashboard import format as fmt
from dashboard.analysis.finding import Part, woven
from language.lists import aside, clauses, colon, commas, sentences
from language.words import CHINESE, filled, speaking
from tests.language.blanks import ITALICS, wrong
from tests.language.test_catalogues import said, texts


def test_every_translation_holds_to_the_rules() -> None:
    found = [f"{room}: {one}" for room, message in said() for text in texts(message.string) for one in wrong(text)]
    found += [f"{room}: {text}" for room, message in said() for text in texts(message.string) if ITALICS.search(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "part", "read"),
    [
        ("在{part}上领先", "下载量", "在下载量上领先"),
        ("在 {part} 上领先", "下载量", "在下载量上领先"),
        ("在{part}上领先", "MLPerf 系统", "在 MLPerf 系统上领先"),
        ("占 {part} 的份额", "72.7\u00a0%", "占 72.7\u00a0% 的份额"),
        ("占{part}的份额", "72.7\u00a0%", "占 72.7\u00a0% 的份额"),
        ("测于{part}", "2026年11月23日", "测于 2026年11月23日"),
        ("自 {part} 以来", "2024年3月", "自 2024年3月以来"),
        ("读{part}，再看", "`framescope init`", "读 `framescope init`，再看"),
        ("看{part}吧", "[PyTorch](./adoption?metric=stars)", "看 [PyTorch](./adoption?metric=stars) 吧"),
        ("{part} 更多", "结束了。", "结束了。更多"),
        ("第{part}轮", "3", "第 3 轮"),
        ("{part}年末", "2018", "2018年末"),
        ("最近 {part} 年", "3", "最近 3 年"),
        ("{part}：没有", "PyTorch", "PyTorch：没有"),
        ("名为{part}", "{count} 中", "名为{count} 中"),
    ],
)
def test_a_part_gets_the_blanks_that_its_own_signs_ask_for(text: str, part: str, read: str) -> None:
    with speaking(CHINESE):
        assert filled(text, part=part) == read
    assert filled(text, part=part) == text.replace("{part}", part), "in no other language"


def test_parts_with_links_get_them_too() -> None:
    with speaking(CHINESE):
        parts = woven("{leader} 在{signals}上领先", leader=Part("PyTorch"), signals=[Part("MLPerf 系统", "#one")])
    assert "".join(one.text for one in parts) == "PyTorch 在 MLPerf 系统上领先"
    assert Part("MLPerf 系统", "#one") in parts, "a blank is no part of a link"


def test_lists_have_the_signs_of_the_language() -> None:
    told = ["下载量", "星标", "MLPerf 系统"]
    with speaking(CHINESE):
        assert commas(told) == "下载量、星标、MLPerf 系统"
        assert clauses(told) == "下载量，星标，MLPerf 系统"
        assert colon("2018年4月1日", "改了") == "2018年4月1日：改了"
        assert sentences(["改了。", "", "PyTorch 也改了。"]) == "改了。PyTorch 也改了。"
        assert aside("会议论文", "NeurIPS") == "会议论文（NeurIPS）"
    assert colon("PyTorch", "42") == "PyTorch: 42"
    assert sentences(["One.", "Two."]) == "One. Two."


def test_spans_of_time_have_their_blank_as_other_numbers_do() -> None:
    with speaking(CHINESE):
        assert fmt.span(date(2020, 1, 1), date(2026, 1, 1)) == "6 年"
        assert fmt.age(date(2026, 3, 16), date(2026, 11, 21)) == "8 个月前"
        assert fmt.day(date(2026, 11, 23)) == "2026年11月23日", "a date is one word"


@pytest.mark.parametrize(
    "text",
    ["改了: 又", "改了, 又", "用(又)", "用PyTorch", "3年", "在 上", "改了。 又", "2018 年", "于 8 月", "改了 ，又"],
)
def test_what_breaks_a_rule_is_found(text: str) -> None:
    assert wrong(text)
