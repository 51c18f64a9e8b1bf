"""The address of what is shown, as a permalink and for embedding; and what an embedding page asks for."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard import languages
from dashboard.sections.address import FIGURE
from dashboard.served.address import public
from language.words import _

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


def base() -> str:
    """Where this site is for others: by its public address, or else as the visitor came to it."""
    parts = urlsplit(st.context.url or "")
    return public() or urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0], "", ""))


def embed_code(key: str, link: str = "") -> str:
    """The HTML that shows one figure of this page, alone, in another page; ``link`` is the page's own, if known."""
    link = link or permalink()
    more = urlencode({FIGURE: key, "embed": "true"})
    address = html.escape(f"{link}{'&' if '?' in link else '?'}{more}", quote=True)
    return f'<iframe src="{address}" title="Framescope" width="100%" height="640"></iframe>'


def shown(key: str, link: str) -> None:
    """A button that opens the link to what is shown and the code that embeds it."""
    lid = st.popover(_("Link and embed"), icon=":material/link:", key=f"{key}-link", on_change="rerun")
    if not lid.open:
        return
    with lid:
        st.markdown(_("Restores what is shown:"))
        st.code(link, language=None, wrap_lines=True)
        st.markdown(_("Shows this chart in another page, without controls:"))
        st.code(embed_code(key, link), language=None, wrap_lines=True)


def back() -> None:
    """Under an embedded figure: the way to the whole page."""
    st.link_button(_("Open in Framescope"), permalink(), icon=":material/open_in_new:", type="tertiary")
