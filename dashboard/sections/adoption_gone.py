"""A source or a definition that is asked for and not there (any more): said, kept in the address, and come back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from catalog.load import Catalog
from catalog.models import Metric
from dashboard.analysis.nearest import unknown_name
from dashboard.sections import attribution
from dashboard.sections.adoption_state import PAGE, key
from language.words import _, filled

GONE, LOOKED = f"{PAGE}.gone", f"{PAGE}.looked"
NAMES = ("source", "definition")
Ways = Callable[[str], tuple[list[str], str]]


class Gone(NamedTuple):
    """What was asked for of a metric, and what stands in its place until the visitor chooses."""

    metric: str
    systems: tuple[str, ...]
    wanted: tuple[str, str]
    instead: tuple[str, str]


def settled(metric: Metric, systems: Sequence[str], offered: Sequence[str], ways: Ways, *, read: bool) -> None:
    """Hold what the session asks for against what is stored; called before any control may put another in its place.

    ``read`` where the state was just taken from the address. A choice of another metric or system is no loss: its
    sources are others.
    """
    state, what = st.session_state, (metric.slug, tuple(systems))
    held = (str(state.get(key("source")) or ""), str(state.get(key("definition")) or ""))
    gone: Gone | None = None if read else state.get(GONE)
    if gone is not None and (gone.metric != metric.slug or held != gone.instead):
        gone = None
    asked = gone.wanted if gone else held
    same = read or gone is not None or state.get(LOOKED) == what
    instead = _instead(asked, offered, ways) if same else None
    if gone is not None and instead is None:
        _hold(asked)  # it is back
    if instead is not None:
        _hold(instead)
    state[GONE] = Gone(*what, asked, instead) if instead is not None else None
    state[LOOKED] = what


def told(written: dict[str, list[str]]) -> dict[str, list[str]]:
    """The state for the address bar, with what was asked for in place of what stands there instead."""
    gone: Gone | None = st.session_state.get(GONE)
    if gone is None or len(written["metric"]) > 1:
        return written
    return written | {name: [one] if one else [] for name, one in zip(NAMES, gone.wanted, strict=True)}


def messages(catalog: Catalog, ways: Ways) -> tuple[str, ...]:
    """What is not there, and what is shown instead; a source that no catalogue knows was answered when it was read."""
    gone: Gone | None = st.session_state.get(GONE)
    if gone is None or st.session_state[key("more")]:
        return ()
    (source, definition), (other, way) = gone.wanted, gone.instead
    shown = attribution.credit(catalog, other).title if other else ""
    if source == other or (not source and definition):
        only = _("the only way in which {source} counts", source=shown)
        return (unknown_name("definition", definition, ways(other)[0], way or only),)
    if source not in catalog.source_names:
        return ()
    told = {"source": attribution.credit(catalog, source).title, "metric": _(catalog.metrics[gone.metric].title)}
    if not other:
        return (_("{source} has no figures of {metric} for these systems (any more).", **told),)
    said = _("{source} has no figures of {metric} for these systems (any more). This page shows {shown} instead.")
    return (filled(said, shown=shown, **told),)


def _hold(both: tuple[str, str]) -> None:
    for name, one in zip(NAMES, both, strict=True):
        st.session_state[key(name)] = one
    st.session_state[key("given")] = both[1]
    st.session_state.pop(key("defined"), None)


def _instead(asked: tuple[str, str], offered: Sequence[str], ways: Ways) -> tuple[str, str] | None:
    """What stands in for a source and a definition; None where they are there, or nothing was asked for."""
    source, definition = asked
    shown = source if source in offered else (offered[0] if offered else "")
    known, first = ways(shown) if shown else ([], "")
    lost = (source and shown != source) or (definition and definition not in known)
    return (shown, definition if definition in known else first) if lost else None
