"""Adoption: how do the signals run over time, and do they agree?"""

import streamlit as st

from dashboard import data
from dashboard.sections import adoption_controls, adoption_explorer, adoption_signals
from dashboard.sections.frame import guarded, offline_notice
from dashboard.text import plain

with guarded():
    catalog = data.catalog()
    head = st.container()
    asked = adoption_controls.choose(catalog)
    for message in asked.messages:
        head.warning(plain(message), icon=":material/link_off:")
    offline_notice()
    if asked.signals:
        adoption_signals.draw(head, catalog)
    else:
        adoption_explorer.draw(head, asked, catalog)
