"""The Code page's choice of task, frameworks and view, kept in the address bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.analysis.nearest import unknown_names
from dashboard.sections import address
from dashboard.sections.above import hints
from language.lists import commas
from language.words import N_, _

PAGE = "code"
MOST = 3
VIEWS = {"side": N_("Side by side"), "difference": N_("Difference of two")}
KEYS = tuple(f"{PAGE}.{name}" for name in ("task", "system", "view"))
ASKS = ("task", "system", "view", "job")
"""The names that the page has a use for in its address."""
MESSAGES = f"{PAGE}.messages"
USUAL = ("pytorch", "tensorflow", "keras")


@dataclass(frozen=True)
class Asked:
    """What is shown: a task, two or three of its sides, and how."""

    task: Mapping[str, Any]
    systems: tuple[str, ...]
    view: str


def choose(tasks: Sequence[Mapping[str, Any]]) -> Asked:
    """Draw the controls and give what is chosen; the address bar is read before and written after."""
    asked, state = address.incoming(), st.session_state
    by_slug = {str(task["task"]): task for task in tasks}
    if address.is_new(PAGE, {n: v for n, v in asked.items() if n != "job"}, KEYS):
        _seed(by_slug, asked)
    first, second = st.columns((1.3, 2), vertical_alignment="bottom")
    slug = first.selectbox(_("Task"), list(by_slug), format_func=lambda name: _(by_slug[name]["title"]), key=KEYS[0])
    titles = {str(told["system"]): str(told["title"]) for told in by_slug[slug]["sides"]}
    state[KEYS[1]] = [name for name in state[KEYS[1]] if name in titles][:MOST] or list(USUAL)
    systems = second.multiselect(
        _("Frameworks, two or three"), list(titles), format_func=titles.__getitem__, max_selections=MOST, key=KEYS[1]
    )
    view = st.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda view: _(VIEWS[view]),
        key=KEYS[2],
        required=True,
        label_visibility="collapsed",
    )
    chosen = Asked(by_slug[slug], tuple(systems) or USUAL, view or "side")
    _settle(asked, chosen)
    return chosen


def _seed(by_slug: Mapping[str, Mapping[str, Any]], asked: address.Params) -> None:
    """Take the choice from the address bar; what does not exist there is named."""
    task, said = _known(
        asked.get("task", []), {slug: _(told["title"]) for slug, told in by_slug.items()}, "task", list(by_slug)[:1]
    )
    known = {str(told["system"]): str(told["title"]) for told in by_slug[task[0]]["sides"]}
    systems, more = _known(asked.get("system", []), known, "system", list(USUAL))
    view, last = _known(asked.get("view", []), {slug: _(told) for slug, told in VIEWS.items()}, "view", ["side"])
    values = (task[0], list(dict.fromkeys(systems))[:MOST], view[0])
    st.session_state.update(dict(zip(KEYS, values, strict=True)))
    st.session_state[MESSAGES] = said + more + last


def _known(
    given: Sequence[str], known: Mapping[str, str], what: str, default: list[str]
) -> tuple[list[str], list[str]]:
    shown = list(dict.fromkeys(name for name in given if name in known)) or default
    return shown, unknown_names(what, given, known, commas(known[name] for name in shown))


def _settle(asked: address.Params, chosen: Asked) -> None:
    """Write the address bar; what it asks for in vain is said until something is chosen."""
    wanted = {"task": [str(chosen.task["task"])], "system": list(chosen.systems), "view": [chosen.view]}
    hints(address.settle(PAGE, asked, wanted, {"job": asked.get("job", [])}))
    st.session_state[f"{PAGE}.address"].pop("job", None)
