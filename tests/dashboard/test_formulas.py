"""No cell of any file we give out is a formula, by whatever separator a spreadsheet cuts it."""

import ast
import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.sections.downloads import table_text
from dashboard.served import api_lists
from dashboard.served.answers import Page, csv_of
from dashboard.text import cell, head
from framescope.output import csv_lines
from tests.test_architecture import PACKAGES, ROOT, sources

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ENDS = ("\t", "\r", "\n")
wicked = st.text(st.sampled_from([*SIGNS, *ENDS, ";", ",", '"', "'", "a", "1", " ", "|", "#"]), max_size=12)


def listed(text: str) -> str:
    told = {"system": "a", "name": text, "role": "c", "serves": [text], "part_of": None, "successor": None}
    return csv_of(Page[api_lists.System](rows=[api_lists.System(origin=text, receipt=None, **told)], next=None))  # type: ignore[arg-type]  # of several types


WRITERS: tuple[Callable[[str], str], ...] = (
    lambda text: table_text((), ("system", text), [(text, "x"), ("x", text)]),
    lambda text: "".join(csv_lines([{"a": text, "b": "x"}, {"a": "x", "b": text}], ["a", "b"])),
    listed,
)


@pytest.mark.parametrize("written", WRITERS)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(text=wicked)
@example(text="=1+1")
@example(text='x";"=1')
@example(text="a\n-1")
@example(text="\r\t")
@example(text=' "+1')
def test_no_cell_is_a_formula_however_the_file_is_cut(written: Callable[[str], str], text: str) -> None:
    for cut in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(written(text), newline=""), delimiter=cut):
            assert not [field for field in row if is_formula(field, cut)], (cut, row)


def is_formula(field: str, cut: str) -> bool:
    """Whether a spreadsheet might run a cell; to begin with a tab counts where the file is cut as it was meant."""
    return field.lstrip("".join(ENDS)).startswith(SIGNS) or (cut == "," and field.startswith(ENDS))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(text=wicked)
@example(text=',"=1"')
@example(text='x,"y')
def test_no_part_of_a_line_before_the_columns_is_one(text: str) -> None:
    told = table_text([("title", text)], ("a",), [("b",)])
    for cut in (",", ";", "\t"):
        first, *rows = csv.reader(io.StringIO(told, newline=""), delimiter=cut)
        assert not [field for field in first[1:] if is_formula(field, cut)], (cut, first)
        assert rows == [["a"], ["b"]]


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("torch", "a; b", "a - b", "2024-03-01", "https://x.example/?a=b;c=d", "", "'=1", '{"a": -1}'):
        assert cell(text) == text
    assert head("Kim, “A; B”, at commit 1") == "Kim, “A; B”, at commit 1"
    assert (cell(-3.5), cell(True), cell(None)) == (-3.5, True, "")


def test_every_writer_of_csv_is_one_of_these() -> None:
    writing, elsewhere = set(), []
    for path in sources(*PACKAGES):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter") and _is_csv(node.value):
                writing.add(str(path))
            elsewhere += [str(path)] if isinstance(node, ast.Attribute) and node.attr == "to_csv" else []
    assert writing == {"dashboard/sections/downloads.py", "dashboard/served/answers.py", "framescope/output.py"}
    assert elsewhere == []


def _is_csv(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "csv"
