"""The address bar as the state of a page: read once, checked, and written back in slugs, so that a link can be sent."""

from collections.abc import Mapping, Sequence

import streamlit as st

Params = dict[str, list[str]]


def incoming() -> Params:
    """What the address bar asks for now; each name with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def is_new(page: str, asked: Params, keys: Sequence[str]) -> bool:
    """Whether a page has to take its state from the address: a first visit, a link, or back from another page."""
    return st.session_state.get(f"{page}.address") != asked or any(key not in st.session_state for key in keys)


def write(page: str, state: Mapping[str, Sequence[str]]) -> None:
    """Put a page's state into the address bar; an empty list leaves a name out."""
    wanted = {name: list(values) for name, values in state.items() if values}
    if wanted != incoming():
        st.query_params.from_dict(wanted)
    st.session_state[f"{page}.address"] = wanted


def keep(page: str, asked: Params) -> None:
    """Leave the address bar as it is, since it holds a name that a message on the page is about."""
    st.session_state[f"{page}.address"] = asked
