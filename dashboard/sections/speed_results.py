"""What was measured: the answer while there is none, and the view that is chosen of what there is."""

from collections.abc import Sequence

import streamlit as st

from dashboard import data, measured
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed import Ratio, node_name
from dashboard.sections import (
    links,
    made,
    speed_articles,
    speed_controls,
    speed_history,
    speed_ratios,
    speed_runs,
    speed_table,
    speed_workload,
)
from dashboard.sections.above import hints
from dashboard.sections.frame import embedded, empty
from dashboard.sections.speed_devices import HERE
from db.read import BenchHead
from language.lists import commas
from language.words import _, filled

FIRST = "framescope bench run matmul lstm --seconds 40"


def open_question(heads: Sequence[BenchHead], pair: Sequence[Ratio] = ()) -> str:
    """What the page is headed by while no comparison of PyTorch and TensorFlow (``pair``) came to a verdict here."""
    if pair:
        return _not_compared(list(dict.fromkeys(row.why for row in pair if row.why)), _where(pair))
    mine = [head for head in heads if not head.imported]
    if mine and (where := _where(mine)):
        return _("PyTorch and TensorFlow have not been compared on {machine} yet.", machine=where)
    if mine:
        return _("PyTorch and TensorFlow have not been compared on this machine yet.")
    return _("Which is faster on this machine? Nothing is measured yet.")


def _where(measured_on: Sequence[BenchHead | Ratio]) -> str:
    """The nodes that measured, by name; empty where it was this machine alone."""
    names = list(dict.fromkeys(node_name(one.machine) for one in measured_on))
    return commas(name or _(HERE) for name in names) if any(names) else ""


def _not_compared(whys: Sequence[str], where: str) -> str:
    if where:
        said = _("PyTorch and TensorFlow were measured on {machine} but could not be compared.", machine=where)
        if len(whys) > 1:
            said = _(
                "PyTorch and TensorFlow were measured on {machine} but could not be compared, for the reasons below.",
                machine=where,
            )
        elif whys:
            said = _(
                "PyTorch and TensorFlow were measured on {machine} but could not be compared: {why}.",
                machine=where,
                why=of_run(whys[0]),
            )
        return said
    if not whys:
        return _("PyTorch and TensorFlow were measured on this machine but could not be compared.")
    if len(whys) > 1:
        return _(
            "PyTorch and TensorFlow were measured on this machine but could not be compared, for the reasons below."
        )
    said = _("PyTorch and TensorFlow were measured on this machine but could not be compared: {why}.")
    return filled(said, why=of_run(whys[0]))


def shown() -> None:
    """Draw the results: the newest run, unless the address bar or the visitor asks for something else."""
    heads = measured.heads()
    if not heads and data.measuring():
        st.caption(_("The first results appear here when the measurement above has ended."))
        return
    if not heads:
        empty(
            _("Nothing has been measured here yet"),
            _("Press Run above; a first comparison takes about a minute. From the command line the same is:"),
            FIRST,
        )
        return
    asked = speed_controls.choose(heads)
    if asked.gone and embedded():
        gone = _("There is no run {run} in this database. The figure was of it, and no other stands in its place.")
        with st.container(key="empty-gone"):
            hints([filled(gone, run=repr(asked.gone[:20]))])
        return
    hints(asked.messages)
    if run := speed_runs.held(asked.show, asked.run, asked.until, heads):
        links.hold(run=run)
    if asked.show == "claims":
        speed_articles.answers()
    elif asked.show == "history":
        speed_history.shown(asked)
    elif asked.show == "workload":
        speed_workload.shown(asked)
    else:
        speed_ratios.shown(asked, len(heads))
        speed_table.shown(asked)
    _link()


def made_by() -> None:
    """Draw how what is shown was measured, and what repeats it: the chosen workload, the run, or a first comparison."""
    says = _(
        "Variants take turns in rounds, in fresh processes, in an order drawn by lot; each result is checked against a "
        "float64 reference and keeps the passport of what was in force. A difference counts only above the noise floor "
        "of its own run."
    )
    heads = {str(head.run): head for head in measured.heads()}
    head = heads.get(speed_controls.value("run")) or next(iter(heads.values()), None)
    if head is None:
        made.how(_("{says} This measures a first comparison:", says=says), [FIRST])
        return
    one = speed_controls.value("show") == "workload"
    work, _space, size = speed_controls.value("of").partition(" ") if one else ("", "", "")
    repeat = measured.repeat(head.run, work, size) or measured.repeat(head.run)
    made.how(_("{says} This repeats it:", says=says), [repeat])


def _link() -> None:
    with st.expander(_("Link to what is shown"), icon=":material/link:"):
        st.code(links.permalink() if st.context.url else _("the address of this page"), language=None)
        st.caption(_("It holds the run, the view and the filters. The address bar without a run shows the newest."))
