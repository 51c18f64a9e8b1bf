"""Adoption: how do the signals run over time?"""

import streamlit as st

from dashboard import data
from dashboard.analysis.explore import view
from dashboard.sections import adoption_chart, adoption_controls, adoption_table
from dashboard.sections.frame import empty, guarded, offline_notice
from dashboard.text import plain

with guarded():
    catalog = data.catalog()
    head = st.container()
    asked = adoption_controls.choose(catalog)
    choice = asked.choice
    for message in asked.messages:
        head.warning(plain(message), icon=":material/link_off:")
    offline_notice()

    found = data.observed(choice.metric.slug, choice.systems or ("",), primary_only=False)
    names = {slug: system.name for slug, system in catalog.systems.items()}
    shown = view(found, choice, catalog.breaks, names, data.today(), adoption_controls.wholes(choice.metric))
    if shown is None:
        head.title(plain(choice.metric.title), anchor=False)
        empty(*adoption_controls.nothing(choice))
    else:
        head.title(plain(shown.title), anchor=False)
        st.caption(adoption_chart.subtitle(shown, catalog))
        lines, table, sources = st.tabs(["Chart", "Table", "Sources and breaks"])
        with lines:
            adoption_chart.chart(shown, choice, catalog, asked.flags)
            adoption_chart.foot(shown, choice, catalog)
        with table:
            adoption_table.table(shown, choice, catalog)
        with sources:
            adoption_table.provenance(shown, choice, catalog)
