"""What the Ecosystem page shows: the view and the filters of the board, kept in the address bar."""

from collections.abc import Mapping

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.board_words import state_words
from dashboard.analysis.life import STATES
from dashboard.analysis.nearest import unknown_name, unknown_names
from dashboard.analysis.support_latency import PLATFORMS
from dashboard.colours import FRAMEWORKS
from dashboard.sections import address, ecosystem_words
from dashboard.sections.above import hints
from language.words import N_, _

PAGE = "ecosystem"
VIEWS = {
    "board": N_("Board"),
    "timeline": N_("Releases"),
    "past": N_("History"),
    "reach": N_("Languages and platforms"),
    "adopters": N_("Adopters"),
    "api": N_("API size"),
    "models": N_("Models"),
    "latency": N_("Support latency"),
}
MANY = ("role", "framework", "state", "system")
ASKS = ("show", "platform", *MANY)
"""The names that the page has a use for in its address."""
MESSAGES = f"{PAGE}.messages"
PLATFORM = "latency.platform"
SLUGS = {name.casefold().replace(" ", "-"): name for name in PLATFORMS}


def key(name: str) -> str:
    """Where a choice is kept in the session."""
    return f"{PAGE}.{name}"


def offered(catalog: Catalog) -> dict[str, dict[str, str]]:
    """What can be chosen of each name: the slug and its words."""
    shown = {slug: system for slug, system in catalog.systems.items() if system.shown}
    served = {slug for system in shown.values() for slug in (*system.serves, system.part_of) if slug}
    frameworks = [*FRAMEWORKS, *sorted(served - set(FRAMEWORKS))]
    return {
        "role": {
            role: ecosystem_words.role(role)
            for role in catalog.roles
            if any(one.role == role for one in shown.values())
        },
        "framework": {slug: shown[slug].name for slug in frameworks if slug in shown},
        "state": {state: state_words(state) for state in STATES},
        "system": {slug: system.name for slug, system in shown.items()},
    }


def choose_view(catalog: Catalog) -> str:
    """Draw the row of views; the address bar is read before, and answered where it asks for what is not there."""
    incoming, known = address.incoming(), offered(catalog)
    held = ("show", PLATFORM, *MANY)
    if address.is_new(PAGE, incoming, [key(name) for name in held]):
        _seed(incoming, known)
    for name in held:
        st.session_state[key(name)] = st.session_state[key(name)]  # a widget that is not drawn would lose its choice
    shown = st.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda view: _(VIEWS[view]),
        key=key("show"),
        required=True,
        label_visibility="collapsed",
    )
    hints(_settle(incoming))
    return str(shown or "board")


def chosen(name: str, label: str, catalog: Catalog, nothing: str = "") -> list[str]:
    """A filter of one name, drawn where it is called; ``nothing`` says what an empty choice stands for, else all."""
    options = offered(catalog)[name]
    words = options.__getitem__
    return list(st.multiselect(label, list(options), format_func=words, key=key(name), placeholder=nothing or _("All")))


def _settle(asked: address.Params) -> tuple[str, ...]:
    """Write what is chosen into the address bar; gives what that asks for in vain."""
    state = {name: [str(one) for one in st.session_state[key(name)]] for name in MANY}
    show = str(st.session_state[key("show")] or "board")
    platform = next(slug for slug, name in SLUGS.items() if name == st.session_state[key(PLATFORM)])
    state["platform"] = [] if platform == next(iter(SLUGS)) else [platform]
    return address.settle(PAGE, asked, {"show": [] if show == "board" else [show], **state})


def _seed(asked: address.Params, known: Mapping[str, Mapping[str, str]]) -> None:
    messages = []
    for name in MANY:
        given = asked.get(name, [])
        st.session_state[key(name)] = [one for one in dict.fromkeys(given) if one in known[name]]
        messages += unknown_names(name, given, known[name], _("all"))
    show = (asked.get("show") or ["board"])[0]
    if show not in VIEWS:
        messages.append(unknown_name("show", show, {one: _(told) for one, told in VIEWS.items()}, _("the board")))
        show = "board"
    platform = (asked.get("platform") or [next(iter(SLUGS))])[0]
    if platform not in SLUGS:
        messages.append(unknown_name("platform", platform, SLUGS, PLATFORMS[0]))
    st.session_state[key(PLATFORM)] = SLUGS.get(platform, PLATFORMS[0])
    st.session_state[key("show")], st.session_state[MESSAGES] = show, messages
