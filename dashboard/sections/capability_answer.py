"""The Capabilities page's answer: what PyTorch and TensorFlow have in common, and links to where they differ."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard import format as fmt
from dashboard.analysis.capabilities import Compared, Matrix, Row, column_name, compared, slug
from dashboard.analysis.capability_words import answer
from dashboard.analysis.shares import PAIR
from dashboard.text import plain
from db.read import ProbeColumn, ProbedColumn
from language.lists import anded, commas
from language.words import N_, _

QUESTION = N_("What can PyTorch do that TensorFlow cannot? Nothing is probed yet.")
MOST_LINKS = 12
OLD_DAYS = 120


def newest(everything: Sequence[ProbedColumn]) -> dict[str, ProbeColumn]:
    """The version of each system that was most lately probed, one that was installed before one that was not."""
    found: dict[str, ProbeColumn] = {}
    for one in sorted(everything, key=lambda one: not one.column.version):
        found.setdefault(one.column.system, one.column)
    return found


def head(whole: Matrix, everything: Sequence[ProbedColumn], names: Mapping[str, str], today: date) -> None:
    """Draw the answer as the page's title, what it rests on, and the capabilities that only one of the two has."""
    found = newest(everything)
    pair = [found[slug] for slug in PAIR if slug in found]
    if len(pair) < len(PAIR):
        told = anded(names.get(slug, slug) for slug in PAIR)
        said = _("{frameworks} were not both probed here, so nothing is said of what differs.", frameworks=told)
        st.title(plain(said), anchor=False)
        return
    first, second = (names.get(of.system, of.system) for of in pair)
    result = compared(whole, pair[0], pair[1])
    st.title(plain(answer(result, first, second)), anchor=False)
    when = {of.column: of.measured_at.date() for of in everything}
    rests = anded(_("{version}, probed {day}", version=column_name(of, names), day=fmt.day(when[of])) for of in pair)
    said = _(
        "Has: seen in at least one execution mode. {versions}. Run here, with the code and the output in every cell.",
        versions=rests,
    )
    st.caption(plain(said))
    if old := [of for of in pair if (today - when[of]).days > OLD_DAYS]:
        told = commas(
            _("{version} ({age})", version=column_name(of, names), age=fmt.age(when[of], today)) for of in old
        )
        st.caption(_("⚠ Old answers: {versions}. Run all again renews them.", versions=plain(told)))
    _links(result, pair, (first, second))


def _links(result: Compared, pair: Sequence[ProbeColumn], told: tuple[str, str]) -> None:
    groups = (
        (_("{framework} alone", framework=told[0]), result.first, pair[1:]),
        (_("{framework} alone", framework=told[1]), result.second, pair[:1]),
        (_("Unknown"), result.unknown, pair),
    )
    for at, (label, rows, of) in enumerate(groups):
        if not rows:
            continue
        line = st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"capability-group-{at}")
        line.markdown(_("{group}:", group=plain(label)), width="content")
        for row in rows[:MOST_LINKS]:
            query = {"cell": cell} if (cell := _cell(row, of)) else {"q": row.capability}
            line.page_link("views/capabilities.py", label=plain(row.title), query_params=query, width="content")
        if len(rows) > MOST_LINKS:
            line.markdown(_("and {n} more", n=len(rows) - MOST_LINKS), width="content")


def _cell(row: Row, of: Sequence[ProbeColumn]) -> str:
    """The address of the cell that shows why versions lack a capability, or why it is unknown; empty for none."""
    told = [
        (cell, ProbeColumn(cell.system, cell.version, cell.backend_version, cell.device)) for cell in row.cells if cell
    ]
    why = [(cell, column) for cell, column in told if column in of and cell.state in ("fail", "error", "not_run")]
    return f"{row.capability}~{why[0][0].mode}~{slug(why[0][1])}" if why else ""
