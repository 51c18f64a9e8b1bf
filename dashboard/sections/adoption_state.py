"""The adoption page's state: taken from the address bar, checked, and written back, so that a link restores it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.analysis.growth import SMOOTH
from dashboard.analysis.modes import Choice, Mode
from dashboard.analysis.nearest import unknown_name, unknown_names
from dashboard.sections import address, attribution
from language.lists import commas
from language.words import N_, _, filled

PAGE = "adoption"
FIRST_YEAR, USUAL_MONTH = 2010, "2015-01"
USUAL = ("pytorch", "tensorflow", "keras", "jax")
MOST_METRICS = 4
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
ASKS = (
    "tab", "metric", "system", "view", "log", "milestones", "mean", "base", "from", "to", "source", "definition",
)  # fmt: skip
"""The names that the page has a use for in its address."""
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
    titles = {slug: _(metric.title) for slug, metric in catalog.metrics.items()}
    metrics, more = _known(asked.get("metric", []), titles, "metric", ["downloads"], MOST_METRICS)
    said += more
    if metrics[MOST_METRICS:]:
        left = commas(titles[slug] for slug in metrics[MOST_METRICS:])
        said.append(
            _("At most {n} metrics are shown at once, so these are not: {left}.", n=fmt.words(MOST_METRICS), left=left)
        )
    metrics = metrics[:MOST_METRICS]
    names = {slug: catalog.systems[slug].name for slug in listed(catalog)}
    systems, more = _known(asked.get("system", []), names, "system", list(USUAL))
    said += more
    mode, more = _known(asked.get("view", []), {slug: _(told) for slug, told in MODES.items()}, "view", ["absolute"], 1)
    said += more
    tab, more = _known(asked.get("tab", []), {slug: _(told) for slug, told in TABS.items()}, "tab", ["explorer"], 1)
    more += _switched(asked) + _of_one(asked, catalog, alone=len(metrics) == 1)
    state[MESSAGES] = said + more + _seed_numbers(asked, today)
    state[key("metric")], state[key("more")] = metrics[0], metrics[1:]
    state[key("systems")] = [slug for slug in listed(catalog) if slug in systems]
    state[key("mode")], state[key("tab")] = mode[0], tab[0]
    state[key("log")], state[key("flags")] = asked.get("log", []) == ["1"], asked.get("milestones", []) != ["0"]
    state[key("seeds")] = state.get(key("seeds"), 0) + 1
    for name in ("source", "definition"):
        state[key(name)] = (asked.get(name) or [""])[0]
    if state[key("source")] not in catalog.source_names:
        state[key("source")] = ""
    state[key("given")] = state[key("definition")]


def _sources(catalog: Catalog) -> dict[str, str]:
    return {slug: attribution.credit(catalog, slug).title for slug in sorted(catalog.source_names)}


def _switched(asked: address.Params) -> list[str]:
    """A message for each switch that is neither off nor on."""
    said = _("{name}={given} is neither 0 nor 1. This page shows {shown} instead.")
    shown = {"log": _("no logarithmic axis"), "milestones": _("the milestones")}
    given = {name: (asked.get(name) or [""])[0] for name in shown}
    return [
        filled(said, name=name, given=repr(one[:20]), shown=shown[name])
        for name, one in given.items()
        if one not in ("", "0", "1")
    ]


def _of_one(asked: address.Params, catalog: Catalog, *, alone: bool) -> list[str]:
    """A message for a source that no catalogue knows, and for what is said of one metric where several are asked for.

    Whether one metric has that definition, or figures of that source, is known when its figures are read.
    """
    given = {name: (asked.get(name) or [""])[0] for name in ("source", "definition")}
    said = []
    if given["source"] and given["source"] not in catalog.source_names:
        name = given.pop("source")
        said.append(unknown_name("source", name, _sources(catalog), _("the preferred one")))
    many = _("{name}={given} is for one metric alone: of several, each is shown as its preferred source counts it.")
    return said + [filled(many, name=name, given=repr(one[:60])) for name, one in given.items() if one and not alone]


def _seed_numbers(asked: address.Params, today: date) -> list[str]:
    """Months and the mean; a message for each that cannot be."""
    state, inside, said = st.session_state, months_up_to(today), list[str]()
    found = {name: _month(asked, name, inside, end=name == "to") for name in ("from", "to", "base")}
    for name, month in found.items():
        given = (asked.get(name) or [""])[0]
        if given and month is None:
            told = {"name": name, "given": repr(given[:20]), "first": inside[0], "last": inside[-1]}
            said.append(_("{name}={given} is no month from {first} to {last}, and is left out.", **told))
    first, last = found["from"] or USUAL_MONTH, found["to"] or inside[-1]
    if first > last:
        said.append(
            _("The first month, {first}, is after the last, {last}: all months are shown.", first=first, last=last)
        )
        first, last = USUAL_MONTH, inside[-1]
    state[key("months")], state[key("base")] = (first, last), found["base"] or ""
    mean, offered = (asked.get("mean") or [""])[0], [str(many) for many in SMOOTH]
    if mean not in ("", "0", *offered):
        said.append(unknown_name("mean", mean, offered, _("no mean")))
    state[key("smooth")] = int(mean) if mean in offered else 0
    return said


def _month(asked: address.Params, name: str, inside: Sequence[str], *, end: bool) -> str | None:
    """A month of the address bar; a year alone is its first month, or at an ``end`` the last one that can be chosen."""
    found = _MONTH.match((asked.get(name) or [""])[0])
    if found is None:
        return None
    made = f"{found['year']}-{found['month'] or ('12' if end else '01')}"
    if end and made[:4] == inside[-1][:4]:
        made = min(made, inside[-1])
    return made if made in inside else None


def _known(
    given: Sequence[str], known: Mapping[str, str], what: str, default: list[str], most: int | None = None
) -> tuple[list[str], list[str]]:
    """The values of the address bar that exist, else the default; and a message for those that do not, few at most.

    ``known`` has their titles; ``most`` is how many of them are shown.
    """
    shown = list(dict.fromkeys(name for name in given if name in known)) or default
    return shown, unknown_names(what, given, known, commas(known[name] for name in shown[:most]))


def written(choices: Sequence[Choice], flags: bool, today: date) -> dict[str, list[str]]:
    """The whole state in slugs; what is usual is left out, and beside one another signals have no other choice."""
    one, state = choices[0], st.session_state
    if state[key("tab")] == "signals":
        return {"tab": ["signals"]}
    usual = set(one.systems) == set(USUAL)
    first, last = f"{one.begin:%Y-%m}", f"{one.end:%Y-%m}"
    alone = len(choices) == 1
    return {
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
