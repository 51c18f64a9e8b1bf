"""A chart's first picture: sent with a visit's first run; Plotly's chart follows when the browser has drawn it.

A browser that has both begins with Plotly's code, and draws nothing until that has run.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.sections.frame import DRAWN
from dashboard.seen import SIGHTINGS

FIRST_RUN = "figures.first"
"""Where the session keeps the list of figures of the first run that drew one (`frame.DRAWN`)."""
PENDING = "figures.pending"
"""Where the session keeps what is still to be drawn in this run."""
MARK = "figures.mark"
PATIENCE_S = 2.0
"""How long a run waits for the browser to have drawn the first picture, in seconds."""


def stand_in(markup: str, draw: Callable[[], None]) -> None:
    """Show a picture, which stands for what ``draw`` will draw; after the first run of a visit draw that at once."""
    now = st.session_state.setdefault(DRAWN, [])
    if st.session_state.setdefault(FIRST_RUN, now) is not now:
        st.empty()  # keeps the picture's place, so that none moves up
        with st.empty():
            draw()
        return
    st.html(markup + _asking())
    st.session_state.setdefault(PENDING, []).append((st.empty(), draw))


@contextmanager
def drawn_when_seen() -> Iterator[None]:
    """Around a run of a page: draw at its end what pictures stand for; at once where the page went wrong."""
    st.session_state[PENDING] = []
    seconds = 0.0
    try:
        yield
        seconds = PATIENCE_S
    finally:
        pending: list[tuple[DeltaGenerator, Callable[[], None]]] = st.session_state.pop(PENDING, [])
        mark = st.session_state.pop(MARK, None)
        if pending and mark is not None:
            SIGHTINGS.wait(mark, seconds)
        for place, draw in pending:
            with place:
                draw()


def _asking() -> str:
    """An empty picture that a browser asks for when it lies in sight, once a run; none where nobody would be asked."""
    if not SIGHTINGS.served or MARK in st.session_state:
        return ""
    mark = st.session_state[MARK] = SIGHTINGS.expected()
    address = f"./seen/{html.escape(mark)}.svg"  # untranslated: markup
    return f'<img class="first-picture-seen" alt="" aria-hidden="true" loading="lazy" src="{address}">'
