"""The table of results, a page at a time, and all that the filter lets through as CSV and JSON."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.analysis.speed import Ratio
from dashboard.analysis.speed_rows import listed
from dashboard.sections import speed_controls
from dashboard.sections.downloads import table_text
from dashboard.sections.frame import filtered_out, table_px
from dashboard.sections.speed_columns import headed
from dashboard.sections.speed_controls import Asked
from dashboard.text import exact
from language.words import N_, _
from verdicts.ratios import WIDEST

ROWS = 100
WORKLOAD_PX = 125
SOURCE = "measured by Framescope"  # untranslated: a line of a file
MOST_ROWS = 20_000
CEILING = N_(
    "Share of the machine's measured ceiling that the throughput reaches: many calls in a row, waited for once. "
    "It does not follow from the median beside it, which waits after every call."
)
PATTERNS = {
    "error": "%.1e",
    "tolerance": "%.1e",
    "memory MiB": "%.0f",
    "process MiB": "%.0f",
    "framework MiB": "%.0f",
    "allocator MiB": "%.0f",
    "device MiB": "%.0f",
}
TIMES = ("median", "low", "high", "throughput", "first call")  # untranslated: keys of the rows
COLUMNS = (
    *("run", "measured_at", "imported", "workload", "size", "variant", "device", "preset", "status", "message"),
    *("latency_median", "latency_low", "latency_high", "first_call_s", "peak_bytes", "relative_error", "tolerance"),
    "share_of_ceiling",
)
RATIO_COLUMNS = (
    *("run", "workload", "size", "device", "preset", "baseline", "variant", "ratio", "low", "high", "verdict", "why"),
)


def shown(asked: Asked) -> None:
    """Draw one page of the results that the filter lets through."""
    st.header(_("Every variant"), anchor="variants")
    page = _page()
    found = measured.results(asked.chosen, limit=ROWS, offset=(page - 1) * ROWS)
    if not found.rows and page > 1:
        page, found = 1, measured.results(asked.chosen, limit=ROWS)
    if not found.rows:
        filtered_out(_("result"))
        return
    told = [_row(row, asked.run is None) for row in found.rows]
    frame = pd.DataFrame(told)
    st.dataframe(
        written(frame),
        hide_index=True,
        column_config=headed(frame.columns, columns()),
        height=table_px(len(told), 560),
        placeholder="—",
        alt=_("Times, errors and memory of every variant"),
    )
    if found.total > ROWS:
        _turn(page, found.total)
    st.caption(
        _(
            "Latency: median of single calls, each with its wait, and its 95 % interval; throughput is in the view of "
            "one workload. The first call, with compiling, apart. Error: relative to the float64 reference. A variant "
            "above its tolerance is wrong and has no time; a dash is no value, or an interval over {most} × wide, "
            "which tells nothing.",
            most=fmt.whole(WIDEST),
        )
    )
    _downloads(asked, found.total)


def columns() -> dict[str, Any]:
    """How the columns of figures are written."""
    config: dict[str, Any] = {name: st.column_config.NumberColumn(format=form) for name, form in PATTERNS.items()}
    config["workload"] = st.column_config.TextColumn(width=WORKLOAD_PX)
    config["of ceiling %"] = st.column_config.NumberColumn(format="%.0f", help=_(CEILING))
    return config


def written(frame: pd.DataFrame) -> Any:
    """The table with each time in the unit that fits it; sorting still goes by the seconds behind it."""
    here = [name for name in TIMES if name in frame.columns]
    frame = frame.astype(dict.fromkeys(here, float))
    return frame.style.format(dict.fromkeys(here, _time), na_rep=fmt.UNKNOWN)


def _time(value: object) -> str:
    return fmt.duration(value if isinstance(value, float) else None)


def _row(row: dict[str, Any], runs: bool) -> dict[str, Any]:
    if not runs:
        return listed(row)
    return (
        listed(row)
        | {"device": row["device"], "preset": row["preset"], "run": row["run"]}
        | {"measured": fmt.moment(row["measured_at"])}
    )


def _page() -> int:
    asked = speed_controls.value("page")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def _turn(page: int, total: int) -> None:
    pages = -(-total // ROWS)
    key = "results.turned"
    st.session_state[key] = min(page, pages)
    st.pagination(pages, key=key, on_change=_turned)
    first, last = fmt.whole((page - 1) * ROWS + 1), fmt.whole(min(page * ROWS, total))
    st.caption(_("{first} to {last} of {all} results", first=first, last=last, all=fmt.whole(total)))


def _turned() -> None:
    page = str(st.session_state["results.turned"])
    st.session_state["results.page"] = page
    speed_controls.keep("page", page, "1")


def _downloads(asked: Asked, total: int) -> None:
    row = st.container(horizontal=True, gap="small")
    row.download_button(
        _("Download {kind}", kind="CSV"),
        lambda: results_csv(measured.all_results(asked.chosen, MOST_ROWS)),
        file_name="framescope-speed.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    row.download_button(
        _("Download {kind}", kind="JSON"),
        lambda: results_json(measured.all_results(asked.chosen, MOST_ROWS), measured.comparisons(asked.chosen)),
        file_name="framescope-speed.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    if total > MOST_ROWS:
        st.caption(_("A file holds the newest {n} results.", n=fmt.whole(MOST_ROWS)))


def results_csv(rows: list[dict[str, Any]]) -> str:
    """Results as CSV: plain columns, seconds and bytes; no cell is a formula."""
    units = "seconds a call, bytes; ratios to the float64 reference"  # untranslated: a line of a file
    heads = (("source", SOURCE), ("units", units))
    return table_text(heads, COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in rows))


def results_json(rows: list[dict[str, Any]], compared: Sequence[Ratio]) -> str:
    """Results and their comparisons as one JSON document."""
    ratios = [{name: _cell(getattr(one, name)) for name in RATIO_COLUMNS} for one in compared]
    kept = [{name: _cell(row[name]) for name in COLUMNS} for row in rows]
    return json.dumps({"source": SOURCE, "results": kept, "comparisons": ratios}, indent=1)


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return exact(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
