"""The overview's short list of claims that fell, with the way to all of them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import claimed
from dashboard.text import plain
from language.words import _, filled

SHOWN = 5


def fallen_of(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The claims that no longer hold or never held."""
    return [row for row in found if row["verdict"] in claimed.FALLEN]


def overturned(found: Sequence[dict[str, Any]]) -> None:
    """Draw the claims that no longer hold or never held, those measured here first."""
    fallen = fallen_of(found)
    if not fallen:
        return
    title, link = st.columns((5, 1), vertical_alignment="bottom")
    title.header(_("Claims overturned"), anchor="claims")
    with link:
        st.page_link("views/claims.py", label=_("All {n}", n=len(found)), icon=":material/fact_check:")
    order = ("probe", "task", "benchmark", "series", "catalogue")
    for row in sorted(fallen, key=lambda one: (order.index(one["kind"]), one["id"]))[:SHOWN]:
        with st.container(key=f"row-claim-{row['id']}"):
            said, now, more = st.columns((4.4, 1.6, 0.8), vertical_alignment="center")
            said.markdown(f"{_('“{words}”', words=plain(_(row['says'])))} :gray[({row['year']})]")
            now.markdown(claimed.badge(row))
            with more:
                st.page_link("views/claims.py", label=_("Why"), query_params={"claim": row["id"]})
    if len(fallen) > SHOWN:
        told = _("{fallen} of {all} claims fell; {more} more on the page Claims.")
        st.caption(filled(told, fallen=len(fallen), all=len(found), more=len(fallen) - SHOWN))
