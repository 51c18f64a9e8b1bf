"""The data page's doubts: figures that a rule holds back, why, and what ends it; and a line on it for other pages."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.sections import attribution
from dashboard.text import code
from db.read import DoubtRow

SIGNS = {"open": "? open", "confirmed": "✓ confirmed", "explained": "✓ explained", "withdrawn": "✕ withdrawn"}
SHOWN = 200


def doubts(catalog: Catalog) -> None:
    """Draw the list, open ones first."""
    st.header("Held back", anchor="doubts")
    found = sorted(data.doubts(), key=lambda one: (one.state != "open", -one.doubt))
    if not found:
        st.markdown("No figure is in doubt.")
        st.caption("Every new figure is compared with its own history before it counts.")
        return
    st.dataframe(
        pd.DataFrame([_row(one, catalog) for one in found[:SHOWN]]),
        hide_index=True,
        column_config={"value": st.column_config.NumberColumn(format="localized")},
        alt="Every figure that was doubted, why, and how that ended",
    )
    st.caption(
        "What is open or withdrawn is shown but counts nowhere. A later day's run settles most of it; by hand: "
        f"{code('framescope doubts confirm NUMBER')} or {code('framescope doubts dismiss NUMBER')}."
    )


def notice() -> None:
    """A line on how many figures wait to be confirmed; nothing where none does."""
    many = sum(one.state == "open" for one in data.doubts())
    if many:
        verb = "is" if many == 1 else "are"
        st.caption(f"⚠ {fmt.count(many, 'figure').capitalize()} {verb} in doubt and held back; the page Data says why.")


def _row(one: DoubtRow, catalog: Catalog) -> dict[str, object]:
    last = one.period_end - timedelta(days=1)
    whole = last == one.period_start
    return {
        "state": SIGNS.get(one.state, one.state),
        "number": one.doubt,
        "figure": f"{_name(catalog, one.system)}, {one.metric}" + (f" ({one.definition})" if one.definition else ""),
        "period": fmt.day(last) if whole else f"{fmt.day(one.period_start)} – {fmt.day(last)}",
        "doubted because": one.seen,
        "value": one.value,
        "since": fmt.day(one.opened_at.date()),
        "ended": one.why,
        "source": attribution.credit(catalog, one.source).title,
    }


def _name(catalog: Catalog, slug: str) -> str:
    return catalog.systems[slug].name if slug in catalog.systems else slug
