"""What the Capabilities page shows: view, filters, cell and versions, all of it kept in the address bar."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from dashboard.analysis.capabilities import ANY, SIGNS, UNASKED, Filter, Matrix, column_name, slug, system_name
from dashboard.analysis.nearest import unknown_name, unknown_names
from dashboard.sections import address
from db.read import ProbeColumn, ProbedColumn
from language.lists import commas
from language.words import N_, _, _p

PAGE = "capabilities"
VIEWS = {"matrix": N_("Matrix"), "changes": N_("Between two versions")}
LABELS = {
    "axis": N_("Axis"),
    "system": N_("System"),
    "version": N_("Version"),
    "mode": N_("Mode"),
    "state": N_("State"),
}
MANY = tuple(LABELS)
ONE = ("q", "cell", "before", "after")
ASKS = ("show", "differences", *MANY, *ONE, "job")
"""The names that the page has a use for in its address."""
MESSAGES = f"{PAGE}.messages"
MOST_TEXT = 200
MOST_VERSIONS = 3
Words = dict[str, str]


class Asked(NamedTuple):
    """The view, the filter, and what the address bar asked for in vain."""

    show: str
    chosen: Filter
    messages: tuple[str, ...]


def choose(whole: Matrix, everything: Sequence[ProbeColumn], names: Mapping[str, str]) -> Asked:
    """Draw the controls over what there is; the address bar is read before and written after."""
    offered = _offered(whole, everything, names)
    asked = address.incoming()
    if address.is_new(PAGE, asked, [key(name) for name in ("show", "differences", *MANY)]):
        _seed(asked, offered)
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="capability-controls")
    show = row.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda show: _(VIEWS[show]),
        key=key("show"),
        required=True,
        label_visibility="collapsed",
    )
    if show == "matrix":
        row.toggle(_("Differences only"), key=key("differences"), help=_("Where one column passed and another failed."))
        told = _("Search")
        row.text_input(
            told, key=key("q"), placeholder=told, label_visibility="collapsed", width=200, max_chars=MOST_TEXT
        )
        _filters(offered)
    return Asked(show or "matrix", _filter(), _settle(asked))


def drawn(probes: Sequence[ProbedColumn]) -> tuple[ProbeColumn, ...]:
    """The versions to draw: the three of each system that were most lately probed, and those that are asked for."""
    asked = {*address.incoming().get("version", []), *st.session_state.get(key("version"), [])}
    asked |= {*cell_columns([value("cell"), *address.incoming().get("cell", [])])}
    seen: dict[str, int] = {}
    found = []
    for of in (one.column for one in probes):
        seen[of.system] = seen.get(of.system, 0) + 1
        if seen[of.system] <= MOST_VERSIONS or slug(of) in asked:
            found.append(of)
    return tuple(found)


def cell_columns(cells: Sequence[str]) -> list[str]:
    """The columns that the names of cells speak of."""
    return [name.split("~", 2)[2] for name in cells if name.count("~") > 2]


def mode_word(mode: str) -> str:
    """A mode as it is read: those of the frameworks have names, a result for all of them has none."""
    return _p("mode", "any") if mode == ANY else mode


def key(name: str) -> str:
    """The key under which the session keeps a choice."""
    return f"{PAGE}.{name}"


def value(name: str) -> str:
    """One value that the page keeps; empty where there is none."""
    return str(st.session_state.get(key(name)) or "")


def keep(name: str, held: str) -> None:
    """Keep one value, in the session and in the address bar; empty leaves it out."""
    st.session_state[key(name)] = held
    address.write(PAGE, address.incoming() | {name: [held] if held else []})


def keep_address(name: str, held: str) -> None:
    """Put the value of a field that is drawn into the address bar."""
    address.write(PAGE, address.incoming() | {name: [held]})


def link() -> None:
    """Draw the address of what is shown."""
    box = st.expander(_("Link to what is shown"), icon=":material/link:", on_change="rerun", key="capability-link")
    if box.open:
        box.code(st.context.url or _("the address of this page"), language=None)
        box.caption(_("The address bar holds the view, the filters, the cell and the versions."))


def _offered(whole: Matrix, everything: Sequence[ProbeColumn], names: Mapping[str, str]) -> dict[str, Words]:
    systems = dict.fromkeys(of.system for of in everything)
    return {
        "axis": {row.axis: row.axis_title for row in whole.rows},
        "system": {system: system_name(system, names) for system in systems},
        "version": {slug(of): column_name(of, names) for of in everything},
        "mode": {column.mode: mode_word(column.mode) for column in whole.columns},
        "state": {state: _(told) for state, told in (SIGNS | {"not_probed": UNASKED}).items()},
    }


def _seed(asked: address.Params, offered: Mapping[str, Words]) -> None:
    state, messages = st.session_state, list[str]()
    for name in MANY:
        given = list(dict.fromkeys(asked.get(name, [])))
        good = [one for one in given if one in offered[name]]
        state[key(name)] = good
        shown = commas(offered[name][one] for one in good) if good else _("all")
        messages += unknown_names(name, given, offered[name], shown)
    show = (asked.get("show") or ["matrix"])[0]
    if show not in VIEWS:
        messages.append(unknown_name("show", show, {one: _(told) for one, told in VIEWS.items()}, _("the matrix")))
    state[key("show")] = show if show in VIEWS else "matrix"
    state[key("differences")] = asked.get("differences", []) == ["1"]
    for name in ONE:
        state[key(name)] = (asked.get(name) or [""])[0][:MOST_TEXT]
    state[MESSAGES] = messages


def _filters(offered: Mapping[str, Words]) -> None:
    active = sum(bool(st.session_state.get(key(name))) for name in MANY)
    label = _("Filters ({n} set)", n=active) if active else _("Filters")
    box = st.expander(label, icon=":material/filter_list:", on_change="rerun", key="capability-filters")
    if not box.open:
        for name in MANY:
            st.session_state[key(name)] = st.session_state.get(key(name), [])  # a field not drawn is not forgotten
        return
    with box:
        columns = st.columns(3)
        for at, name in enumerate(MANY):
            columns[at % 3].multiselect(
                _(LABELS[name]),
                list(offered[name]),
                format_func=offered[name].__getitem__,
                key=key(name),
                placeholder=_("All"),
            )


def _filter() -> Filter:
    state = st.session_state
    many = {name: tuple(state.get(key(name)) or ()) for name in MANY}
    return Filter(**many, search=value("q"), differences=bool(state.get(key("differences"))))


def _settle(asked: address.Params) -> tuple[str, ...]:
    """Write the address bar; gives what it asks for in vain."""
    state: dict[str, list[str]] = {name: list(st.session_state.get(key(name)) or []) for name in MANY}
    state |= {name: [value(name)] if value(name) else [] for name in ONE}
    state["show"] = [] if value("show") in ("matrix", "") else [value("show")]
    state["differences"] = ["1"] if st.session_state.get(key("differences")) else []
    return address.settle(PAGE, asked, state, asked)
