"""The address bar as the state of a page: read once, checked, and written back in slugs, so that a link can be sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import streamlit as st

from dashboard.languages import LANG

Params = dict[str, list[str]]
FIGURE, POINT = "figure", "point"
ASIDE = (FIGURE, POINT, LANG)
"""Names of the figures of a page and of its language, whatever else it keeps: they come and go without its doing."""

_PASSED_OVER = re.compile(
    r"(embed|embed_options|theme|ref|ref_src|referrer|spm|igshid|isappinstalled|_g[al]|utm_.*|.{0,9}clid|.braid|mc_.id)\Z",
    re.IGNORECASE,
)
"""Names that Streamlit takes, and those that others hang on to a link to count who follows it."""
_KNOWN = "address.known"
"""Where the session keeps the names that the page which is drawn has a use for."""
LATELY = 16
"""How many addresses of a page are known again, two for each run; a browser is behind by one or two."""


def incoming() -> Params:
    """What the address bar asks for now; each name with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def begin(names: Iterable[str]) -> None:
    """Say which names the page that is drawn now has a use for."""
    st.session_state[_KNOWN] = sorted({*names, *ASIDE})


def known() -> list[str]:
    """The names that the page which is drawn has a use for."""
    return list(st.session_state.get(_KNOWN, ()))


def strange(asked: Params) -> list[str]:
    """Names in an address that the page which is drawn has no use for."""
    names = known()
    return [name for name in asked if name not in names and not _PASSED_OVER.match(name)]


def is_new(page: str, asked: Params, keys: Sequence[str], also: Sequence[str] = ()) -> bool:
    """Whether a page has to take its state from the address: a first visit, a link, or back from another page.

    ``keys`` hold the page's state, ``also`` widgets that lead to it and may be away. Where one of them was changed
    since the last run, this run is for a choice. An address that the page had lately is then one whose browser has not
    heard yet of what the choice before wrote there: to follow it would take both choices back. A step of the history
    changes no widget.
    """
    state = st.session_state
    now = {key: deepcopy(state[key]) for key in (*keys, *also) if key in state}
    left: dict[str, Any] = state.get(f"{page}.address_left") or {}
    late = (
        any(now.get(key, value) != value for key, value in left.items())
        and _own(asked) in state[f"{page}.address_past"]
    )
    new = any(key not in now for key in keys) or (state.get(f"{page}.address") != _own(asked) and not late)
    if new:
        state.pop(f"{page}.seeded", None)
        state[f"{page}.strange"] = strange(asked)
    state[f"{page}.address_watched"], state[f"{page}.address_left"] = (*keys, *also), {} if new else now
    return new


def write(page: str, told: Mapping[str, Sequence[str]]) -> None:
    """Put a page's state into the address bar; an empty list leaves a name out. What is not its own stays."""
    now = incoming()
    wanted = {name: list(values) for name, values in told.items() if values and name not in ASIDE}
    wanted |= {name: now[name] for name in ASIDE if name in now}
    state = st.session_state
    state[f"{page}.address_past"] = [*state.get(f"{page}.address_past", ()), _own(now), _own(wanted)][-LATELY:]
    if wanted != now:
        st.query_params.from_dict(wanted)
    _leave(page, wanted)


def settle(
    page: str, asked: Params, told: Mapping[str, Sequence[str]], beside: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...]:
    """`write`, unless the address asks for something in vain and nobody has chosen since: the messages on it, then.

    So a reload says the same. The page leaves the messages in its state (``PAGE.messages``) when it takes that from
    the address; ``beside`` is what other parts of the page keep in the address, whose change is no choice.
    """
    state, seeded, messages = st.session_state, f"{page}.seeded", f"{page}.messages"
    now = {name: list(values) for name, values in told.items()}
    said, foreign = tuple(state.get(messages, ())), state.get(f"{page}.strange", ())
    if (said or foreign) and state.get(seeded, now) == now:
        state[seeded] = now
        keep(page, asked)
        return said
    state[messages], state[f"{page}.strange"] = [], []
    state.pop(seeded, None)
    write(page, {name: values for name, values in (beside or {}).items() if name not in foreign} | now)
    return ()


def keep(page: str, asked: Params) -> None:
    """Leave the address bar as it is, since it holds a name that a message on the page is about."""
    _leave(page, asked)


def _leave(page: str, asked: Params) -> None:
    """Keep the address and the state that this run leaves behind, for `is_new` to hold the next one against."""
    state = st.session_state
    state.setdefault(f"{page}.address_past", [])
    state[f"{page}.address"] = _own(asked)
    state[f"{page}.address_left"] = {
        key: deepcopy(state[key]) for key in state.get(f"{page}.address_watched", ()) if key in state
    }


def _own(asked: Params) -> Params:
    return {name: values for name, values in asked.items() if name not in ASIDE}
