"""The adoption page's state: taken from the address bar, checked, and written back, so that a link restores it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.growth import SMOOTH
from dashboard.analysis.modes import Choice, Mode
from dashboard.analysis.nearest import unknown_name
from dashboard.sections import address
from language.words import N_, _n

PAGE = "adoption"
FIRST_YEAR, USUAL_MONTH = 2010, "2015-01"
USUAL = ("pytorch", "tensorflow", "keras", "jax")
MOST_METRICS = 4
MOST_SAID = 3
"""Unknown names of one kind that are each answered; of more, how many there are."""
TABS = {"explorer": N_("Explorer"), "signals": N_("Signals side by side")}
MODES: dict[Mode, str] = {
    "absolute": N_("Absolute"),
    "share": N_("Share"),
    "of_all": N_("Of all"),
    "index": N_("Index = 100"),
    "growth_year": N_("Growth in a year"),
    "growth_half": N_("Growth in half a year"),
    "age": N_("By age"),
    "sources": N_("Sources"),
}
NAMES = ("metric", "systems", "mode", "log", "flags", "months", "more", "tab", "smooth", "base")
MESSAGES = f"{PAGE}.messages"
_MONTH = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2]))?\Z")


def key(name: str) -> str:
    """Where a choice is kept in the session."""
    return f"{PAGE}.{name}"


@lru_cache(maxsize=4)
def months_up_to(today: date) -> Sequence[str]:
    """Every month that can be chosen."""
    years = range(FIRST_YEAR, today.year + 1)
    made = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    return tuple(month for month in made if month <= f"{today:%Y-%m}")


def listed(catalog: Catalog) -> list[str]:
    """The systems that can be chosen, the frameworks first."""
    shown = [s.slug for s in catalog.systems.values() if s.shown]
    return [*USUAL, *(slug for slug in shown if slug not in USUAL)]


def seed(catalog: Catalog, asked: address.Params, today: date) -> None:
    """Fill the session from the address bar; each name that does not exist there becomes a message."""
    state = st.session_state
    said: list[str] = []
    metrics, more = _known(asked.get("metric", []), list(catalog.metrics), "metric", ["downloads"])
    metrics, said = list(dict.fromkeys(metrics))[:MOST_METRICS], said + more
    systems, more = _known(asked.get("system", []), listed(catalog), "system", list(USUAL))
    said += more
    mode, more = _known(asked.get("view", []), list(MODES), "view", ["absolute"])
    said += more
    tab, more = _known(asked.get("tab", []), list(TABS), "tab", ["explorer"])
    state[MESSAGES] = said + more
    state[key("metric")], state[key("more")] = metrics[0], metrics[1:]
    state[key("systems")] = [slug for slug in listed(catalog) if slug in systems]
    state[key("mode")], state[key("tab")] = mode[0], tab[0]
    state[key("log")], state[key("flags")] = asked.get("log", []) == ["1"], asked.get("milestones", []) != ["0"]
    _seed_numbers(asked, today)
    state[key("seeds")] = state.get(key("seeds"), 0) + 1
    for name in ("source", "definition"):
        state[key(name)] = (asked.get(name) or [""])[0]
    state[key("given")] = state[key("definition")]


def _seed_numbers(asked: address.Params, today: date) -> None:
    state, inside = st.session_state, months_up_to(today)
    first = _month(asked, "from", inside, USUAL_MONTH, end=False)
    last = _month(asked, "to", inside, inside[-1], end=True)
    state[key("months")] = (first, last) if first <= last else (USUAL_MONTH, inside[-1])
    state[key("base")] = _month(asked, "base", inside, "", end=False)
    given = (asked.get("mean") or [""])[0]
    state[key("smooth")] = int(given) if given in {str(many) for many in SMOOTH} else 0


def _month(asked: address.Params, name: str, inside: Sequence[str], otherwise: str, *, end: bool) -> str:
    """A month of the address bar; a year alone is its first month, or at an ``end`` the last one that can be chosen."""
    found = _MONTH.match((asked.get(name) or [""])[0])
    if found is None:
        return otherwise
    made = f"{found['year']}-{found['month'] or ('12' if end else '01')}"
    if end and made[:4] == inside[-1][:4]:
        made = min(made, inside[-1])
    return made if made in inside else otherwise


def _known(given: Sequence[str], known: Sequence[str], what: str, default: list[str]) -> tuple[list[str], list[str]]:
    """The values of the address bar that exist, else the default; and a message for those that do not, few at most."""
    good, unknown = [name for name in given if name in known], [name for name in given if name not in known]
    shown = good or default
    said = [unknown_name(what, name, known, ", ".join(shown)) for name in unknown[:MOST_SAID]]
    more = len(unknown) - len(said)
    if more:
        said.append(_n("{n} more name in the address is unknown.", "{n} more names in the address are unknown.", more))
    return shown, said


def settle(asked: address.Params, choices: Sequence[Choice], flags: bool, today: date) -> tuple[str, ...]:
    """Write the address bar, unless it holds an unknown name that nobody has yet answered by choosing."""
    state = written(choices, flags, today)
    messages = tuple(st.session_state.get(MESSAGES, ()))
    if messages and st.session_state.get(f"{PAGE}.seeded", state) == state:
        st.session_state[f"{PAGE}.seeded"] = state
        address.keep(PAGE, asked)
        return messages
    st.session_state[MESSAGES] = []
    st.session_state.pop(f"{PAGE}.seeded", None)
    address.write(PAGE, state)
    return ()


def written(choices: Sequence[Choice], flags: bool, today: date) -> dict[str, list[str]]:
    """The whole state in slugs; what is usual is left out."""
    one, state = choices[0], st.session_state
    usual = set(one.systems) == set(USUAL)
    first, last = f"{one.begin:%Y-%m}", f"{one.end:%Y-%m}"
    alone = len(choices) == 1
    return {
        "tab": [] if state[key("tab")] == "explorer" else [state[key("tab")]],
        "metric": [choice.metric.slug for choice in choices],
        "system": [] if usual else list(one.systems),
        "view": [] if one.mode == "absolute" else [one.mode],
        "log": ["1"] if one.log else [],
        "milestones": [] if flags else ["0"],
        "mean": [str(one.smooth)] if one.smooth else [],
        "base": [f"{one.base:%Y-%m}"] if one.base and one.mode == "index" else [],
        "from": [] if first == USUAL_MONTH else [_told(first, "-01")],
        "to": [] if last == f"{today:%Y-%m}" else [_told(last, "-12")],
        "source": [one.source] if one.source and alone else [],
        "definition": [one.definition] if one.definition and alone else [],
    }


def _told(month: str, usual: str) -> str:
    return month.removesuffix(usual)
