"""Data: where does each figure come from, and how fresh is it?"""

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.sections import (
    data_address,
    data_api,
    data_breaks,
    data_doubts,
    data_runs,
    data_series,
    data_sources,
    made,
)
from dashboard.sections.frame import empty, guarded, offline_notice
from dashboard.text import plain
from language.words import _, _n

with guarded(*data_address.ASKS):
    catalog, today, stored = data.catalog(), data.today(), data.series()
    values, many = int(stored["observations"].sum()), stored["source"].nunique()
    st.title(
        plain(
            _n(
                "{values} values in {series} series from {n} source",
                "{values} values in {series} series from {n} sources",
                many,
                values=fmt.whole(values),
                series=fmt.whole(len(stored)),
                n=fmt.words(many),
            )
        ),
        anchor=False,
    )
    st.caption(plain(data_sources.old(stored, today)))
    offline_notice()
    data_sources.live(catalog)
    data_doubts.doubts(catalog)
    data_breaks.breaks(catalog)
    if stored.empty:
        says = _("This loads the bundled figures; it takes some seconds:")
        empty(_("Nothing is stored yet"), says, "framescope init")
    else:
        data_sources.bundled(catalog, stored, today)
        data_series.every(catalog, stored)
    data_runs.recent()
    data_api.api()
    data_api.badges(catalog, stored)
    data_api.feed()
    made.how(
        _(
            "A source is asked, its answer is kept as a receipt before anything reads it, and figures are read from "
            "the receipt. A failed run writes no figure. This asks what is due, lists every figure, and builds the "
            "database again from the receipts:"
        ),
        [
            "framescope collect --due",
            "framescope series --format csv",
            "framescope replay --into sqlite:///again.db",
        ],
    )
