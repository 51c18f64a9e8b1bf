"""The data page's doubts: figures that a rule holds back, why, and what ends it; and a line on it for other pages."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.finding import narrowed
from dashboard.sections import attribution, data_words
from dashboard.text import code
from db.read import DoubtRow
from language.lists import clauses
from language.words import N_, _, _n, _p

SIGNS = {"open": "?", "confirmed": "✓", "explained": "✓", "withdrawn": "✕"}
STATES = {"open": N_("open"), "confirmed": N_("confirmed"), "explained": N_("explained"), "withdrawn": N_("withdrawn")}
SHOWN = 200


def doubts(catalog: Catalog) -> None:
    """Draw the list, open ones first."""
    st.header(_("Held back"), anchor="doubts")
    found = sorted(data.doubts(), key=lambda one: (one.state != "open", -one.doubt))
    if not found:
        st.markdown(_("No figure is in doubt."))
        st.caption(_("Every new figure is compared with its own history before it counts."))
        return
    st.dataframe(
        pd.DataFrame([_row(one, catalog) for one in found[:SHOWN]]),
        hide_index=True,
        column_config={_("value"): st.column_config.NumberColumn(format="localized")},
        alt=_("Every figure that was doubted, why, and how that ended"),
    )
    st.caption(
        _(
            "What is open or withdrawn is shown but counts nowhere. A later day's run settles most of it; by hand: "
            "{confirm} or {dismiss}.",
            confirm=code("framescope doubts confirm NUMBER"),
            dismiss=code("framescope doubts dismiss NUMBER"),
        )
    )


def notice() -> None:
    """A line on how many figures wait to be confirmed; nothing where none does."""
    many = sum(one.state == "open" for one in data.doubts())
    if many:
        said = _n(
            "{n} figure is in doubt and held back; the page Data says why.",
            "{n} figures are in doubt and held back; the page Data says why.",
            many, n=fmt.words(many).capitalize(),
        )  # fmt: skip
        st.caption(f"⚠ {said}")


def _row(one: DoubtRow, catalog: Catalog) -> dict[str, object]:
    last = one.period_end - timedelta(days=1)
    whole = last == one.period_start
    return {
        _("state"): f"{SIGNS.get(one.state, '')} {_(STATES.get(one.state, one.state))}",
        _("number"): one.doubt,
        _("figure"): _figure(one, catalog),
        _("period"): fmt.day(last) if whole else f"{fmt.day(one.period_start)} – {fmt.day(last)}",
        _("doubted because"): one.seen,
        _("value"): one.value,
        _("since"): fmt.day(one.opened_at.date()),
        _p("doubt", "ended"): one.why,
        _("source"): attribution.credit(catalog, one.source).title,
    }


def _figure(one: DoubtRow, catalog: Catalog) -> str:
    counted = narrowed(data_words.metric(catalog, one.metric), data_words.definition(one.definition))
    return clauses((data_words.system(catalog, one.system), counted))
