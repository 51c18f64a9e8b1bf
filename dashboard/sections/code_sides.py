"""The chosen programs: their figures in a table, their code side by side or compared, and what they printed."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.code_sides import Side, difference
from dashboard.colours import dot
from dashboard.sections.frame import table_px
from dashboard.text import plain
from language.lists import commas
from language.words import N_, _, _n

MOST_PX, LINE_PX, AROUND_PX = 460, 19, 32
COUNTED = N_(
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
        height=table_px(len(rows)),
        placeholder=fmt.UNKNOWN,
        column_config={
            _("first result s"): st.column_config.NumberColumn(format="%.2f"),
            _("of it imports s"): st.column_config.NumberColumn(format="%.2f"),
        },
        alt=_("State, lines, names and seconds to the first result of each program"),
    )
    st.caption(_(COUNTED))


def side_by_side(sides: Sequence[Side]) -> None:
    """Draw the programs in columns, which a phone stacks, each with what it printed."""
    longest = max(str(side.told["code"] or "").count("\n") for side in sides)
    height = min(AROUND_PX + LINE_PX * (longest + 1), MOST_PX)
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            _side(side, height)


def compared(sides: Sequence[Side]) -> None:
    """Draw the difference between the first two programs that there are."""
    there = [side for side in sides if side.told["code"]][:2]
    if len(there) < 2:
        st.markdown(_("A difference needs two programs. Choose another framework."))
        return
    left, right = there
    st.markdown(_("From {left} to {right}", left=_head(left), right=_head(right)))
    st.code(difference(left, right), language="diff")


def _row(side: Side) -> dict[str, object]:
    told, result = side.told, side.result
    names, shown = told["names"], result if result and not side.older else None
    state = " ".join(side.sign)
    return {
        _("framework"): told["title"],
        _("state"): _("{state}, of an earlier text", state=state) if side.older else state,
        _("lines"): told["lines"],
        _("names"): None if names is None else len(names),
        _("first result s"): shown.first_result_s if shown else None,
        _("of it imports s"): shown.import_s if shown else None,
        _("version"): result.version if result else "",
        _("run"): fmt.age(result.measured_at.date(), data.today()) if result else fmt.UNKNOWN,
    }


def _head(side: Side) -> str:
    return f"{dot(side.told['framework'])} **{plain(side.told['title'])}**"


def _side(side: Side, height: int) -> None:
    told, result = side.told, side.result
    sign, word = side.sign
    st.markdown(f"{_head(side)} · {sign} {word}")
    if told["gap"]:
        st.markdown(_("{why}.", why=plain(_(told["gap"]))))
        return
    st.code(told["code"], language="python", height=height)
    st.download_button(
        told["file"],
        told["code"],
        file_name=told["file"],
        mime="text/x-python",
        icon=":material/download:",
        key=f"code-file-{told['system']}",
    )
    if result is None:
        st.caption(_("Not run here yet. Press Run, or use the command above."))
        return
    if side.older:
        st.caption(_("What follows was printed by an earlier text of this program."))
    if result.message:
        st.markdown(plain(result.message))
    _printed(side, result.output, result.beside)
    versions = [f"{name} {number}" for name, number in sorted(result.versions.items())]
    started = commas(versions) if versions else _("nothing was started")
    when = fmt.age(result.measured_at.date(), data.today())
    st.caption(plain(_("{versions}; run {run}, {age}", versions=started, run=result.run, age=when)))
    with st.expander(_n("{n} name", "{n} names", len(told["names"]))):
        st.markdown(", ".join(plain(name) for name in told["names"]))


def _printed(side: Side, output: str, beside: str) -> None:
    if output:
        st.caption(_("It printed:"))
        st.code(output.rstrip("\n"), language=None, wrap_lines=True)
    if beside.strip():
        with st.expander(_("Written to standard error")):
            st.code(beside.strip("\n"), language=None, wrap_lines=True)
    if not output and side.result and side.result.state == "pass":
        st.caption(_("It printed nothing."))
