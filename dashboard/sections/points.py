"""The point of a figure whose receipt is open: it stands in the address bar, so that a link opens it again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.analysis.nearest import nearest
from dashboard.analysis.periods import meant, read
from dashboard.sections.address import POINT
from dashboard.text import plain
from language.lists import sentences
from language.words import _

LONGEST, SAID = 300, 80
_ANSWERED = "points.answered"
"""Where the session keeps the point of the address that a figure has had, so that a choice made since is no mistake."""


def opened() -> str:
    """The name of the point that the address bar asks for; empty where it asks for none, or for no possible name."""
    given = str(st.query_params.get(POINT, ""))
    return given if len(given) <= LONGEST else ""


def open_point(name: str) -> None:
    """Put a point into the address bar; its receipt is drawn in the run that follows."""
    st.query_params[POINT] = name


def close() -> None:
    """Take the point out of the address bar."""
    if POINT in st.query_params:
        del st.query_params[POINT]


def asked_of(names: Sequence[str]) -> str:
    """The point of a figure (``names`` are all of its own) that the address bar asks for; empty where it has none.

    A period within that of a point stands for it: a day or a week as the store names it, a month without its day.
    """
    given = opened()
    name = meant(given, names) if given else ""
    if name:
        st.session_state[_ANSWERED] = given
        if name != given:
            st.caption(_("The address names {given}, which lies in the point opened here.", given=plain(given[:SAID])))
    return name


def asked_in_vain(names: Sequence[str]) -> str:
    """What to say where no figure of a page (``names`` are all their points) has the point that is asked for."""
    given = str(st.query_params.get(POINT, ""))
    if not given or st.session_state.get(_ANSWERED) == given:
        return ""
    said = _(
        "There is no point called {name} in what is shown here: it is spelled otherwise, lies outside of what is "
        "chosen, or is gone. Nothing is opened; a click on a point, or on a row of a table, opens what lies behind it.",
        name=repr(given[:SAID]),
    )
    known = {one.of for name in names if (one := read(name)) is not None}
    period = read(given)
    # of a period that nobody has figures of, another one is no other spelling
    like = None if period is not None and period.of in known else nearest(given[:LONGEST], names)
    return sentences((said, _("Did you mean {like}?", like=like) if like else ""))


@contextmanager
def panel(title: str) -> Iterator[None]:
    """The frame around what lies behind the open point: ``title`` says what it is, a button closes it."""
    with st.container(border=True, key="receipt-panel"):
        head, button = st.columns((6, 1), vertical_alignment="center")
        head.markdown(_("**Receipts: {title}**", title=plain(title)))
        button.button(_("Close"), key="receipt-close", on_click=close, type="tertiary", icon=":material/close:")
        yield
