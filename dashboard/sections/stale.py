"""Which of the figures shown are old, and what would renew them."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.signals import Signal
from dashboard.sections import remedy
from dashboard.text import code, plain
from language.lists import sentences
from language.words import _


def of(signals: Sequence[Signal], today: date) -> list[Signal]:
    """The signals whose newest figure is over four months old, oldest first."""
    return sorted((one for one in signals if one.stale(today)), key=lambda one: one.lead.newest if one.lead else today)


def figures(signals: Sequence[Signal], today: date) -> None:
    """List the signals whose newest figure is old, oldest first; nothing where none is."""
    old = of(signals, today)
    if not old:
        return
    st.header(_("What is stale"), anchor="stale")
    st.caption(
        _("Newest figure over four months old; figures of the last three years still count in the answer above.")
    )
    st.markdown("  \n".join(f"⚠ {sentences((_told(one, today), _cure(one)))}" for one in old))


def _told(one: Signal, today: date) -> str:
    assert one.lead is not None  # noqa: S101  # an old figure is one of a lead
    newest = one.lead.newest
    told = {"signal": plain(one.title), "month": fmt.month(newest), "age": fmt.age(newest, today)}
    return _("**{signal}**: newest figure {month}, {age}.", **told)


def _cure(one: Signal) -> str:
    can = remedy.sources_of(one.metric)
    if not can:
        return _("Bundled; no source that is built in renews it yet.")
    typed = code(remedy.command(can[0]))
    if can[0].get("imported"):
        return _("{command} with a newer file renews it.", command=typed)
    if data.offline():
        return _("Offline now; {command} renews it later.", command=typed)
    return _("{command} renews it.", command=typed)
