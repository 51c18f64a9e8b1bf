"""Foreign text is shown as text: in Markdown, in labels, in files."""

import csv
import io

from dashboard.sections.attribution import Credit
from dashboard.sections.downloads import csv_text
from dashboard.text import bare, cell, code, label, plain

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) :red[y] $z$ `q` **b**\n# head"


def test_markdown_loses_its_meaning() -> None:
    shown = plain(HOSTILE)
    assert "\n" not in shown
    for mark in "<>[]()$`*#:_":
        assert shown.count(mark) == shown.count("\\" + mark), mark
    assert shown.replace("\\", "") == " ".join(HOSTILE.split())


def test_a_picture_has_the_words_of_markdown_and_none_of_its_signs() -> None:
    assert bare(plain(HOSTILE)) == " ".join(HOSTILE.split())
    assert bare("left of *same* is **faster** · `torch` [page](https://example.org/a)") == (
        "left of same is faster · torch page"
    )


def test_labels_lose_their_tags() -> None:
    assert label("<b>x</b> & y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"


def test_code_cannot_be_left() -> None:
    assert code("a`b\nc") == "`a'b c`"


def test_no_cell_is_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert str(cell(text)).startswith("'")
    assert cell(-3.5) == -3.5
    assert cell("torch") == "torch"
    assert cell(None) == ""


def test_a_file_says_where_it_comes_from() -> None:
    owed = Credit("history.x", "X", "MIT", "https://example.org/l", "https://example.org", "x\ny at commit 1", "2026")
    text = csv_text(owed, "21 Nov 2026", ("system", "value"), [("=cmd()", 1.5), ("torch", None)])
    lines = text.splitlines()
    assert lines[:4] == [
        "# source: x y at commit 1",
        "# address: https://example.org",
        "# licence: MIT https://example.org/l",
        "# collected: 21 Nov 2026",
    ]
    rows = list(csv.reader(io.StringIO("\n".join(lines[4:]))))
    assert rows == [["system", "value"], ["'=cmd()", "1.5"], ["torch", ""]]
