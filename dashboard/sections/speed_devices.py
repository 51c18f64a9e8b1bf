"""What can be measured on: the devices here and on the nodes of a cluster, and which of them are busy."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.sections.frame import guarded_part
from dashboard.text import plain

EVERY_S = 5
HERE = "this machine"


@st.fragment(run_every=EVERY_S)
def shown() -> None:
    """Draw one line that tells how many devices there are, with all of them in a table beneath."""
    with guarded_part():
        found = data.every_device()
        with st.expander(plain(summary(found)), icon=":material/memory:"):
            st.dataframe(
                pd.DataFrame(rows(found)), hide_index=True, alt="Every device, where it is, and what is measured on it"
            )
            st.caption(
                "A node is a machine that a worker reaches through Ray (`framescope worker --ray`). One that "
                "measures with its processor measures nothing else meanwhile."
            )


def summary(found: Sequence[Mapping[str, Any]]) -> str:
    """How many devices there are, on how many nodes, and how many of them are busy (pure)."""
    usable = [row for row in found if row["available"]]
    nodes = len({row["node"] for row in found if row["node"] is not None})
    busy = len([row for row in usable if row["busy_with"] is not None])
    beyond = f", {fmt.count(nodes, 'node')} included" if nodes else " here"
    told = f"{fmt.count(len(usable), 'device')} to measure on{beyond}; {fmt.words(busy) if busy else 'none'} busy"
    return told[0].upper() + told[1:]


def rows(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The table's rows (pure); what is not known is a dash, and a device that cannot be used says why."""
    return [
        {
            "where": HERE if row["node"] is None else row["node"],
            "device": row["device"] or fmt.UNKNOWN,
            "state": _state(row),
            "name": row["name"] or fmt.UNKNOWN,
            "memory": fmt.size(row["memory_bytes"]),
            "why not": row["why_not"] or "" if not row["available"] else "",
        }
        for row in found
    ]


def _state(row: Mapping[str, Any]) -> str:
    if not row["available"]:
        return "✕ not to be used"
    return "✓ free" if row["busy_with"] is None else f"… job {row['busy_with']}"
