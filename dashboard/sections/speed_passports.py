"""Passports of the variants of one workload, side by side: what differs on top, what matters marked."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.analysis.passports import Fact, compared
from dashboard.sections.frame import table_px
from dashboard.sections.speed_columns import headed
from dashboard.text import plain
from language.words import N_, _

ALL = N_("All")

MATCHED = N_(
    "● decides whether two times may be compared: device and precision always, threads, processors and compiling under "
    "matched settings. Settings as they were resolved, not as they were asked for. Empty: not reported."
)
UNMATCHED = N_(
    "● decides whether two times may be compared: device and precision always, threads, processors and compiling were "
    "they matched. Settings as they were resolved, not as they were asked for. Empty: not reported."
)


def shown(results: list[dict[str, Any]], preset: str) -> None:
    """Draw the comparison of all passports, or of two variants that are chosen."""
    with st.expander(_("Passports: what was in force")):
        names = [row["variant"] for row in results]
        key = "results.passports"
        st.session_state[key] = [name for name in st.session_state.get(key, []) if name in names]
        picked = st.multiselect(_("Variants"), names, key=key, placeholder=_(ALL))
        draw([row for row in results if not picked or row["variant"] in picked], preset)


def draw(mine: list[dict[str, Any]], preset: str) -> None:
    """Draw the passports of some results: what differs, then what is alike."""
    different, same = compared([row.get("passport") or {} for row in mine])
    variants = [row["variant"] for row in mine]
    if len(mine) > 1:
        counts = _("Passports: differ in {n}, are alike in {same}", n=len(different), same=len(same))
        st.markdown(f"**{counts}**")
        _table(different, variants, _("What differs between the passports"))
        st.caption(_(MATCHED if preset == "matched" else UNMATCHED))
    if same:
        alone = _("Passport of {variant}", variant=plain(variants[0]))
        st.markdown(f"**{_('Alike') if len(mine) > 1 else alone}**")
        _table(same, variants[:1], _("What all passports agree on"))


def _table(facts: list[Fact], variants: list[str], says: str) -> None:
    frame = pd.DataFrame(
        {"": ["●" if fact.matters else "" for fact in facts]}
        | {"setting": [fact.key for fact in facts]}
        | {name: [fact.values[at] for fact in facts] for at, name in enumerate(variants)}
    )
    config = {"setting": st.column_config.TextColumn(pinned=True), "": st.column_config.TextColumn(width=30)}
    st.dataframe(
        frame,
        hide_index=True,
        column_config=headed(["setting"], config),
        height=table_px(len(frame), 420),
        alt=says,
    )
