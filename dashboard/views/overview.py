"""Overview: who leads, on what, since when?"""

import streamlit as st

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis.finding import Standing, answer, old_answer, speed_answer
from dashboard.analysis.shares import PAIR
from dashboard.analysis.speed import verdicts
from dashboard.sections import data_doubts, overview_claims, overview_signals, overview_speed, stale
from dashboard.sections.frame import guarded, offline_notice
from dashboard.text import plain

with guarded():
    catalog, today = data.catalog(), data.today()
    names = {slug: system.name for slug, system in catalog.systems.items()}
    signals = overview_signals.found()
    standings = [Standing(one.title, one.lead) for one in signals]
    compared = overview_speed.head_to_head(measured.ratios())

    st.title(
        plain(f"{answer(standings, names, PAIR, today)} {speed_answer(verdicts(compared), names, PAIR)}"), anchor=False
    )
    st.caption(
        f"As of {fmt.day(today)} · share of PyTorch in PyTorch + TensorFlow · the dotted rule is 50 %. "
        + plain(old_answer(standings, names, today))
    )
    offline_notice()
    data_doubts.notice()
    overview_signals.table(signals, catalog, today)
    overview_speed.newest_ratios(compared)
    overview_claims.overturned()
    stale.figures(signals, today)
