"""Which results the Speed page shows: run, view and filters, kept in the address bar beside what others keep there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import data, measured
from dashboard.analysis.nearest import unknown_name, unknown_names
from dashboard.analysis.speed import APART, CLOSE, DECIDED, machine_id, machine_words
from dashboard.colours import framework_of
from dashboard.sections import address, links
from dashboard.sections.speed_runs import ALL, NEWEST, named, until_of
from db.read import BenchFilter, BenchHead
from language.lists import commas
from language.words import N_, _, filled

PAGE = "results"
OTHER = N_("other")
VIEWS = {
    "ratios": N_("Ratios"),
    "workload": N_("One workload"),
    "history": N_("History"),
    "claims": N_("What articles claim"),
}
MANY = ("workload", "category", "size", "variant", "framework", "device", "preset", "machine", "verdict")
FILTERS = {
    "workload": N_("Workload"),
    "category": N_("Category"),
    "size": N_("Size"),
    "variant": N_("Variant"),
    "framework": N_("Framework"),
    "device": N_("Device"),
    "preset": N_("Preset"),
    "machine": N_("Machine"),
    "verdict": N_("Verdict"),
}
WORDED = ("category", "verdict")
"""The filters whose values are words."""
ONE = ("pair", "baseline", "of", "samples", "work", "line", "page")
ASKS = ("run", "show", *MANY, *ONE)
"""The names that the results have a use for in the page's address."""
MESSAGES = f"{PAGE}.messages"


@dataclass(frozen=True)
class Asked:
    """What is to be shown: the view, the run (None: the newest of each over all runs), and the filter for the store.

    ``until`` is the last run that counts, where the address names one; ``gone`` is the run that it
    names in vain.
    """

    show: str
    run: BenchHead | None
    chosen: BenchFilter
    messages: tuple[str, ...]
    until: int | None = None
    gone: str = ""


def choose(heads: Sequence[BenchHead]) -> Asked:
    """Draw the controls over the runs there are, the newest first; the address bar is read before, written after."""
    incoming = address.incoming()
    offered = _offered(heads)
    runs = {str(head.run): head for head in heads}
    keys = [_key(name) for name in ("run", "show", *MANY)]
    if address.is_new(PAGE, incoming, keys, [_key(name) for name in ONE]):
        _seed(incoming, offered, runs)
    left, right = st.columns(2, vertical_alignment="center")
    show = left.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda one: _(VIEWS[one]),
        key=_key("show"),
        required=True,
        label_visibility="collapsed",
    )
    if show == "claims":
        return Asked(show, None, measured.EVERYTHING, _settle(incoming))
    told = named(runs, st.session_state[_key("run")])
    run = right.selectbox(
        _("Run"), list(told), format_func=told.__getitem__, key=_key("run"), label_visibility="collapsed"
    )
    _filters(offered)
    head = heads[0] if run == NEWEST else runs.get(str(run))
    messages, until = _settle(incoming), until_of(str(run))
    wanted = (incoming.get("run") or [NEWEST])[0]
    gone = wanted if messages and wanted not in (NEWEST, run) else ""
    return Asked(show or "ratios", head, _filter(head, heads, until), messages, until, gone)


def one_of(name: str, label: str, options: Mapping[str, str], default: str) -> str:
    """A choice of one of several that the address bar keeps; what it asks for in vain is replaced by the default."""
    key = _key(name)
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    chosen = st.selectbox(label, list(options), format_func=options.__getitem__, key=key)
    keep(name, str(chosen), default)
    links.hold(**{name: str(chosen)})
    return str(chosen)


def keep(name: str, value: str, default: str = "") -> None:
    """Put one value into the address bar, or leave its name out where it is the default."""
    wanted = address.incoming() | {name: [value] if value != default else []}
    address.write(PAGE, wanted)


def value(name: str) -> str:
    """One value that the address bar was read for; empty where it is not there."""
    return str(st.session_state.get(_key(name)) or "")


def _key(name: str) -> str:
    return f"{PAGE}.{name}"


def _offered(heads: Sequence[BenchHead]) -> dict[str, dict[str, str]]:
    """What can be chosen of each filter: the slug and its words."""
    columns = list(zip(*measured.known(), strict=True)) or [()] * 5
    works, sizes, variants, devices, presets = (list(dict.fromkeys(column)) for column in columns)
    category = categories()
    machines = {machine_id(head.machine): machine_words(head.machine) for head in reversed(heads)}
    plainly = {
        "workload": sorted(works),
        "category": sorted({category.get(work, OTHER) for work in works}),
        "size": sizes,
        "variant": sorted(variants),
        "framework": sorted({framework_of(variant) for variant in variants}),
        "device": sorted(devices),
        "preset": sorted(presets),
        "verdict": [*DECIDED, CLOSE, APART],
    }
    told = {name: {one: _(one) if name in WORDED else one for one in values} for name, values in plainly.items()}
    return told | {"machine": machines}


def categories() -> dict[str, str]:
    """The category of every workload that can be measured."""
    return {entry["workload"]: str(entry.get("category") or OTHER) for entry in data.workloads()}


def _seed(asked: address.Params, offered: Mapping[str, Mapping[str, str]], runs: Mapping[str, BenchHead]) -> None:
    state, messages = st.session_state, []
    for name in MANY:
        given = asked.get(name, [])
        state[_key(name)] = [one for one in dict.fromkeys(given) if one in offered[name]]
        everything = commas(offered[name][one] for one in state[_key(name)]) or _("all")
        messages += unknown_names(name, given, offered[name], everything)
    run = (asked.get("run") or [NEWEST])[0]
    last = until_of(run)
    if run not in (NEWEST, ALL, *runs) and (last is None or last < min(head.run for head in runs.values())):
        said = _("There is no run {run} in this database. This page shows the newest instead.")
        messages.append(filled(said, run=repr(run[:20])))
        run = NEWEST
    show = (asked.get("show") or ["ratios"])[0]
    if show not in VIEWS:
        messages.append(unknown_name("show", show, {one: _(told) for one, told in VIEWS.items()}, _(VIEWS["ratios"])))
        show = "ratios"
    state[_key("run")], state[_key("show")], state[MESSAGES] = run, show, messages
    for name in ONE:
        state[_key(name)] = (asked.get(name) or [""])[0]


def _filters(offered: Mapping[str, Mapping[str, str]]) -> None:
    active = sum(bool(st.session_state[_key(name)]) for name in MANY)
    with st.expander(_("Filters ({n} set)", n=active) if active else _("Filters"), icon=":material/filter_list:"):
        columns = st.columns(3)
        for at, name in enumerate(MANY):
            options = offered[name]
            columns[at % 3].multiselect(
                _(FILTERS[name]), list(options), format_func=options.__getitem__, key=_key(name), placeholder=_("All")
            )
        st.caption(_("One variant or framework: what it was compared with. Two or more: what was compared among them."))


def _filter(head: BenchHead | None, heads: Sequence[BenchHead], until: int | None) -> BenchFilter:
    picked = {name: tuple(st.session_state[_key(name)]) for name in MANY}
    category = categories()
    known = measured.known()
    works = {key[0] for key in known if not picked["category"] or category.get(key[0], OTHER) in picked["category"]}
    names = {key[2] for key in known if not picked["framework"] or framework_of(key[2]) in picked["framework"]}
    machine = [one.run for one in heads if not picked["machine"] or machine_id(one.machine) in picked["machine"]]
    every = head is None and until is None and not picked["machine"]
    runs = tuple(r for r in machine if (head is None or r == head.run) and (until is None or r <= until))
    return BenchFilter(
        runs=None if every else runs,
        workloads=_both(picked["workload"], works, bool(picked["category"])),
        sizes=picked["size"],
        variants=_both(picked["variant"], names, bool(picked["framework"])),
        devices=picked["device"],
        presets=picked["preset"],
        verdicts=picked["verdict"],
        newest=head is None,
    )


def _both(picked: tuple[str, ...], inside: set[str], narrowed: bool) -> tuple[str, ...]:
    """The names picked that lie inside; where nothing does, a name that nothing has."""
    if not narrowed:
        return picked
    return tuple(sorted(inside & set(picked) if picked else inside)) or ("",)


def _settle(asked: address.Params) -> tuple[str, ...]:
    """Write the address bar; gives what it asks for in vain."""
    state = {name: list(st.session_state.get(_key(name)) or []) for name in MANY}
    for name, default in (("run", NEWEST), ("show", "ratios")):
        held = str(st.session_state.get(_key(name)) or default)
        state[name] = [held] if held != default else []
    return address.settle(PAGE, asked, state, asked)
