"""Two versions of a system: which cells changed from one to the other."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import probed
from dashboard.analysis.capabilities import SIGNS, UNASKED, column_name, ordered, slug
from dashboard.sections import capability_controls as controls
from dashboard.sections.frame import empty
from dashboard.text import plain
from db.read import ProbeChange, ProbeColumn

WHAT = {"changed": "changed", "added": "not probed before", "gone": "not probed after", "same": "the same"}


def shown(everything: Sequence[ProbeColumn], titles: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Draw what changed between two versions, the newest and the one before unless the address says otherwise."""
    several = [of for of in ordered(everything) if of.version and len(_alike(of, everything)) > 1]
    if not several:
        empty(
            "Only one version of each framework was probed",
            "Another becomes a column of its own. With another version of TensorFlow, say, in an environment:",
            "FRAMESCOPE_PYTHON_TENSORFLOW=/opt/tf/bin/python framescope probe --system tensorflow",
        )
        return
    left, right = st.columns(2)
    after = _one("after", "To", several, several[0], names, right)
    others = [of for of in several if of in _alike(after, everything) and of != after]
    before = _one("before", "From", others, others[0], names, left)
    found = [change for change in probed.changes(before, after) if change.change != "same"]
    told = f"{column_name(before, names)} to {column_name(after, names)}"
    really = [change for change in found if change.change == "changed"]
    st.header(plain(f"{told}: {fmt.count(len(really), 'cell')} changed"), anchor="changes")
    if not found:
        st.markdown("Every cell has the same answer in both.")
        return
    st.dataframe(
        pd.DataFrame([_line(change, titles) for change in sorted(found, key=lambda one: one.change != "changed")]),
        hide_index=True,
        alt=f"What changed from {told}",
    )
    st.caption("A cell that was probed in one of the two alone says nothing of the capability.")


def _alike(of: ProbeColumn, everything: Sequence[ProbeColumn]) -> list[ProbeColumn]:
    return [other for other in everything if other.system == of.system and other.version]


def _one(
    name: str,
    label: str,
    options: Sequence[ProbeColumn],
    default: ProbeColumn,
    names: Mapping[str, str],
    place: st.delta_generator.DeltaGenerator,
) -> ProbeColumn:
    offered = {slug(of): of for of in options}
    held = controls.key(name)
    if st.session_state.get(held) not in offered:
        st.session_state[held] = slug(default)
    chosen = str(
        place.selectbox(label, list(offered), format_func=lambda one: column_name(offered[one], names), key=held)
    )
    controls.keep_address(name, chosen)
    return offered[chosen]


def _line(change: ProbeChange, titles: Mapping[str, str]) -> dict[str, str]:
    before, after = (SIGNS.get(state, state) if state else UNASKED for state in (change.before, change.after))
    return {
        "capability": titles.get(change.capability, change.capability),
        "mode": change.mode,
        "before": before,
        "after": after,
        "": WHAT[change.change],
    }
