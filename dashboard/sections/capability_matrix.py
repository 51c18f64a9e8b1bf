"""The matrix: capabilities by axis, versions and modes beside one another, every cell a sign and a word."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.analysis.capabilities import (
    ANY,
    DIFFER,
    PROBED,
    UNPROBED,
    Column,
    Matrix,
    Row,
    column_name,
    slug,
    system_name,
    word,
)
from dashboard.colours import PALETTES
from dashboard.sections import capability_controls as controls
from dashboard.sections.downloads import table_text
from dashboard.sections.frame import filtered_out, theme
from db.read import ProbeRow
from language.words import N_, _

GRID, DRAWN = "capabilities.grid", "capabilities.drawn"
FIRST = N_("Capability")
GROUPS = {DIFFER: "≠", PROBED: "▸", UNPROBED: "?"}
# of 358 on a phone: Streamlit pins no column that takes more than about six tenths
FIRST_PX, CELL_PX, ROW_PX, HEAD_PX, MOST_PX = 214, 118, 36, 72, 660
LETTER_PX, AROUND_PX = 7, 20
"""A letter of a head, and the space around it."""
FILE_HEADS = (
    ("source", "probed by Framescope"),  # untranslated: a line of a file
    ("units", "seconds; times in UTC; mode any: one result for all modes"),  # untranslated: a line of a file
)
FILE_COLUMNS = (
    *("capability", "axis", "system", "mode", "device", "version", "backend_version", "state", "seconds"),
    *("measured_at", "run", "message"),
)


def shown(matrix: Matrix, names: Mapping[str, str]) -> None:
    """Draw what the filters let through; choosing a cell puts it into the address bar."""
    if not matrix.rows or not matrix.columns:
        filtered_out(_("capability"))
        return
    at = _lines(matrix)
    _take(matrix, at, [head(matrix, column, names) for column in matrix.columns])
    st.dataframe(
        _table(matrix, at, names),
        key=GRID,
        hide_index=True,
        on_select=_chosen,
        selection_mode="single-cell",
        row_height=ROW_PX,
        height=min(HEAD_PX + ROW_PX * len(at), MOST_PX),
        column_config=_widths(matrix, names),
        alt=_(
            "Capabilities by framework, version and mode; each cell says pass, fail, error, not run or not applicable"
        ),
    )
    st.caption(
        _(
            "A cell opens its evidence below. pass and fail were seen; error, not run and not probed say nothing of "
            "the framework. First come the groups of capabilities that differ (≠), then of others probed (▸), then of "
            "those not probed (?)."
        )
    )
    _downloads(matrix)


def _widths(matrix: Matrix, names: Mapping[str, str]) -> dict[Any, Any]:
    """The columns by place, since a head of two lines has no one name; 0 would be the hidden index."""
    first = st.column_config.TextColumn(width=FIRST_PX, pinned=True)
    told = {place: _width(matrix, column, names) for place, column in enumerate(matrix.columns, 2)}
    return {1: first} | {place: st.column_config.TextColumn(width=width) for place, width in told.items()}


def _width(matrix: Matrix, column: Column, names: Mapping[str, str]) -> int:
    """So wide that its own head can be read, and with its neighbours the head that they share."""
    shared = sum(other.of == column.of for other in matrix.columns)
    letters = max(len(head(matrix, column, names)), -(-len(column_name(column.of, names)) // shared))
    return max(CELL_PX, LETTER_PX * letters + AROUND_PX)


def _lines(matrix: Matrix) -> list[int | None]:
    """The table's lines: the number of a row, None for the line that names the next group: an axis, and its state."""
    lines: list[int | None] = []
    for number, row in enumerate(matrix.rows):
        before = matrix.rows[number - 1] if number else None
        if before is None or (row.rank, row.axis) != (before.rank, before.axis):
            lines.append(None)
        lines.append(number)
    return lines


def _table(matrix: Matrix, at: Sequence[int | None], names: Mapping[str, str]) -> "pd.io.formats.style.Styler":
    heads = [
        ("", _(FIRST)),
        *((column_name(column.of, names), head(matrix, column, names)) for column in matrix.columns),
    ]
    told = []
    for place, number in enumerate(at):
        if number is None:
            following = at[place + 1]
            group = _group(matrix.rows[following]) if following is not None else ""
            told.append([group, *[""] * len(matrix.columns)])
        else:
            told.append([matrix.rows[number].title, *map(word, matrix.rows[number].cells)])
    frame = pd.DataFrame(told, columns=pd.MultiIndex.from_tuples(heads))
    return frame.style.map(partial(_look, _colours()))


def _group(row: Row) -> str:
    """The axis of the rows from this one on, with the sign of their rank."""
    return f"{GROUPS[row.rank]} {row.axis_title}"


def head(matrix: Matrix, column: Column, names: Mapping[str, str]) -> str:
    """What a column is called, unlike every other: mode and system, and the version where there are several."""
    alike = [other for other in matrix.columns if other.of.system == column.of.system and other.mode == column.mode]
    mode = _("all modes") if column.mode == ANY else column.mode
    return f"{mode} · {system_name(column.of.system, names) if len(alike) == 1 else column_name(column.of, names)}"


def _colours() -> dict[str, str]:
    palette = PALETTES[theme()]
    return {
        "✗": f"color: {palette.wrong}; font-weight: 650",  # untranslated: a style
        "!": f"color: {palette.warning}",
        "○": f"color: {palette.muted}",
        "–": f"color: {palette.muted}",
        "?": f"color: {palette.muted}",
        "≠": f"color: {palette.text}; font-weight: 650",  # untranslated: a style
        "▸": f"color: {palette.text}; font-weight: 650",  # untranslated: a style
    }


def _look(colours: Mapping[str, str], text: Any) -> str:
    told = str(text)
    if told[:1] == GROUPS[UNPROBED] and told != word(None):
        return colours[GROUPS[PROBED]]
    return colours.get(told[:1], "") if told[1:2] == " " else ""


def _take(matrix: Matrix, at: Sequence[int | None], heads: list[str]) -> None:
    """Keep what the table will show, so that a chosen line and column can be told; forget a choice of another table."""
    lines = [matrix.rows[number].capability if number is not None else "" for number in at]
    drawn = (lines, [f"{column.mode}~{slug(column.of)}" for column in matrix.columns], heads)
    if st.session_state.get(DRAWN) != drawn:
        st.session_state.pop(GRID, None)
    st.session_state[DRAWN] = drawn


def _chosen() -> None:
    cells = st.session_state[GRID].selection.cells
    lines, columns, heads = st.session_state[DRAWN]
    if not cells:
        return
    line, told = cells[0]
    if told in heads and line < len(lines) and lines[line]:
        controls.keep("cell", f"{lines[line]}~{columns[heads.index(told)]}")


def _downloads(matrix: Matrix) -> None:
    row = st.container(horizontal=True, gap="small")
    row.download_button(
        _("Download {kind}", kind="CSV"),
        lambda: matrix_csv(matrix),
        file_name="framescope-capabilities.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    row.download_button(
        _("Download {kind}", kind="JSON"),
        lambda: matrix_json(matrix),
        file_name="framescope-capabilities.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )


def results(matrix: Matrix) -> list[ProbeRow]:
    """Every result that the matrix shows, each once."""
    return list(dict.fromkeys(cell for row in matrix.rows for cell in row.cells if cell is not None))


def matrix_csv(matrix: Matrix) -> str:
    """What the matrix shows as CSV, a result a line; no cell is a formula."""
    return table_text(FILE_HEADS, FILE_COLUMNS, (list(_told(row).values()) for row in results(matrix)))


def matrix_json(matrix: Matrix) -> str:
    """What the matrix shows as one JSON document."""
    return json.dumps({"source": FILE_HEADS[0][1], "results": [_told(row) for row in results(matrix)]}, indent=1)


def _told(row: ProbeRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in FILE_COLUMNS} | {"measured_at": row.measured_at.isoformat()}
