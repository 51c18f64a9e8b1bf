"""The adoption page's controls: what is looked at, how, since when; kept by `adoption_state`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from catalog.models import Metric
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, definitions_of, sources_of
from dashboard.analysis.growth import SMOOTH
from dashboard.analysis.modes import LEVELS, Mode
from dashboard.analysis.wholes import ALL
from dashboard.kept import kept
from dashboard.sections import address, adoption_gone, attribution, remedy
from dashboard.sections.adoption_state import (
    MODES,
    MOST_METRICS,
    NAMES,
    PAGE,
    TABS,
    key,
    listed,
    months_up_to,
    seed,
    written,
)
from dashboard.sections.frame import embedded
from language.words import _, current


@dataclass(frozen=True)
class Asked:
    """The choices, one a metric, whether milestones are flagged, and what the address bar asked for in vain."""

    choices: tuple[Choice, ...]
    flags: bool
    messages: tuple[str, ...]
    signals: bool = False


def choose(catalog: Catalog) -> Asked:
    """Draw the controls and give what is chosen; the address bar is read before and written after.

    In embed mode nothing is drawn: the address alone says what is shown.
    """
    asked, today, state = address.incoming(), data.today(), st.session_state
    slider = f"{key('months')}.{state.get(key('seeds'))}"
    read = address.is_new(PAGE, asked, [key(name) for name in NAMES], [slider])
    if read:
        seed(catalog, asked, today)
    for name in NAMES:
        state[key(name)] = state[key(name)]  # a widget that is not drawn would lose its choice
    if not embedded():
        st.segmented_control(
            _("Tab"), list(TABS), format_func=lambda tab: _(TABS[tab]), key=key("tab"), required=True,
            label_visibility="collapsed",
        )  # fmt: skip
    signals = state[key("tab")] == "signals"
    metric, systems = catalog.metrics[state[key("metric")]], state[key("systems")]
    ways = partial(_named, metric, systems=systems)
    adoption_gone.settled(metric, systems, _offered(metric, systems), ways, read=read)
    gone = () if signals else adoption_gone.messages(catalog, ways)
    if not embedded() and not signals:
        _widgets(catalog, today)
    choices = _choices(catalog)
    told = adoption_gone.told(written(choices, state[key("flags")], today))
    return Asked(choices, state[key("flags")], (*address.settle(PAGE, asked, told), *gone), signals)


def wholes(metric: Metric) -> pd.DataFrame:
    """What the metric counts parts of, by every source; empty where nothing is stored of it."""
    if not metric.share_of:
        return data.observed(metric.slug, ("",), primary_only=False)
    return data.observed(metric.share_of, () if metric.share_of_own else (ALL,), primary_only=False)


def _widgets(catalog: Catalog, today: date) -> None:
    metrics, state = _ordered(catalog), st.session_state
    first, second, third = st.columns((1.3, 1.3, 2.6), vertical_alignment="bottom")
    title = {slug: _(metric.title) for slug, metric in catalog.metrics.items()}
    slug = first.selectbox(_("Metric"), metrics, format_func=title.__getitem__, key=key("metric"))
    others = [name for name in metrics if name != slug]
    state[key("more")] = [name for name in state[key("more")] if name != slug]
    second.multiselect(
        _("And below it"), others, format_func=title.__getitem__, key=key("more"), max_selections=MOST_METRICS - 1,
        placeholder=_("nothing else"),
    )  # fmt: skip
    third.multiselect(_("Systems"), listed(catalog), format_func=lambda s: catalog.systems[s].name, key=key("systems"))
    modes = [mode for mode in MODES if _possible(mode, catalog.metrics[slug], state[key("systems")])]
    if state[key("mode")] not in modes:
        state[key("mode")] = "absolute"
    st.segmented_control(
        _("View"),
        modes,
        format_func=lambda mode: _(MODES[mode]),
        key=key("mode"),
        required=True,
        label_visibility="collapsed",
    )
    _switches(catalog, today)


def _switches(catalog: Catalog, today: date) -> None:
    state = st.session_state
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="adoption-switches")
    row.toggle(_("Log"), key=key("log"), disabled=state[key("mode")] not in LEVELS)
    row.toggle(_("Milestones"), key=key("flags"))
    row.selectbox(
        _("Mean"), [0, *SMOOTH], format_func=_mean_words, key=key("smooth"), label_visibility="collapsed", width=190,
        disabled=state[key("mode")] == "sources",
    )  # fmt: skip
    inside = months_up_to(today)
    said = _all_months((current(), today))
    if state[key("mode")] != "age":
        # a slider takes a pair from its value alone, and that only when its key is new: one for each address read
        state[key("months")] = row.select_slider(
            _("Months"), inside, value=state[key("months")], format_func=said.__getitem__, label_visibility="collapsed",
            width=240, key=f"{key('months')}.{state[key('seeds')]}",
        )  # fmt: skip
    if state[key("mode")] == "index":
        row.selectbox(
            _("100 in"), ["", *reversed(inside)], format_func=_base_words, key=key("base"),
            label_visibility="collapsed", width=190,
        )  # fmt: skip
    if not state[key("more")]:
        _source_widgets(row, catalog)


def _mean_words(many: int) -> str:
    return _("mean of {n} periods", n=many) if many else _("no mean")


def _month_words(month: str) -> str:
    return fmt.month(_first_day(month))


@kept(4)
def _all_months(known: tuple[str, date]) -> dict[str, str]:
    """Every month that can be chosen, in the words of a language."""
    return {month: _month_words(month) for month in months_up_to(known[1])}


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def _base_words(month: str) -> str:
    return _("100 in {month}", month=_month_words(month)) if month else _("100 at the start")


def _possible(mode: Mode, metric: Metric, systems: Sequence[str]) -> bool:
    if mode == "of_all":
        return _has_whole((data.stamp(), metric.slug), metric)
    return mode != "sources" or len(_offered(metric, systems)) > 1


@kept(64)
def _has_whole(_known: tuple[str, str], metric: Metric) -> bool:
    return bool(len(wholes(metric)))


def _offered(metric: Metric, systems: Sequence[str]) -> list[str]:
    """The sources that a metric is from."""
    return _shared((data.stamp(), metric.slug, tuple(systems)), metric)[1]


@kept(64)
def _shared(known: tuple[str, str, tuple[str, ...]], metric: Metric) -> tuple[pd.DataFrame, list[str]]:
    """What is stored of a metric, shared between visitors, so nobody changes it; and the sources that it is from."""
    systems = known[2]
    found = data.observed(metric.slug, systems or ("",), primary_only=False)
    return found, sources_of(found, metric, systems)


def _ways(metric: Metric, source: str, systems: Sequence[str]) -> tuple[list[str], str]:
    """The definitions to choose from within a source, and the one that a chart shows first."""
    return _defined((data.stamp(), metric.slug, tuple(systems), source), metric)


def _named(metric: Metric, source: str, systems: Sequence[str]) -> tuple[list[str], str]:
    """`_ways`, or where there is nothing to choose from the definitions that are stored."""
    ways, first = _ways(metric, source, systems)
    found = _shared((data.stamp(), metric.slug, tuple(systems)), metric)[0]
    return ways or sorted(set(found.loc[found["source"] == source, "definition"])), first


@kept(128)
def _defined(known: tuple[str, str, tuple[str, ...], str], metric: Metric) -> tuple[list[str], str]:
    stamped, slug, systems, source = known
    found = _shared((stamped, slug, systems), metric)[0]
    ways = definitions_of(found, source, systems)
    primary = found[(found["source"] == source) & found["primary"]]["definition"]
    return ways, next((way for way in primary if way in ways), ways[0] if ways else "")


def _source_widgets(row: st.delta_generator.DeltaGenerator, catalog: Catalog) -> None:
    metric, systems = catalog.metrics[st.session_state[key("metric")]], st.session_state[key("systems")]
    offered = _offered(metric, systems)
    source, ways = _settled(metric, offered, systems)
    if len(offered) > 1 and st.session_state[key("mode")] != "sources":
        row.selectbox(
            _("Source"), offered, format_func=lambda s: attribution.credit(catalog, s).title, key=key("source"),
            label_visibility="collapsed", width=250,
        )  # fmt: skip
        source, ways = _settled(metric, offered, systems)
    if ways and source:
        row.selectbox(_("Counted"), ways, key=key("definition"), label_visibility="collapsed", width=200)


def _settled(metric: Metric, offered: Sequence[str], systems: Sequence[str]) -> tuple[str, list[str]]:
    """Bring source and definition into what is offered; gives the source and the definitions to choose from."""
    state = st.session_state
    if state.get(key("source")) not in offered:
        state[key("source")] = offered[0] if offered else None
    source = state[key("source")] or ""
    ways, first = _ways(metric, source, systems)
    if state.get(key("definition")) not in ways:
        state[key("definition")] = ways[0] if ways else ""
    if ways and state.get(key("defined")) != (metric.slug, source):
        given = state.pop(key("given"), "")
        state[key("definition")] = given if given in ways else first
        state[key("defined")] = (metric.slug, source)
    return source, ways


def _choices(catalog: Catalog) -> tuple[Choice, ...]:
    state: Any = st.session_state
    metric, more = catalog.metrics[state[key("metric")]], state[key("more")]
    systems = tuple(state[key("systems")])
    source, _ = _settled(metric, _offered(metric, systems), systems)
    (first, last), base, mode = state[key("months")], state[key("base")], state[key("mode")]
    smooth = state[key("smooth")] if mode != "sources" else 0  # as many periods are another span in another source
    common: dict[str, Any] = {
        "systems": systems, "mode": mode, "log": state[key("log")] and mode in LEVELS, "smooth": smooth,
        "first_year": int(first[:4]), "first_month": int(first[5:]), "last_year": int(last[:4]),
        "last_month": int(last[5:]), "base": _first_day(base) if base else None,
    }  # fmt: skip
    usual = Choice(metric, **common)
    first_one = usual if more else replace(usual, source=source, definition=state[key("definition")] or "")
    return (first_one, *(replace(usual, metric=catalog.metrics[slug]) for slug in more))


def _ordered(catalog: Catalog) -> list[str]:
    """Metrics that have figures first, in the catalogue's order."""
    have = data.stored_metrics()
    return sorted(catalog.metrics, key=lambda slug: slug not in have)


def nothing(choice: Choice) -> tuple[str, str, str]:
    """Title, explanation and command for a choice that nothing is stored of."""
    if not choice.systems:
        return _("No system chosen"), _("Choose at least one system above."), ""
    if choice.mode == "sources":
        return (
            _("One source alone"),
            _("Only one source, or none, has figures of these systems: nothing to hold it against."),
            "",
        )
    if can := remedy.sources_of(choice.metric):
        return (
            _("No figures yet"),
            _("Nothing is stored of this metric for these systems. This fetches it:"),
            remedy.command(can[0]),
        )
    says = _("Nothing is stored of this metric for these systems, and no source that is built in fetches it.")
    return _("No figures yet"), says, ""
