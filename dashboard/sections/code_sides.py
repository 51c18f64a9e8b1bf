"""The chosen programs: their figures in a table, their code side by side or compared, and what they printed."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.code_sides import Side, difference
from dashboard.colours import dot
from dashboard.text import plain

CODE_PX = 460
COUNTED = (
    "Lines are without blank ones, comments and docstrings. Names are the distinct ones of the framework that the text "
    "reaches by dots from an import (for Keras, of its backend too); methods of objects are not counted. The first "
    "result is the first line a program prints: seconds from its own first line, imports included, on this machine, "
    "once, in a fresh process."
)


def table(sides: Sequence[Side]) -> None:
    """Draw what each program takes and came to."""
    rows = [_row(side) for side in sides]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=35 + 33 * len(rows),
        placeholder=fmt.UNKNOWN,
        column_config={
            "first result s": st.column_config.NumberColumn(format="%.2f"),
            "of it imports s": st.column_config.NumberColumn(format="%.2f"),
        },
        alt="State, lines, names and seconds to the first result of each program",
    )
    st.caption(COUNTED)


def side_by_side(sides: Sequence[Side]) -> None:
    """Draw the programs in columns, which a phone stacks, each with what it printed."""
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            _side(side)


def compared(sides: Sequence[Side]) -> None:
    """Draw the difference between the first two programs that there are."""
    there = [side for side in sides if side.told["code"]][:2]
    if len(there) < 2:
        st.markdown("A difference needs two programs. Choose another framework.")
        return
    left, right = there
    st.markdown(f"From {_head(left)} to {_head(right)}")
    st.code(difference(left, right), language="diff")


def _row(side: Side) -> dict[str, object]:
    told, result = side.told, side.result
    names, shown = told["names"], result if result and not side.older else None
    return {
        "framework": told["title"],
        "state": " ".join(side.sign) + (", of an earlier text" if side.older else ""),
        "lines": told["lines"],
        "names": None if names is None else len(names),
        "first result s": shown.first_result_s if shown else None,
        "of it imports s": shown.import_s if shown else None,
        "version": result.version if result else "",
        "run": fmt.age(result.measured_at.date(), data.today()) if result else fmt.UNKNOWN,
    }


def _head(side: Side) -> str:
    return f"{dot(side.told['framework'])} **{plain(side.told['title'])}**"


def _side(side: Side) -> None:
    told, result = side.told, side.result
    sign, word = side.sign
    st.markdown(f"{_head(side)} · {sign} {word}")
    if told["gap"]:
        st.markdown(plain(told["gap"]) + ".")
        return
    st.code(told["code"], language="python", height=CODE_PX)
    st.download_button(
        told["file"],
        told["code"],
        file_name=told["file"],
        mime="text/x-python",
        icon=":material/download:",
        key=f"code-file-{told['system']}",
    )
    if result is None:
        st.caption("Not run here yet. Press Run, or use the command above.")
        return
    if side.older:
        st.caption("What follows was printed by an earlier text of this program.")
    if result.message:
        st.markdown(plain(result.message))
    _printed(side, result.output, result.beside)
    versions = ", ".join(f"{name} {number}" for name, number in sorted(result.versions.items()))
    when = fmt.age(result.measured_at.date(), data.today())
    st.caption(plain(f"{versions or 'nothing was started'}; run {result.run}, {when}"))
    with st.expander(f"{len(told['names'])} names"):
        st.markdown(", ".join(plain(name) for name in told["names"]))


def _printed(side: Side, output: str, beside: str) -> None:
    if output:
        st.caption("It printed:")
        st.code(output.rstrip("\n"), language=None, wrap_lines=True)
    if beside.strip():
        with st.expander("Written to standard error"):
            st.code(beside.strip("\n"), language=None, wrap_lines=True)
    if not output and side.result and side.result.state == "pass":
        st.caption("It printed nothing.")
