"""The address of what is shown, as a permalink and for embedding; and what an embedding page asks for."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from unicodedata import east_asian_width
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard import languages
from dashboard.sections.address import FIGURE, POINT
from dashboard.served.address import public
from language.words import _

NARROW, SIDES = 600, 64
"""The least width that the height of a frame is told for, and what of it is margin."""
SMALL_PX, LARGE_PX = 7.0, 11.0
"""How wide a letter of the small print and of the title is at most, on the average."""
SMALL_LINE, LARGE_LINE, GAP, AROUND = 20, 26, 16, 96
"""How high a line of either is, what lies between two parts, and the margins with the link and the title's own."""
_KEY = re.compile(r"[a-z0-9.-]{1,80}\Z")
_HELD = "links.held"


def begin() -> None:
    """Hold nothing yet: a page is drawn anew."""
    st.session_state[_HELD] = {}


def hold(**names: str) -> None:
    """Have every link of this page name what is shown though its address need not: the newest run, by its number."""
    st.session_state[_HELD] = st.session_state.get(_HELD, {}) | names


def wanted_figure() -> str:
    """The figure that an embedding page asks for; empty where it asks for none, or for no possible name."""
    given = str(st.query_params.get(FIGURE, ""))
    return given if _KEY.match(given) else ""


def permalink(**more: str) -> str:
    """The page with all of its state, as the address bar has it, and what `hold` keeps; ``more`` is added to it."""
    state = [(name, value) for name in st.query_params if name != FIGURE for value in st.query_params.get_all(name)]
    parts, told = urlsplit(st.context.url or ""), st.session_state.get(_HELD, {}) | languages.named()
    state = [pair for pair in state if pair[0] not in told]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*state, *told.items(), *more.items()]), ""))


def printed() -> str:
    """The address that stands in a downloaded picture: whole where the site has a public one, else from its path on.

    A picture shows no open point, and to name one would draw its chart anew with every point that is opened.
    """
    parts = urlsplit(permalink())
    state = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != POINT])
    path = f"{public()}/{parts.path.rpartition('/')[2]}" if public() else parts.path or "/"
    return f"{path}?{state}" if state else path


def base() -> str:
    """Where this site is for others: by its public address, or else as the visitor came to it."""
    parts = urlsplit(st.context.url or "")
    return public() or urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0], "", ""))


def embed_code(key: str, height: int, link: str = "") -> str:
    """The HTML that shows one figure of this page, alone, in another page; ``link`` is the page's own, if known."""
    link = link or permalink()
    more = urlencode({FIGURE: key, "embed": "true"})
    address = html.escape(f"{link}{'&' if '?' in link else '?'}{more}", quote=True)
    return f'<iframe src="{address}" title="Framescope" width="100%" height="{height}"></iframe>'


def frame_px(title: str, chart: int, lines: Iterable[str]) -> int:
    """How high a frame has to be for a figure with all that stands around its chart, down to the link below it.

    ``lines`` are the small print above and below the chart. A frame that is narrower than `NARROW` is scrolled.
    """
    small = sum(_rows(line, SMALL_PX) * SMALL_LINE + GAP for line in lines if line)
    return AROUND + _rows(title, LARGE_PX) * LARGE_LINE + chart + small


def _rows(text: str, letter: float) -> int:
    wide = sum(2 if east_asian_width(one) in "FW" else 1 for one in text)
    return math.ceil(wide * letter / (NARROW - SIDES))


def shown(key: str, link: str, height: int) -> None:
    """A button that opens the link to what is shown and the code that embeds it, in a frame of that height."""
    lid = st.popover(_("Link and embed"), icon=":material/link:", key=f"{key}-link", on_change="rerun")
    if not lid.open:
        return
    with lid:
        st.markdown(_("Restores what is shown:"))
        st.code(link, language=None, wrap_lines=True)
        st.markdown(_("Shows this chart in another page, without controls:"))
        st.code(embed_code(key, height, link), language=None, wrap_lines=True)


def back() -> None:
    """Under an embedded figure: the way to the whole page."""
    st.link_button(_("Open in Framescope"), permalink(), icon=":material/open_in_new:", type="tertiary")
