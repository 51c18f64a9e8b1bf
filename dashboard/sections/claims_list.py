"""The ledger as a list: how many hold, a filter, a row a claim, and the whole of it as files."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import claimed
from dashboard.analysis.nearest import unknown_names
from dashboard.sections import address, linked, links
from dashboard.sections.above import hints
from dashboard.sections.downloads import table_text
from dashboard.sections.figure_files import UNKNOWN
from dashboard.sections.frame import HEAD_PX, filtered_out
from dashboard.text import plain
from language.lists import clauses, commas
from language.words import N_, _, _p

PAGE = "claims"
DAY_SAID = f"{PAGE}.day_said"
"""Where the session keeps what there is to say of the day that the address asks for."""
_CLICKED = f"{PAGE}.clicked"
"""Where the session keeps whether a row of the list was clicked on this visit."""
LONGEST = 60
CLAIM_PX, NOW_PX, KIND_PX, ROW_PX = 600, 235, 100, 66
"""Streamlit breaks lines in rows of more than four letters' height; the longest claim takes two lines."""
ORDER = (*claimed.FALLEN, *(one for one in claimed.VERDICTS if one not in claimed.FALLEN))
"""What fell first: it is what a reader comes for, and what cannot be told is last."""
FILTERS = ("verdict", "article", "kind")
ASKS = (*FILTERS, "as_of", "claim")
"""The names that the page has a use for in its address."""
LABELS = {"verdict": N_("Verdict"), "article": N_("Article"), "kind": N_("Kind")}
KEYS = tuple(f"{PAGE}.{name}" for name in FILTERS)
COLUMNS = (
    "id",
    "article",
    "year",
    "topic",
    "says",
    "verdict",
    "outdated",
    "as_of",
    "note",
    "missing",
    "command",
    "would_change",
)
LICENCE = "Apache-2.0"
"""Of the catalogue that the claims and their rules stand in, which is part of Framescope."""
Found = Sequence[dict[str, Any]]
Words = dict[str, Callable[[Any], str]]


def answer(found: Found) -> str:
    """The page's answer: how many hold, fell, never held and cannot be told."""
    counts = [sum(row["verdict"] == verdict for row in found) for verdict in claimed.VERDICTS]
    told = dict(zip(("hold", "fell", "never", "open"), counts, strict=True)) | {"all": len(found)}
    if outdated := sum(row["outdated"] for row in found):
        return _(
            "Of {all} claims, {hold} hold, {fell} no longer hold, {outdated} of them out of date when published, "
            "{never} never held; for {open} the evidence is missing here.",
            outdated=outdated,
            **told,
        )
    return _(
        "Of {all} claims, {hold} hold, {fell} no longer hold, {never} never held; for {open} the evidence is missing "
        "here.",
        **told,
    )


def rows(found: Found, catalog: Catalog, at: date | None = None) -> dict[str, Any] | None:
    """Draw the filter and the list; gives the claim that is open, by a click or by the address.

    ``at`` is the day asked for where that is not today: the address keeps it.
    """
    asked = address.incoming()
    if address.is_new(PAGE, asked, KEYS):
        _seed(found, asked, _words(catalog))
    kept = _filtered(found, _words(catalog))
    day = {"as_of": [at.isoformat()] if at else []}
    picked = ""
    if kept:
        picked = _table(kept)
        _list(kept, day)
    else:
        filtered_out(_("claim"))
    opened = picked or st.session_state[f"{PAGE}.open"]
    st.session_state[f"{PAGE}.open"] = opened
    st.session_state[_CLICKED] = bool(picked) or st.session_state.get(_CLICKED, False)
    state = {name: list(st.session_state[key]) for name, key in zip(FILTERS, KEYS, strict=True)}
    hints(address.settle(PAGE, asked, state | day | {"claim": [opened] if opened else []}))
    return next((row for row in found if row["id"] == opened), None) if kept else None


def came_by_link() -> bool:
    """Whether the claim that is open is the one of the address: its reader came for it, and not for the list."""
    return not st.session_state[_CLICKED]


def downloads(found: Found) -> None:
    """Draw the buttons that give the whole ledger as CSV and JSON."""
    row = st.container(horizontal=True, gap="small")
    for kind, file, mime, made in (
        ("CSV", "framescope-claims.csv", "text/csv", ledger_csv),
        ("JSON", "framescope-claims.json", "application/json", ledger_json),
    ):
        label = _("Download {kind}", kind=kind)
        row.download_button(
            label,
            made(found, links.permalink()),
            file_name=file,
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
        )


def ledger_csv(found: Found, link: str = "") -> str:
    """The ledger as CSV, with source, licence, day and link ahead; no cell is a formula."""
    days = sorted({str(row["as_of"]) for row in found})
    heads = [
        ("what", _("Framescope's claim ledger, evidence left out; the JSON file has it")),
        ("source", _("the articles named in the column article, told in Framescope's words and judged by its rules")),
        ("licence", LICENCE),
        ("collected", ", ".join(days) or UNKNOWN),
        ("link", link or UNKNOWN),
    ]
    cells = [[_cell(row[name]) for name in COLUMNS] for row in found]
    return table_text(heads, COLUMNS, cells)


def ledger_json(found: Found, _link: str = "") -> str:
    """The ledger as `claims --json` prints it."""
    return json.dumps(found, indent=2, ensure_ascii=False, default=str)


def _cell(value: object) -> object:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value


def _seed(found: Found, asked: address.Params, words: Words) -> None:
    said: list[str] = st.session_state.pop(DAY_SAID, [])
    for name, key in zip(FILTERS, KEYS, strict=True):
        known, given = dict.fromkeys(str(row[name]) for row in found), list(dict.fromkeys(asked.get(name, [])))
        good = st.session_state[key] = [value for value in given if value in known]
        told = {value: words[name](value) for value in known}
        said += unknown_names(name, given, told, commas(told[value] for value in good) or _("all"))
    opened = (asked.get("claim") or [""])[0]
    if opened and opened not in [row["id"] for row in found]:
        said.append(_("There is no claim {name}.", name=opened[:LONGEST]))
        opened = ""
    st.session_state[f"{PAGE}.messages"], st.session_state[f"{PAGE}.open"] = said, opened
    st.session_state[_CLICKED] = False


def _words(catalog: Catalog) -> Words:
    """How the values of each filter are read."""
    return {
        "verdict": _verdict,
        "article": lambda value: clauses((catalog.articles[value].author, str(catalog.articles[value].year))),
        "kind": _kind,
    }


def _filtered(found: Found, names: Words) -> list[dict[str, Any]]:
    kept = list(found)
    for column, name, key in zip(st.columns(3), FILTERS, KEYS, strict=True):
        options = list(dict.fromkeys(row[name] for row in found))
        with column:
            chosen = st.multiselect(
                _(LABELS[name]),
                options,
                key=key,
                format_func=names[name],
                placeholder=_("all"),
                label_visibility="visible",
            )
        kept = [row for row in kept if not chosen or row[name] in chosen]
    return sorted(kept, key=lambda row: ORDER.index(row["verdict"]))


def _verdict(verdict: str) -> str:
    return f"{claimed.SIGNS[verdict]} {_(claimed.WORDS[verdict])}"


def _kind(kind: str) -> str:
    """What a claim is decided by."""
    named = {
        "series": _p("decided by", "series"),
        "probe": _p("decided by", "probe"),
        "benchmark": _p("decided by", "benchmark"),
        "catalogue": _p("decided by", "catalogue"),
        "task": _p("decided by", "task"),
    }
    return named.get(kind, kind)


def _table(kept: Found) -> str:
    """Draw the list; gives the id of the row that was clicked, empty where none was."""
    frame = pd.DataFrame(
        {
            "now": [claimed.worded_verdict(row) for row in kept],
            "said": [row["year"] for row in kept],
            "claim": [row["says"] for row in kept],
            "kind": [_kind(row["kind"]) for row in kept],
            "id": [row["id"] for row in kept],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"{PAGE}.table",
        height=min(HEAD_PX + ROW_PX * len(frame), 600),
        row_height=ROW_PX,
        column_config={
            "now": st.column_config.TextColumn(_("Now"), width=NOW_PX),
            "said": st.column_config.NumberColumn(_("Said"), format="%d", width="small"),
            "claim": st.column_config.TextColumn(_("Claim"), width=CLAIM_PX),
            "kind": st.column_config.TextColumn(_("Decided by"), width=KIND_PX),
            "id": st.column_config.TextColumn(_("Id"), width="medium"),
        },
        alt=_("Every claim with its verdict, the year it was made in and what decides it"),
    )
    st.caption(_("Click the box ahead of a row to open it. The address bar then holds a link to it."))
    chosen = event["selection"]["rows"]
    return str(kept[chosen[0]]["id"]) if chosen and chosen[0] < len(kept) else ""


def _list(kept: Found, day: dict[str, list[str]]) -> None:
    """The same for a phone, where the stylesheet shows it in place of the table: each claim whole, a link to it."""
    state = {name: list(st.session_state[key]) for name, key in zip(FILTERS, KEYS, strict=True)}
    state = {name: values for name, values in (state | day).items() if values}
    lines = [_entry(row, linked.page("claims", **state, claim=row["id"])) for row in kept]
    with st.container(key="phone-claims"):
        st.markdown("\n".join(f"- {line}" for line in lines))


def _entry(row: dict[str, Any], link: str) -> str:
    said = _("“{words}”", words=plain(row["says"]))
    return f"{plain(claimed.worded_verdict(row))} · [{said}]({link}#claim) ({row['year']})"
