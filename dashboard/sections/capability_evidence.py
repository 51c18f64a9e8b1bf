"""The evidence of a cell: the question, the code that ran, what it measured and printed, and how to run it again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import format as fmt
from dashboard import probed
from dashboard.analysis.capabilities import Matrix, Row, cell_named, column_name, word
from dashboard.sections import capability_controls, capability_run
from dashboard.text import plain
from db.read import ProbeColumn, ProbeRow

MEANS = {
    "pass": "Yes: the check ran and saw it.",
    "fail": "No: the check ran and saw that it is not so, or the framework itself said that it cannot.",
    "error": "No answer: the check broke off. This says nothing of the framework.",
    "not_run": "No answer: the framework, or what the check needs beside it, is not installed.",
    "not_applicable": "The question makes no sense here.",
}
MOST_HISTORY = 50


def asked(whole: Matrix, names: Mapping[str, str], known: Sequence[Mapping[str, Any]]) -> None:
    """Draw the evidence of the cell that the address bar names; nothing where it names none."""
    name = capability_controls.value("cell")
    if not name:
        return
    found = next((row for row in whole.rows if row.capability == name.partition("~")[0]), None)
    cell = cell_named(whole, name)
    if found is None or cell is None:
        st.warning(f"No answer is kept under {plain(name[:120])}.", icon=":material/link_off:")
        return
    shown(cell, found, names, next((str(one["any_mode"]) for one in known if one["capability"] == cell.capability), ""))


def shown(cell: ProbeRow, row: Row, names: Mapping[str, str], any_mode: str) -> None:
    """Draw the evidence of one result, which is read only now."""
    whole = probed.evidence(cell.result)
    if whole is None:
        st.warning("This result is no longer in the database.", icon=":material/link_off:")
        return
    of = ProbeColumn(cell.system, cell.version, cell.backend_version, cell.device)
    with st.container(border=True, key="capability-evidence"):
        st.header(f"{plain(word(cell))}: {plain(row.title)}", anchor="evidence")
        st.markdown(f"**{plain(column_name(of, names))}, {_mode(cell.mode)}.** {plain(row.question)}")
        st.markdown(plain(MEANS.get(cell.state, "")))
        if any_mode and cell.mode == "any":
            st.caption(f"One result for all modes: {plain(any_mode)}.")
        if cell.message:
            st.markdown("**What it said**")
            st.code(cell.message, language=None, wrap_lines=True)
        _second(whole)
        _code(whole)
        _measured(whole)
        _facts(cell, whole)
        _earlier(cell, names)
        _again(cell, whole)


def _mode(mode: str) -> str:
    return "in every mode" if mode == "any" else f"mode {plain(mode)}"


def _second(whole: Mapping[str, Any]) -> None:
    if first := whole.get("first"):
        st.caption(
            f"Looked at twice: in a process that had served other checks it was {plain(first.get('state'))} "
            f"({plain(first.get('message') or 'without a message')}); the answer of a fresh one counts."
        )


def _code(whole: Mapping[str, Any]) -> None:
    st.markdown("**What was run**")
    if not whole["code"]:
        st.caption("Nothing was run here.")
        return
    st.code(str(whole["code"]), language="python", height=360 if str(whole["code"]).count("\n") > 16 else "content")


def _measured(whole: Mapping[str, Any]) -> None:
    if whole.get("evidence"):
        st.markdown("**What it measured**")
        st.code(json.dumps(whole["evidence"], indent=1, ensure_ascii=False), language="json", wrap_lines=True)
    st.markdown("**What it printed**")
    if printed := str(whole.get("output") or ""):
        st.code(printed, language=None, wrap_lines=True)
    else:
        st.caption("Nothing.")


def _facts(cell: ProbeRow, whole: Mapping[str, Any]) -> None:
    versions = ", ".join(f"{name} {version}" for name, version in (whole.get("versions") or {}).items())
    took = "no time" if cell.seconds is None else fmt.duration(cell.seconds)
    st.caption(
        f"Run {cell.run}, {fmt.moment(cell.measured_at)} · {took} · device {plain(cell.device)} · "
        f"versions: {plain(versions or cell.version or 'not installed')}"
    )


def _earlier(cell: ProbeRow, names: Mapping[str, str]) -> None:
    found = [one for one in probed.history(cell.capability, cell.system, cell.mode) if one.result != cell.result][::-1]
    if not found:
        st.caption("This cell was asked once; there are no other answers.")
        return
    box = st.expander(f"Other answers ({len(found)})", on_change="rerun", key="capability-history")
    if not box.open:
        return
    told = [
        {
            "when": fmt.moment(one.measured_at),
            "version": column_name(ProbeColumn(one.system, one.version, one.backend_version, one.device), names),
            "answer": word(one),
            "seconds": one.seconds,
            "run": one.run,
            "said": one.message.partition("\n")[0][:200],
        }
        for one in found[:MOST_HISTORY]
    ]
    box.dataframe(pd.DataFrame(told), hide_index=True, placeholder="—", alt="Other answers of this cell, newest first")
    if len(found) > MOST_HISTORY:
        box.caption(f"The newest {MOST_HISTORY} of {len(found)}.")


def _again(cell: ProbeRow, whole: Mapping[str, Any]) -> None:
    st.markdown("**Run it again**")
    interpreter = str(whole.get("interpreter") or "")
    st.code(
        jobs.probe_command(cell.capability, cell.system, cell.device, interpreter), language="bash", wrap_lines=True
    )
    left, right = st.columns((1, 4), vertical_alignment="center")
    with left:
        capability_run.again(cell)
    right.caption("The button runs with the interpreter that the worker was started with; the line names the one used.")
