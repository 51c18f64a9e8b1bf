"""The point of a figure whose receipt is open: it stands in the address bar, so that a link opens it again."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.sections.address import POINT
from dashboard.text import plain
from language.words import _

LONGEST = 300


def opened() -> str:
    """The name of the point that the address bar asks for; empty where it asks for none, or for no possible name."""
    given = str(st.query_params.get(POINT, ""))
    return given if len(given) <= LONGEST else ""


def open_point(name: str) -> None:
    """Put a point into the address bar; its receipt is drawn in the run that follows."""
    st.query_params[POINT] = name


def close() -> None:
    """Take the point out of the address bar."""
    if POINT in st.query_params:
        del st.query_params[POINT]


@contextmanager
def panel(title: str) -> Iterator[None]:
    """The frame around what lies behind the open point: ``title`` says what it is, a button closes it."""
    with st.container(border=True, key="receipt-panel"):
        head, button = st.columns((6, 1), vertical_alignment="center")
        head.markdown(_("**Receipts: {title}**", title=plain(title)))
        button.button(_("Close"), key="receipt-close", on_click=close, type="tertiary", icon=":material/close:")
        yield
