"""What published comparisons say about speed, answered from what was measured on this machine."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis.speed import machine_id, machine_words
from dashboard.text import plain
from db.read import BenchFilter, BenchHead
from verdicts.speed_claims import RULES, Answer, Evidence, Rows, Timed

MOST = 5_000
SIGNS = {"holds": "✓", "does not hold": "✕", "mixed": "◐", "cannot tell": "?"}
COLOURS = {"holds": "green", "does not hold": "red", "mixed": "orange", "cannot tell": "gray"}
SPEAKS = {True: "for it", False: "against it", None: "too close to call"}


def answers() -> None:
    """Draw an answer for each claim, from the newest figures of this machine."""
    here = [head for head in measured.heads() if not head.imported]
    st.header("What articles claim, measured here", anchor="claims")
    if not here:
        st.markdown("Every run in this database was measured elsewhere; claims are answered from this machine's own.")
        return
    machine = machine_id(here[0].machine)
    mine = [head for head in here if machine_id(head.machine) == machine and head.cache == "hot"]
    st.caption(
        f"{plain(machine_words(here[0].machine))} · the newest figures of {fmt.count(len(mine), 'run')} · an answer "
        "holds for this machine and these versions, not for the year the claim was made in"
    )
    rows = _rows(mine)
    for rule in RULES:
        _answer(rule(rows))


def _rows(mine: list[BenchHead]) -> Rows:
    chosen = BenchFilter(runs=tuple(head.run for head in mine), newest=True)
    found = [row for row in measured.results(chosen, limit=MOST).rows if row["status"] == "ok"]
    kept = measured.first_calls([row["result"] for row in found])
    return Rows(measured.comparisons(chosen), [_timed(row, *kept.get(row["result"], ([], None))) for row in found])


def _timed(row: dict[str, Any], calls: list[float], compiled: bool | None) -> Timed:
    named = {name: row[name] for name in ("workload", "size", "variant", "device", "preset", "run")}
    times = {name: row[f"latency_{name}"] for name in ("median", "low", "high")}
    first = calls or ([row["first_call_s"]] if row["first_call_s"] else [])
    return Timed(**named, **times, first_calls=tuple(first), compiled=compiled)


def _answer(found: Answer) -> None:
    claim = data.catalog().claims.get(found.claim)
    article = data.catalog().articles.get(claim.article) if claim else None
    with st.container(border=True, key=f"claim-{found.claim}"):
        colour = COLOURS[found.verdict]
        st.markdown(f"**“{plain(claim.says if claim else found.claim)}”**")
        if article is not None:
            st.caption(plain(f"{article.author}, {article.year}: {article.title}"))
        st.markdown(f":{colour}[**{SIGNS[found.verdict]} {found.verdict}**] · {plain(found.says)}.")
        if found.missing:
            st.markdown(f"Missing: {plain('; '.join(found.missing))}. This measures what can be measured here:")
            st.code(found.command, language=None)
        if found.evidence:
            with st.expander(f"{len(found.evidence)} figures, of {_runs(found)}"):
                _evidence(found.evidence)


def _runs(found: Answer) -> str:
    return ("run " if len(found.runs) == 1 else "runs ") + ", ".join(str(run) for run in found.runs)


def _evidence(rows: tuple[Evidence, ...]) -> None:
    frame = pd.DataFrame(
        {
            "figure": [row.what for row in rows],
            "ratio": [row.ratio for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
            "speaks": [SPEAKS[row.supports] for row in rows],
            "how": [row.how for row in rows],
            "run": [", ".join(str(run) for run in row.runs) for row in rows],
        }
    )
    config = {name: st.column_config.NumberColumn(format="%.3g") for name in ("ratio", "low", "high")}
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        placeholder="—",
        height=min(38 + 35 * len(frame), 420),
        alt="The figures this answer rests on",
    )
