"""What can be measured on: the devices here and on the nodes of a cluster, and which of them are busy."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.sections.frame import guarded_part
from dashboard.sections.speed_columns import headed
from dashboard.text import plain
from language.words import N_, _, _n, _p, filled

EVERY_S = 5
HERE = N_("this machine")


@st.fragment(run_every=EVERY_S)
def shown() -> None:
    """Draw one line that tells how many devices there are, with all of them in a table beneath."""
    with guarded_part():
        found = data.every_device()
        with st.expander(plain(summary(found)), icon=":material/memory:"):
            frame = pd.DataFrame(rows(found))
            st.dataframe(
                frame,
                hide_index=True,
                column_config=headed(frame.columns),
                alt=_("Every device, where it is, and what is measured on it"),
            )
            st.caption(
                _(
                    "A node is a machine that a worker reaches through Ray (`framescope worker --ray`). One that "
                    "measures with its processor measures nothing else meanwhile."
                )
            )


def summary(found: Sequence[Mapping[str, Any]]) -> str:
    """How many devices there are, on how many nodes, and how many of them are busy (pure)."""
    usable = [row for row in found if row["available"]]
    nodes = len({row["node"] for row in found if row["node"] is not None})
    busy = len([row for row in usable if row["busy_with"] is not None])
    devices = _n("{n} device", "{n} devices", len(usable), n=fmt.words(len(usable)))
    some = fmt.words(busy) if busy else _p("many", "none")
    told = _("{devices} to measure on here; {busy} busy", devices=devices, busy=some)
    if nodes:
        there = _n("{n} node", "{n} nodes", nodes, n=fmt.words(nodes))
        said = _("{devices} to measure on, {nodes} included; {busy} busy")
        told = filled(said, devices=devices, nodes=there, busy=some)
    return told[0].upper() + told[1:]


def rows(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The table's rows (pure); what is not known is a dash, and a device that cannot be used says why."""
    return [
        {
            "where": _(HERE) if row["node"] is None else row["node"],
            "device": row["device"] or fmt.UNKNOWN,
            "state": _state(row),
            "name": row["name"] or fmt.UNKNOWN,
            "memory": fmt.size(row["memory_bytes"]),
            "why not": of_run(row["why_not"] or "") if not row["available"] else "",
        }
        for row in found
    ]


def _state(row: Mapping[str, Any]) -> str:
    if not row["available"]:
        return _("✕ not to be used")
    return _("✓ free") if row["busy_with"] is None else _("… job {job}", job=row["busy_with"])
