"""Adoption: how do the signals run over time, and do they agree?"""

import streamlit as st

from dashboard import data
from dashboard.sections import adoption_controls, adoption_explorer, adoption_signals, adoption_state, made
from dashboard.sections.above import hints
from dashboard.sections.frame import guarded, offline_notice
from language.words import _

with guarded(*adoption_state.ASKS):
    catalog = data.catalog()
    head = st.container()
    asked = adoption_controls.choose(catalog)
    hints(asked.messages)
    offline_notice()
    if asked.signals:
        adoption_signals.draw(head, catalog)
    else:
        adoption_explorer.draw(head, asked, catalog)
    made.how(
        _(
            "Every figure was read from a response that is kept, by one rule a source; the tab *Sources* says what it "
            "means, and a point opens its receipts. Breaks cut lines, and no growth is computed across one. This lists "
            "the figures, and builds the database again from what is kept:"
        ),
        ["framescope series --format csv", "framescope replay --into sqlite:///again.db"],
    )
