"""Passports of the variants of one workload, side by side: what differs on top, what matters marked."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.analysis.passports import Fact, compared
from dashboard.text import plain

ALL = "All"


def shown(results: list[dict[str, Any]], preset: str) -> None:
    """Draw the comparison of all passports, or of two variants that are chosen."""
    with st.expander("Passports: what was in force"):
        names = [row["variant"] for row in results]
        key = "results.passports"
        st.session_state[key] = [name for name in st.session_state.get(key, []) if name in names]
        picked = st.multiselect("Variants", names, key=key, placeholder=ALL)
        draw([row for row in results if not picked or row["variant"] in picked], preset)


def draw(mine: list[dict[str, Any]], preset: str) -> None:
    """Draw the passports of some results: what differs, then what is alike."""
    different, same = compared([row.get("passport") or {} for row in mine])
    variants = [row["variant"] for row in mine]
    if len(mine) > 1:
        st.markdown(f"**Passports: differ in {len(different)}, are alike in {len(same)}**")
        _table(different, variants, "What differs between the passports")
        held = "under matched settings" if preset == "matched" else "were they matched"
        st.caption(
            f"● decides whether two times may be compared: device and precision always, threads, processors and "
            f"compiling {held}. Settings as they were resolved, not as they were asked for. Empty: not reported."
        )
    if same:
        st.markdown("**Alike**" if len(mine) > 1 else f"**Passport of {plain(variants[0])}**")
        _table(same, variants[:1], "What all passports agree on")


def _table(facts: list[Fact], variants: list[str], says: str) -> None:
    frame = pd.DataFrame(
        {"": ["●" if fact.matters else "" for fact in facts]}
        | {"setting": [fact.key for fact in facts]}
        | {name: [fact.values[at] for fact in facts] for at, name in enumerate(variants)}
    )
    config = {"setting": st.column_config.TextColumn("setting", pinned=True), "": st.column_config.TextColumn(width=30)}
    st.dataframe(frame, hide_index=True, column_config=config, height=min(38 + 35 * len(frame), 420), alt=says)
