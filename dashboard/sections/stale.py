"""Which of the figures shown are old, and what would renew them."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.signals import Signal
from dashboard.sections import remedy
from dashboard.text import code, plain


def of(signals: Sequence[Signal], today: date) -> list[Signal]:
    """The signals whose newest figure is over four months old, oldest first."""
    return sorted((one for one in signals if one.stale(today)), key=lambda one: one.lead.newest if one.lead else today)


def figures(signals: Sequence[Signal], today: date) -> None:
    """List the signals whose newest figure is old, oldest first; nothing where none is."""
    old = of(signals, today)
    if not old:
        return
    st.header("What is stale", anchor="stale")
    st.caption("Newest figure over four months old; figures of the last three years still count in the answer above.")
    st.markdown(
        "  \n".join(
            f"⚠ **{plain(one.title)}**: newest figure {fmt.month(one.lead.newest)}, "
            f"{fmt.age(one.lead.newest, today)}. {_cure(one)}"
            for one in old
            if one.lead is not None
        )
    )


def _cure(one: Signal) -> str:
    can = remedy.sources_of(one.metric)
    if not can:
        return "Bundled; no source that is built in renews it yet."
    typed = code(remedy.command(can[0]))
    if can[0].get("imported"):
        return f"{typed} with a newer file renews it."
    return f"Offline now; {typed} renews it later." if data.offline() else f"{typed} renews it."
