"""What published comparisons say about speed, answered from what was measured on this machine."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis.speed import machine_id, machine_words
from dashboard.sections.frame import table_px
from dashboard.sections.speed_columns import headed
from dashboard.text import plain
from db.read import BenchFilter, BenchHead
from language.lists import clauses, colon, commas, semicolons
from language.words import N_, _, _n
from verdicts.speed_claims import RULES, Answer, Evidence, Rows, Timed

MOST = 5_000
SIGNS = {"holds": "✓", "does not hold": "✕", "mixed": "◐", "cannot tell": "?"}
COLOURS = {"holds": "green", "does not hold": "red", "mixed": "orange", "cannot tell": "gray"}
SPEAKS = {True: N_("for it"), False: N_("against it"), None: N_("too close to call")}
HELD = {
    "holds": N_("holds"),
    "does not hold": N_("does not hold"),
    "mixed": N_("mixed"),
    "cannot tell": N_("cannot tell"),
}


def answers() -> None:
    """Draw an answer for each claim, from the newest figures of this machine."""
    here = [head for head in measured.heads() if not head.imported]
    st.header(_("What articles claim, measured here"), anchor="claims")
    if not here:
        st.markdown(
            _("Every run in this database was imported; claims are answered from what was measured for this site.")
        )
        return
    machine = machine_id(here[0].machine)
    mine = [head for head in here if machine_id(head.machine) == machine and head.cache == "hot"]
    runs = _n("{n} run", "{n} runs", len(mine), n=fmt.words(len(mine)))
    st.caption(
        _(
            "{machine} · the newest figures of {runs} · an answer holds for that machine and these versions, not for "
            "the year the claim was made in",
            machine=plain(machine_words(here[0].machine)),
            runs=runs,
        )
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
        st.markdown(f"**{_('“{words}”', words=plain(_(claim.says) if claim else found.claim))}**")
        if article is not None:
            st.caption(plain(colon(clauses((article.author, str(article.year))), article.title)))
        said = _("{sentence}.", sentence=plain(found.says))
        st.markdown(f":{colour}[**{SIGNS[found.verdict]} {_(HELD[found.verdict])}**] · {said}")
        if found.missing:
            missing = plain(semicolons(found.missing))
            st.markdown(_("Missing: {what}. This measures what can be measured here:", what=missing))
            st.code(found.command, language=None)
        if found.evidence:
            with st.expander(_("{n} figures, of {runs}", n=len(found.evidence), runs=_runs(found))):
                _evidence(found.evidence)


def _runs(found: Answer) -> str:
    return _n("run {runs}", "runs {runs}", len(found.runs), runs=commas([str(run) for run in found.runs]))


def _evidence(rows: tuple[Evidence, ...]) -> None:
    frame = pd.DataFrame(
        {
            "figure": [row.what for row in rows],
            "ratio": [row.ratio for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
            "speaks": [_(SPEAKS[row.supports]) for row in rows],
            "how": [row.how for row in rows],
            "run": [", ".join(str(run) for run in row.runs) for row in rows],
        }
    )
    config = {name: st.column_config.NumberColumn(format="%.3g") for name in ("ratio", "low", "high")}
    st.dataframe(
        frame,
        hide_index=True,
        column_config=headed(frame.columns, config),
        placeholder="—",
        height=table_px(len(frame), 420),
        alt=_("The figures this answer rests on"),
    )
