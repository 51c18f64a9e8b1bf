"""The last part of every page, in the same words: how what is shown was made, and what makes it again."""

from collections.abc import Sequence

import streamlit as st

from dashboard.sections.frame import embedded, typed
from dashboard.sections.linked import page
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


def foot() -> None:
    """Draw the last line of every page: where programs, and who wants to be told of news, go on."""
    if not embedded():
        way = f"[{_('API, badges and feed')}]({page('data')}#api)"
        st.caption(_("What this site shows can be read by programs and followed: {way}.", way=way))
