"""The evidence of a cell: the question, the code that ran, what it measured and printed, and how to run it again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import format as fmt
from dashboard import probed
from dashboard.analysis.capabilities import SIGNS, Matrix, Row, cell_named, column_name, word
from dashboard.sections import capability_controls, capability_run
from dashboard.sections.above import hints
from dashboard.text import plain
from db.read import ProbeColumn, ProbeRow
from language.lists import commas
from language.words import N_, _, _p

MEANS = {
    "pass": N_("Yes: the check ran and saw it."),
    "fail": N_("No: the check ran and saw that it is not so, or the framework itself said that it cannot."),
    "error": N_("No answer: the check broke off. This says nothing of the framework."),
    "not_run": N_("No answer: the framework, or what the check needs beside it, is not installed."),
    "not_applicable": N_("The question makes no sense here."),
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
        hints([_("No answer is kept under {name}.", name=name[:120])])
        return
    shown(cell, found, names, next((str(one["any_mode"]) for one in known if one["capability"] == cell.capability), ""))


def shown(cell: ProbeRow, row: Row, names: Mapping[str, str], any_mode: str) -> None:
    """Draw the evidence of one result, which is read only now."""
    whole = probed.evidence(cell.result)
    if whole is None:
        st.warning(_("This result is no longer in the database."), icon=":material/link_off:")
        return
    of = ProbeColumn(cell.system, cell.version, cell.backend_version, cell.device)
    with st.container(border=True, key="capability-evidence"):
        st.header(_("{state}: {capability}", state=plain(word(cell)), capability=plain(row.title)), anchor="evidence")
        told = _asked_of(plain(column_name(of, names)), cell.mode)
        st.markdown(_("**{asked}.** {question}", asked=told, question=plain(row.question)))
        st.markdown(plain(_(MEANS[cell.state])) if cell.state in MEANS else "")
        if any_mode and cell.mode == "any":
            st.caption(_("One result for all modes: {why}.", why=plain(_(any_mode))))
        if cell.message:
            st.markdown(_("**What it said**"))
            st.code(_said(cell), language=None, wrap_lines=True)
        _second(whole)
        _code(whole)
        _measured(whole)
        _facts(cell, whole)
        _earlier(cell, names)
        _again(cell, whole)


def _asked_of(version: str, mode: str) -> str:
    if mode == "any":
        return _("{version}, in every mode", version=version)
    return _("{version}, mode {mode}", version=version, mode=plain(mode))


def _said(cell: ProbeRow) -> str:
    """What a result says: why a question makes no sense is the registry's own text, all else is the framework's."""
    return _(cell.message) if cell.message and cell.state == "not_applicable" else cell.message


def _second(whole: Mapping[str, Any]) -> None:
    if first := whole.get("first"):
        state = str(first.get("state"))
        told = _(
            "Looked at twice: in a process that had served other checks it was {state} ({message}); the answer of a "
            "fresh one counts.",
            state=plain(_(SIGNS.get(state, state)).split(" ", 1)[-1]),
            message=plain(first.get("message") or _("without a message")),
        )
        st.caption(told)


def _code(whole: Mapping[str, Any]) -> None:
    st.markdown(_("**What was run**"))
    if not whole["code"]:
        st.caption(_("Nothing was run here."))
        return
    st.code(str(whole["code"]), language="python", height=360 if str(whole["code"]).count("\n") > 16 else "content")


def _measured(whole: Mapping[str, Any]) -> None:
    if whole.get("evidence"):
        st.markdown(_("**What it measured**"))
        st.code(json.dumps(whole["evidence"], indent=1, ensure_ascii=False), language="json", wrap_lines=True)
    st.markdown(_("**What it printed**"))
    if printed := str(whole.get("output") or ""):
        st.code(printed, language=None, wrap_lines=True)
    else:
        st.caption(_("Nothing."))


def _facts(cell: ProbeRow, whole: Mapping[str, Any]) -> None:
    versions = [f"{name} {version}" for name, version in (whole.get("versions") or {}).items()]
    told = _(
        "Run {run}, {moment} · {took} · device {device} · versions: {versions}",
        run=cell.run,
        moment=fmt.moment(cell.measured_at),
        took=_("no time") if cell.seconds is None else fmt.duration(cell.seconds),
        device=plain(cell.device),
        versions=plain(commas(versions) if versions else cell.version or _("not installed")),
    )
    st.caption(told)


def _earlier(cell: ProbeRow, names: Mapping[str, str]) -> None:
    found = [one for one in probed.history(cell.capability, cell.system, cell.mode) if one.result != cell.result][::-1]
    if not found:
        st.caption(_("This cell was asked once; there are no other answers."))
        return
    box = st.expander(_("Other answers ({n})", n=len(found)), on_change="rerun", key="capability-history")
    if not box.open:
        return
    told = [
        {
            _("when"): fmt.moment(one.measured_at),
            _("version"): column_name(ProbeColumn(one.system, one.version, one.backend_version, one.device), names),
            _("answer"): word(one),
            _("seconds"): one.seconds,
            _("run"): one.run,
            _p("answer", "said"): _said(one).partition("\n")[0][:200],
        }
        for one in found[:MOST_HISTORY]
    ]
    alt = _("Other answers of this cell, newest first")
    box.dataframe(pd.DataFrame(told), hide_index=True, placeholder="—", alt=alt)
    if len(found) > MOST_HISTORY:
        box.caption(_("The newest {shown} of {all}.", shown=MOST_HISTORY, all=len(found)))


def _again(cell: ProbeRow, whole: Mapping[str, Any]) -> None:
    st.markdown(_("**Run it again**"))
    interpreter = str(whole.get("interpreter") or "")
    st.code(
        jobs.probe_command(cell.capability, cell.system, cell.device, interpreter), language="bash", wrap_lines=True
    )
    left, right = st.columns((1, 4), vertical_alignment="center")
    with left:
        capability_run.again(cell)
    right.caption(
        _("The button runs with the interpreter that the worker was started with; the line names the one used.")
    )
