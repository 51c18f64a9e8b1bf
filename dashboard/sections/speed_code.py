"""The code of two variants side by side, as it ran."""

from typing import Any

import streamlit as st

from dashboard.colours import dot, framework_of
from dashboard.text import plain
from language.words import _


def shown(head: dict[str, Any], workload: str, results: list[dict[str, Any]]) -> None:
    """Draw the code that the run kept of this workload; older runs kept none."""
    st.markdown(_("**The code, as it ran**"))
    kept = (head.get("code") or {}).get(workload) or {}
    sides = {row["variant"]: text for row in results if (text := _text(kept, row["variant"]))}
    if not sides:
        st.caption(_("This run kept no code. A run of this version of Framescope keeps it."))
        return
    names = list(sides)
    for at, (column, key) in enumerate(zip(st.columns(2), ("results.left", "results.right"), strict=True)):
        if st.session_state.get(key) not in sides:
            st.session_state[key] = _other(names, sides) if at else names[0]
        with column:
            chosen = st.selectbox(_("Right") if at else _("Left"), names, key=key)
            st.markdown(f"{dot(framework_of(chosen))} {plain(chosen)}")
            st.code(sides[chosen], language="python", height=420)
    st.caption(_("Variants of one framework share one side; what compiles it stands around it, in the harness."))


def _text(kept: dict[str, Any], variant: str) -> str:
    """The side of a variant: by its framework's name, or by its first word."""
    found = kept.get(variant) or kept.get(framework_of(variant)) or kept.get(variant.partition(".")[0])
    return str(found) if found else ""


def _other(names: list[str], sides: dict[str, str]) -> str:
    """The first variant whose code is not the first one's, or the first where all share it."""
    return next((name for name in names if sides[name] != sides[names[0]]), names[0])
