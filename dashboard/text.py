"""Text from the store or the address bar, made harmless for Markdown, Plotly and CSV; figures for files."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&@^=])")
_WORDS = re.compile(r":[a-z]+\[((?:\\.|[^\\\]])*)\]|\[((?:\\.|[^\\\]])*)\]\([^)]*\)")
_MARKS = re.compile(r"\\(.)|[*`]")
_SIGNS = "=+@\\-\uff1d\uff0b\uff0d\uff20"  # as they are typed, and in full width, which some spreadsheets read alike
_FORMULA = re.compile(rf"[\t\r\n]|[\s\"]*[{_SIGNS}]")
_LATER = re.compile(rf"([;\t\r\n]\"*)(?=[{_SIGNS}])")
_IN_HEAD = re.compile(rf"([,;])(?=[\"{_SIGNS}])")

FIGURES = 15
"""Significant figures of a measured number in a file or the API: as many as a float is certain to keep."""


def plain(text: object) -> str:
    """Text shown as it is by ``st.markdown``: every sign with a meaning there is escaped, line ends become spaces."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def bare(text: str) -> str:
    """What is read of a short Markdown text: emphasis, colours and addresses are gone, what was escaped is itself."""
    named = _WORDS.sub(lambda found: found[1] or found[2] or "", text)
    return _MARKS.sub(lambda found: found[1] or "", named)


def label(text: object) -> str:
    """Text shown as it is by Plotly, which reads a little HTML in its labels."""
    return html.escape(" ".join(str(text).split()), quote=False)


def cell(value: object) -> object:
    """A CSV cell that no spreadsheet takes for a formula; numbers stay numbers, None becomes empty.

    An apostrophe is set before what would be one: at the beginning, and after what would begin a cell where a
    spreadsheet takes semicolons or tabs for the ends of cells.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    later = _LATER.sub(r"\1'", value)
    return f"'{later}" if _FORMULA.match(later) else later


def exact(value: float) -> float:
    """A figure without what binary fractions add to it in the last of their digits: 1.89, not 1.8900000000000001."""
    return float(f"{value:.{FIGURES}g}")


def head(value: object) -> str:
    """What a line before the columns of a CSV file says, on one line, of whose parts none is a formula."""
    return _IN_HEAD.sub(r"\1'", " ".join(str(value).split()))


def code(text: object) -> str:
    """A short piece of code inside a sentence."""
    return "`" + " ".join(str(text).split()).replace("`", "'") + "`"
