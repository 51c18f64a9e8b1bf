"""The ledger as a list: how many hold, a filter, a row a claim, and the whole of it as files."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import claimed
from dashboard.sections import address
from dashboard.sections.downloads import table_text
from dashboard.sections.frame import filtered_out
from dashboard.text import plain

PAGE = "claims"
LONGEST = 60
FILTERS = ("verdict", "article", "kind")
KEYS = tuple(f"{PAGE}.{name}" for name in FILTERS)
COLUMNS = ("id", "article", "year", "topic", "says", "verdict", "as_of", "note", "missing", "command", "would_change")
Found = Sequence[dict[str, Any]]


def answer(found: Found) -> str:
    """The page's answer: how many hold, fell, never held and cannot be told."""
    counts = [sum(row["verdict"] == verdict for row in found) for verdict in claimed.VERDICTS]
    return (
        f"Of {len(found)} claims, {counts[0]} hold, {counts[1]} no longer hold, {counts[2]} never held; "
        f"for {counts[3]} the evidence is missing here."
    )


def rows(found: Found, catalog: Catalog, at: date | None = None) -> dict[str, Any] | None:
    """Draw the filter and the list; gives the claim that is open, by a click or by the address.

    ``at`` is the day asked for where that is not today: the address keeps it.
    """
    asked = address.incoming()
    if address.is_new(PAGE, asked, KEYS):
        _seed(found, asked)
    kept = _filtered(found, catalog)
    if not kept:
        filtered_out("claim")
        return None
    picked = _table(kept)
    opened = picked or st.session_state.get(f"{PAGE}.open", "")
    shown = next((row for row in found if row["id"] == opened), None)
    if opened and shown is None:
        st.warning(f"There is no claim {plain(opened[:LONGEST])}.", icon=":material/link_off:")
        address.keep(PAGE, asked)
        return None
    st.session_state[f"{PAGE}.open"] = opened
    state = {name: list(st.session_state[key]) for name, key in zip(FILTERS, KEYS, strict=True)}
    address.write(PAGE, state | {"as_of": [at.isoformat()] if at else [], "claim": [opened] if opened else []})
    return shown


def downloads(found: Found) -> None:
    """Draw the buttons that give the whole ledger as CSV and JSON."""
    row = st.container(horizontal=True, gap="small")
    for label, file, mime, made in (
        ("Download CSV", "framescope-claims.csv", "text/csv", ledger_csv),
        ("Download JSON", "framescope-claims.json", "application/json", ledger_json),
    ):
        row.download_button(
            label, made(found), file_name=file, mime=mime, icon=":material/download:", on_click="ignore"
        )


def ledger_csv(found: Found) -> str:
    """The ledger as CSV; no cell is a formula."""
    heads = [("what", "Framescope's claim ledger, evidence left out; the JSON file has it")]
    cells = [[_cell(row[name]) for name in COLUMNS] for row in found]
    return table_text(heads, COLUMNS, cells)


def ledger_json(found: Found) -> str:
    """The ledger as `claims --json` prints it."""
    return json.dumps(found, indent=2, ensure_ascii=False, default=str)


def _cell(value: object) -> object:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value


def _seed(found: Found, asked: address.Params) -> None:
    for name, key in zip(FILTERS, KEYS, strict=True):
        known = {row[name] for row in found}
        st.session_state[key] = [value for value in asked.get(name, []) if value in known]
    st.session_state[f"{PAGE}.open"] = (asked.get("claim") or [""])[0]


def _filtered(found: Found, catalog: Catalog) -> list[dict[str, Any]]:
    names: dict[str, Callable[[Any], str]] = {
        "verdict": lambda value: f"{claimed.SIGNS[value]} {value}",
        "article": lambda value: f"{catalog.articles[value].author}, {catalog.articles[value].year}",
        "kind": str,
    }
    kept = list(found)
    for column, name, key in zip(st.columns(3), FILTERS, KEYS, strict=True):
        options = list(dict.fromkeys(row[name] for row in found))
        with column:
            chosen = st.multiselect(
                name.capitalize(),
                options,
                key=key,
                format_func=names[name],
                placeholder="all",
                label_visibility="visible",
            )
        kept = [row for row in kept if not chosen or row[name] in chosen]
    return kept


def _table(kept: Found) -> str:
    """Draw the list; gives the id of the row that was clicked, empty where none was."""
    frame = pd.DataFrame(
        {
            "now": [f"{claimed.SIGNS[row['verdict']]} {row['verdict']}" for row in kept],
            "said": [row["year"] for row in kept],
            "claim": [row["says"] for row in kept],
            "kind": [row["kind"] for row in kept],
            "id": [row["id"] for row in kept],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"{PAGE}.table",
        height=min(38 + 35 * len(frame), 460),
        column_config={
            "now": st.column_config.TextColumn("Now", width=130),
            "said": st.column_config.NumberColumn("Said", format="%d", width="small"),
            "claim": st.column_config.TextColumn("Claim", width="large"),
            "kind": st.column_config.TextColumn("Decided by", width="small"),
            "id": st.column_config.TextColumn("Id", width="medium"),
        },
        alt="Every claim with its verdict, the year it was made in and what decides it",
    )
    st.caption("Click the box ahead of a row to open it. The address bar then holds a link to it.")
    chosen = event["selection"]["rows"]
    return str(kept[chosen[0]]["id"]) if chosen and chosen[0] < len(kept) else ""
