"""The board of systems: a row each, filtered, with its evidence opened below."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import living
from dashboard.analysis.board import CITED, COLLECTED, Evidence, Row
from dashboard.analysis.board_words import kept, state_words
from dashboard.sections import attribution, ecosystem_controls
from dashboard.sections.frame import empty
from dashboard.text import plain

HINT = "Choose a row to open its evidence."


def draw(catalog: Catalog) -> None:
    """Filters, the table, and the evidence of the row that is chosen (else of the last one that went)."""
    columns = st.columns(3)
    picked = []
    for column, (name, label) in zip(
        columns, (("role", "Role"), ("framework", "Framework"), ("state", "State")), strict=True
    ):
        with column:
            picked.append(ecosystem_controls.chosen(name, label, catalog))
    rows = kept(living.rows(), *picked)
    if not rows:
        empty("No system is of that role, framework and state", "Take one of the filters away to see more.")
        return
    event = st.dataframe(
        pd.DataFrame([_cells(row, catalog) for row in rows]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="ecosystem-board",
        height=min(36 * len(rows) + 40, 520),
        column_config={
            "downloads": st.column_config.NumberColumn("downloads a month", format="compact"),
            "days between": st.column_config.NumberColumn("days between", format="%d"),
            "page": st.column_config.LinkColumn("page", display_text="open"),
        },
        placeholder="—",
        alt="Every system with its state, last release, pace, downloads and successor",
    )
    selection = [at for at in event["selection"]["rows"] if at < len(rows)]
    _foot(rows)
    if selection:
        evidence(rows[selection[0]], catalog)
    else:
        st.markdown(f":gray[{HINT}]")


def _cells(row: Row, catalog: Catalog) -> dict[str, object]:
    system, state = row.system, row.state
    names = [catalog.systems[slug].name for slug in system.serves]
    followed = catalog.systems[system.successor].name if system.successor else ""
    return {
        "system": system.name,
        "state": state_words(state.state),
        "since": state.still_since,
        "rests on": row.marked or "nothing",
        "last release": row.last.version if row.last else None,
        "released": row.last.evidence.day if row.last else None,
        "days between": row.cadence,
        "successor": followed,
        "downloads": row.downloads.value if row.downloads else None,
        "downloads of": _month(row),
        "role": system.role,
        "serves": ", ".join(names),
        "repository": {None: "not collected", True: "archived", False: "open"}[row.archived],
        "why": state.why,
        "page": f"https://github.com/{system.github[0]}" if system.github else None,
    }


def _month(row: Row) -> str:
    return f"{fmt.month(row.downloads.until)}, {row.downloads.origin}" if row.downloads else ""


def _foot(rows: Sequence[Row]) -> None:
    cited = sum(row.marked == CITED for row in rows)
    seen = sum(row.marked == COLLECTED for row in rows)
    st.caption(
        f"{len(rows)} systems: the state of {seen} rests on what was collected here, of {cited} on a cited page, "
        "of the rest on bundled tables or on nothing. A dash is no value. The rule: lives, released within a year; "
        "slows, late for its own pace, in maintenance, or nothing for one to two years; dormant, nothing for longer; "
        "archived, ended and deprecated as the repository or a cited page says (docs/life-states.md)."
    )


def evidence(row: Row, catalog: Catalog) -> None:
    """Everything that is known of one system, newest first, each with its day, source and receipt or page."""
    st.markdown(f"**{plain(row.system.name)}** {plain(state_words(row.state.state))}: {plain(row.state.why)}.")
    lines = [_line(one, catalog) for one in row.evidence]
    if row.downloads is not None:
        found, owed = row.downloads, attribution.credit(catalog, row.downloads.source)
        lines.append(
            f"{fmt.day(found.since)} to {fmt.day(found.until)}: {fmt.number(found.value)} downloads of "
            f"{plain(found.package)} ({found.origin}; {owed.markdown})"
        )
    if not lines:
        lines = ["Nothing dated is known. `framescope collect` asks the package index and GitHub."]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if row.system.note:
        st.caption(plain(row.system.note))


def _line(one: Evidence, catalog: Catalog) -> str:
    said = f"{plain(one.when)}: {plain(one.says)}"
    if one.origin == CITED:
        return f"{said} (cited, [page]({one.url}))"
    receipt = f", receipt {one.receipt}" if one.receipt is not None else ""
    source = plain(attribution.credit(catalog, one.source).title)
    return f"{said} ({one.origin}, {source}, as of {fmt.day(one.seen)}{receipt})"
