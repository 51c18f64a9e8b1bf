"""The Data page's filters and the chosen series in the address bar, as the other pages keep theirs."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.analysis.nearest import unknown_names
from dashboard.sections import address
from language.words import _

PAGE = "data"
FILTERS = ("metric", "system", "source")
SERIES, JOINT = "series", "~"
ASKS = (*FILTERS, SERIES)
"""The names that the page has a use for in its address."""


def read(stored: pd.DataFrame, everything: str, titles: Mapping[str, Mapping[str, str]]) -> address.Params:
    """Take the filters from the address where it is new; ``everything`` is what a filter holds that narrows nothing.

    ``titles`` has what the names of each filter are called.
    """
    asked, state = address.incoming(), st.session_state
    if not address.is_new(PAGE, asked, [f"{PAGE}.{name}" for name in FILTERS]):
        return asked
    said: list[str] = []
    for name in FILTERS:
        given = asked.get(name, [])[:1]
        said += unknown_names(name, given, titles[name], _("all"))
        state[f"{PAGE}.{name}"] = given[0] if given and given[0] in titles[name] else everything
    called = {
        key: " · ".join(titles[name][one] for name, one in zip(FILTERS, key, strict=True)) for key in _keys(stored)
    }
    series, given = {JOINT.join(key): title for key, title in called.items()}, asked.get(SERIES, [])[:1]
    said += unknown_names(SERIES, given, series, _("the first of the list"))
    rows = stored
    for name in FILTERS:
        rows = rows[rows[name] == held] if (held := state[f"{PAGE}.{name}"]) != everything else rows
    if given and given[0] in series:
        state[f"{PAGE}.{SERIES}"] = tuple(given[0].split(JOINT))
    elif left := _keys(rows):
        state[f"{PAGE}.{SERIES}"] = left[0]  # an address without one is of the first: Back takes a choice back
    state[f"{PAGE}.messages"] = said
    return asked


def write(asked: address.Params, rows: pd.DataFrame, everything: str) -> tuple[str, ...]:
    """Put what is chosen of the ``rows`` that are left into the address; gives what it asked for in vain."""
    state = st.session_state
    held = {name: str(state[f"{PAGE}.{name}"]) for name in FILTERS}
    told = {name: [one] if one != everything else [] for name, one in held.items()}
    keys, chosen = _keys(rows), state.get(f"{PAGE}.{SERIES}")
    told[SERIES] = [JOINT.join(chosen)] if chosen in keys[1:] else []
    return address.settle(PAGE, asked, told)


def _keys(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(zip(*(rows[name] for name in FILTERS), strict=True)))
