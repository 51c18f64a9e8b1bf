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
from language.words import N_, _, _n, _p

WHAT = {
    "changed": N_("changed"),
    "added": N_("not probed before"),
    "gone": N_("not probed after"),
    "same": N_("the same"),
}
ANOTHER = "FRAMESCOPE_PYTHON_TENSORFLOW=/opt/tf/bin/python framescope probe --system tensorflow"  # untranslated: typed


def shown(everything: Sequence[ProbeColumn], titles: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Draw what changed between two versions, the newest and the one before unless the address says otherwise."""
    several = [of for of in ordered(everything) if of.version and len(_alike(of, everything)) > 1]
    if not several:
        empty(
            _("Only one version of each framework was probed"),
            _("Another becomes a column of its own. With another version of TensorFlow, say, in an environment:"),
            ANOTHER,
        )
        return
    left, right = st.columns(2)
    after = _one("after", _p("version", "To"), several, several[0], names, right)
    others = [of for of in several if of in _alike(after, everything) and of != after]
    before = _one("before", _p("version", "From"), others, others[0], names, left)
    found = [change for change in probed.changes(before, after) if change.change != "same"]
    told = {"before": column_name(before, names), "after": column_name(after, names)}
    many = sum(change.change == "changed" for change in found)
    said = _n(
        "{before} to {after}: {n} cell changed",
        "{before} to {after}: {n} cells changed",
        many,
        n=fmt.words(many),
        **told,
    )
    st.header(plain(said), anchor="changes")
    if not found:
        st.markdown(_("Every cell has the same answer in both."))
        return
    st.dataframe(
        pd.DataFrame([_line(change, titles) for change in sorted(found, key=lambda one: one.change != "changed")]),
        hide_index=True,
        alt=_("What changed from {before} to {after}", **told),
    )
    st.caption(_("A cell that was probed in one of the two alone says nothing of the capability."))


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
    before, after = (_(SIGNS.get(state, state) if state else UNASKED) for state in (change.before, change.after))
    return {
        _("capability"): _(titles.get(change.capability, change.capability)),
        _("mode"): controls.mode_word(change.mode),
        _("before"): before,
        _("after"): after,
        "": _(WHAT[change.change]),
    }
