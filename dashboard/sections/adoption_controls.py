"""The adoption page's controls, kept in the address bar; an unknown name there gets an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from catalog.models import Metric
from dashboard import data
from dashboard.analysis.explore import Choice, Mode, definitions_of, sources_of
from dashboard.analysis.nearest import unknown_name
from dashboard.analysis.wholes import ALL
from dashboard.sections import address, attribution, remedy

PAGE = "adoption"
FIRST_YEAR = 2010
USUAL = ("pytorch", "tensorflow", "keras", "jax")
MODES: dict[Mode, str] = {"absolute": "Absolute", "share": "Share", "of_all": "Of all", "index": "Index = 100"}
KEYS = tuple(f"{PAGE}.{name}" for name in ("metric", "systems", "mode", "log", "flags", "years"))
MESSAGES = f"{PAGE}.messages"


@dataclass(frozen=True)
class Asked:
    """The choice, whether milestones are flagged, and what the address bar asked for in vain."""

    choice: Choice
    flags: bool
    messages: tuple[str, ...]


def choose(catalog: Catalog) -> Asked:
    """Draw the controls and give what is chosen; the address bar is read before and written after."""
    asked, this_year = address.incoming(), data.today().year
    if address.is_new(PAGE, asked, KEYS):
        _seed(catalog, asked, this_year)
    first, second = st.columns((1.3, 3), vertical_alignment="bottom")
    metrics = _ordered(catalog)
    slug = first.selectbox("Metric", metrics, format_func=lambda s: catalog.metrics[s].title, key=KEYS[0])
    systems = second.multiselect(
        "Systems", _systems(catalog), format_func=lambda s: catalog.systems[s].name, key=KEYS[1]
    )
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="adoption-switches")
    modes = [mode for mode in MODES if mode != "of_all" or len(wholes(catalog.metrics[slug]))]
    if st.session_state.get(KEYS[2]) not in modes:
        st.session_state[KEYS[2]] = "absolute"
    mode: Mode | None = row.segmented_control(
        "View", modes, format_func=MODES.__getitem__, key=KEYS[2], required=True, label_visibility="collapsed"
    )
    log = row.toggle("Log", key=KEYS[3])
    flags = row.toggle("Milestones", key=KEYS[4])
    years: Any = row.slider("Years", FIRST_YEAR, this_year, key=KEYS[5], label_visibility="collapsed", width=220)
    source, definition = _source(row, catalog, catalog.metrics[slug], systems)
    choice = Choice(
        catalog.metrics[slug], tuple(systems), mode or "absolute", log, years[0], years[1], source, definition
    )
    return Asked(choice, flags, _settle(asked, choice, flags, this_year))


def wholes(metric: Metric) -> pd.DataFrame:
    """What the metric counts parts of, by every source; empty where nothing is stored of it."""
    if not metric.share_of:
        return data.observed(metric.slug, ("",), primary_only=False)
    return data.observed(metric.share_of, () if metric.share_of_own else (ALL,), primary_only=False)


def _seed(catalog: Catalog, asked: address.Params, this_year: int) -> None:
    state, messages = st.session_state, []
    metric, said = _known(asked.get("metric", []), list(catalog.metrics), "metric", ["downloads"])
    messages += said
    systems, said = _known(asked.get("system", []), _systems(catalog), "system", list(USUAL))
    messages += said
    state[KEYS[0]], state[KEYS[1]] = metric[0], [s for s in _systems(catalog) if s in systems]
    mode, said = _known(asked.get("view", []), list(MODES), "view", ["absolute"])
    state[KEYS[2]], state[MESSAGES] = mode[0], (messages + said)
    state[KEYS[3]] = asked.get("log", []) == ["1"]
    state[KEYS[4]] = asked.get("milestones", []) != ["0"]
    years = [int(y) for name in ("from", "to") for y in asked.get(name, []) if y.isdecimal() and len(y) == 4]
    inside = [y for y in years if FIRST_YEAR <= y <= this_year]
    state[KEYS[5]] = (
        _year(asked, "from", inside, 2015),
        _year(asked, "to", inside, this_year),
    )
    if state[KEYS[5]][0] > state[KEYS[5]][1]:
        state[KEYS[5]] = (2015, this_year)
    state[f"{PAGE}.source"] = (asked.get("source") or [""])[0]
    state[f"{PAGE}.definition"] = (asked.get("definition") or [""])[0]


def _year(asked: address.Params, name: str, inside: Sequence[int], otherwise: int) -> int:
    given = asked.get(name) or [""]
    return int(given[0]) if given[0].isdecimal() and int(given[0]) in inside else otherwise


def _known(given: Sequence[str], known: Sequence[str], what: str, default: list[str]) -> tuple[list[str], list[str]]:
    """The values of the address bar that exist, else the default; and a message for each that does not."""
    good = [name for name in given if name in known]
    shown = good or default
    said = [unknown_name(what, name, known, ", ".join(shown)) for name in given if name not in known]
    return shown, said


def _source(
    row: st.delta_generator.DeltaGenerator, catalog: Catalog, metric: Metric, systems: Sequence[str]
) -> tuple[str, str]:
    found = data.observed(metric.slug, systems, primary_only=False) if systems else data.observed(metric.slug, ("",))
    offered = sources_of(found, metric, systems)
    key = f"{PAGE}.source"
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[0] if offered else None
    if len(offered) > 1:
        row.selectbox(
            "Source",
            offered,
            format_func=lambda s: attribution.credit(catalog, s).title,
            key=key,
            label_visibility="collapsed",
            width=250,
        )
    source = st.session_state[key] or ""
    ways, key = definitions_of(found, source, systems), f"{PAGE}.definition"
    if st.session_state.get(key) not in ways:
        st.session_state[key] = ways[0] if ways else ""
    primary = found[(found["source"] == source) & found["primary"]]["definition"]
    if ways and st.session_state.get(f"{PAGE}.defined") != (metric.slug, source):
        st.session_state[f"{PAGE}.defined"] = (metric.slug, source)
        st.session_state[key] = next((w for w in primary if w in ways), ways[0])
    if ways:
        row.selectbox("Counted", ways, key=key, label_visibility="collapsed", width=200)
    return source, st.session_state[key] or ""


def _settle(asked: address.Params, choice: Choice, flags: bool, this_year: int) -> tuple[str, ...]:
    """Write the address bar, unless it holds an unknown name that nobody has yet answered by choosing."""
    state = _state(choice, flags, this_year)
    messages = tuple(st.session_state.get(MESSAGES, ()))
    if messages and st.session_state.get(f"{PAGE}.seeded", state) == state:
        st.session_state[f"{PAGE}.seeded"] = state
        address.keep(PAGE, asked)
        return messages
    st.session_state[MESSAGES] = []
    st.session_state.pop(f"{PAGE}.seeded", None)
    address.write(PAGE, state)
    return ()


def _state(choice: Choice, flags: bool, this_year: int) -> dict[str, list[str]]:
    usual = set(choice.systems) == set(USUAL)
    return {
        "metric": [choice.metric.slug],
        "system": [] if usual else list(choice.systems),
        "view": [] if choice.mode == "absolute" else [choice.mode],
        "log": ["1"] if choice.log else [],
        "milestones": [] if flags else ["0"],
        "from": [] if choice.first_year == 2015 else [str(choice.first_year)],
        "to": [] if choice.last_year == this_year else [str(choice.last_year)],
        "source": [choice.source] if choice.source else [],
        "definition": [choice.definition] if choice.definition else [],
    }


def _ordered(catalog: Catalog) -> list[str]:
    """Metrics that have figures first, in the catalogue's order."""
    have = set(data.series()["metric"])
    return sorted(catalog.metrics, key=lambda slug: slug not in have)


def _systems(catalog: Catalog) -> list[str]:
    shown = [s.slug for s in catalog.systems.values() if s.shown]
    return [*USUAL, *(slug for slug in shown if slug not in USUAL)]


def nothing(choice: Choice) -> tuple[str, str, str]:
    """Title, explanation and command for a choice that nothing is stored of."""
    if not choice.systems:
        return "No system chosen", "Choose at least one system above.", ""
    if can := remedy.sources_of(choice.metric):
        return (
            "No figures yet",
            "Nothing is stored of this metric for these systems. This fetches it:",
            remedy.command(can[0]),
        )
    says = "Nothing is stored of this metric for these systems, and no source that is built in fetches it."
    return "No figures yet", says, ""
