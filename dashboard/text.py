"""Text from the store or the address bar, made harmless for Markdown, Plotly and CSV."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&@^=])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: object) -> str:
    """Text shown as it is by ``st.markdown``: every sign with a meaning there is escaped, line ends become spaces."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def label(text: object) -> str:
    """Text shown as it is by Plotly, which reads a little HTML in its labels."""
    return html.escape(" ".join(str(text).split()), quote=False)


def cell(value: object) -> object:
    """A CSV cell that no spreadsheet takes for a formula; numbers stay numbers, None becomes empty."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def code(text: object) -> str:
    """A short piece of code inside a sentence."""
    return "`" + " ".join(str(text).split()).replace("`", "'") + "`"
