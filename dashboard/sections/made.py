"""The last part of every page, in the same words: how what is shown was made, and what makes it again."""

from collections.abc import Sequence

import streamlit as st

from dashboard.sections.frame import embedded, typed
from language.words import N_, _

TITLE = N_("How it was made")


def how(says: str, commands: Sequence[str] = ()) -> None:
    """Draw it: ``says`` is Markdown, ``commands`` are lines to type; nothing where a figure stands alone."""
    if embedded():
        return
    st.header(_(TITLE), anchor="made")
    st.markdown(says)
    if commands:
        typed(commands, "made")
