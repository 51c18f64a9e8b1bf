"""The address bar as the state of a page: read once, checked, and written back in slugs, so that a link can be sent."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.languages import LANG

Params = dict[str, list[str]]
FIGURE, POINT = "figure", "point"
ASIDE = (FIGURE, POINT, LANG)
"""Names of the figures of a page and of its language, whatever else it keeps: they come and go without its doing."""


def incoming() -> Params:
    """What the address bar asks for now; each name with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def is_new(page: str, asked: Params, keys: Sequence[str]) -> bool:
    """Whether a page has to take its state from the address: a first visit, a link, or back from another page."""
    held = st.session_state.get(f"{page}.address")
    return held != _own(asked) or any(key not in st.session_state for key in keys)


def write(page: str, state: Mapping[str, Sequence[str]]) -> None:
    """Put a page's state into the address bar; an empty list leaves a name out. What is not its own stays."""
    now = incoming()
    wanted = {name: list(values) for name, values in state.items() if values and name not in ASIDE}
    wanted |= {name: now[name] for name in ASIDE if name in now}
    if wanted != now:
        st.query_params.from_dict(wanted)
    st.session_state[f"{page}.address"] = _own(wanted)


def keep(page: str, asked: Params) -> None:
    """Leave the address bar as it is, since it holds a name that a message on the page is about."""
    st.session_state[f"{page}.address"] = _own(asked)


def _own(asked: Params) -> Params:
    return {name: values for name, values in asked.items() if name not in ASIDE}
