"""The Capabilities page's answer: what PyTorch and TensorFlow have in common, and links to where they differ."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard import format as fmt
from dashboard.analysis.capabilities import Compared, Matrix, Row, answer, column_name, compared, slug
from dashboard.analysis.shares import PAIR
from dashboard.text import plain
from db.read import ProbeColumn, ProbedColumn

QUESTION = "What can PyTorch do that TensorFlow cannot? Nothing is probed yet."
MOST_LINKS = 12
OLD_DAYS = 120


def newest(everything: Sequence[ProbedColumn]) -> dict[str, ProbeColumn]:
    """The version of each system that was most lately probed, one that was installed before one that was not."""
    found: dict[str, ProbeColumn] = {}
    for column, _, _ in sorted(everything, key=lambda one: not one.column.version):
        found.setdefault(column.system, column)
    return found


def head(whole: Matrix, everything: Sequence[ProbedColumn], names: Mapping[str, str], today: date) -> None:
    """Draw the answer as the page's title, what it rests on, and the capabilities that only one of the two has."""
    found = newest(everything)
    pair = [found[slug] for slug in PAIR if slug in found]
    if len(pair) < len(PAIR):
        told = " and ".join(names.get(slug, slug) for slug in PAIR)
        st.title(plain(f"{told} were not both probed here, so nothing is said of what differs."), anchor=False)
        return
    first, second = (names.get(of.system, of.system) for of in pair)
    result = compared(whole, pair[0], pair[1])
    st.title(plain(answer(result, first, second)), anchor=False)
    when = {of.column: of.measured_at.date() for of in everything}
    rests = " and ".join(f"{column_name(of, names)}, probed {fmt.day(when[of])}" for of in pair)
    st.caption(
        plain(
            f"Has: seen in at least one execution mode. {rests}. Run here, with the code and the output in every cell."
        )
    )
    if old := [of for of in pair if (today - when[of]).days > OLD_DAYS]:
        told = ", ".join(f"{column_name(of, names)} ({fmt.age(when[of], today)})" for of in old)
        st.caption(f"⚠ Old answers: {plain(told)}. Run all again renews them.")
    _links(result, pair, (first, second))


def _links(result: Compared, pair: Sequence[ProbeColumn], told: tuple[str, str]) -> None:
    groups = (
        (f"{told[0]} alone", result.first, pair[1:]),
        (f"{told[1]} alone", result.second, pair[:1]),
        ("Unknown", result.unknown, pair),
    )
    for label, rows, of in groups:
        if not rows:
            continue
        line = st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"capability-{label}")
        line.markdown(f"{plain(label)}:", width="content")
        for row in rows[:MOST_LINKS]:
            query = {"cell": cell} if (cell := _cell(row, of)) else {"q": row.capability}
            line.page_link("views/capabilities.py", label=plain(row.title), query_params=query, width="content")
        if len(rows) > MOST_LINKS:
            line.markdown(f"and {len(rows) - MOST_LINKS} more", width="content")


def _cell(row: Row, of: Sequence[ProbeColumn]) -> str:
    """The address of the cell that shows why versions lack a capability, or why it is unknown; empty for none."""
    told = [
        (cell, ProbeColumn(cell.system, cell.version, cell.backend_version, cell.device)) for cell in row.cells if cell
    ]
    why = [(cell, column) for cell, column in told if column in of and cell.state in ("fail", "error", "not_run")]
    return f"{row.capability}~{why[0][0].mode}~{slug(why[0][1])}" if why else ""
