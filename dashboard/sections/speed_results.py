"""What was measured: ratios, the table behind them, passports and raw samples; one run at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.speed import Ratio, machine_words
from dashboard.charts.look import CONFIG
from dashboard.charts.ratios import ratio_chart, samples_chart
from dashboard.sections.frame import empty, theme
from dashboard.sections.verdicts import verdict_words
from dashboard.text import code, plain

Result = dict[str, Any]
CEILING = (
    "Share of the machine's measured ceiling that the throughput reaches: many calls in a row, waited for once. "
    "It does not follow from the median beside it, which waits after every call."
)

IMPORTED = (
    "Imported: this run was measured on another machine, the one named below. "
    "Its ratios can be held against those measured here; its times cannot."
)


def open_question(results: Sequence[Result], pair: Sequence[Ratio] = ()) -> str:
    """What the page is headed by while no comparison of PyTorch and TensorFlow (``pair``) came to a verdict here."""
    if pair:
        whys = list(dict.fromkeys(row.why for row in pair if row.why))
        because = f": {whys[0]}" if len(whys) == 1 else ", for the reasons below" if whys else ""
        return f"PyTorch and TensorFlow were measured on this machine but could not be compared{because}."
    if any(not row.get("imported") for row in results):
        return "PyTorch and TensorFlow have not been compared on this machine yet."
    return "Which is faster on this machine? Nothing is measured yet."


def shown(results: Sequence[Result], ratios: Sequence[Ratio]) -> None:
    """Draw one run, the newest unless another is chosen."""
    if not results and data.measuring():
        st.caption("The first results appear here when the measurement above has ended.")
        return
    if not results:
        empty(
            "Nothing has been measured here yet",
            "Press Run above; a first comparison takes about a minute. From the command line the same is:",
            "framescope bench run matmul lstm --seconds 40",
        )
        return
    runs = list(dict.fromkeys(row["run"] for row in results))
    run = runs[0] if len(runs) == 1 else _chosen(runs, results)
    mine = [row for row in results if row["run"] == run]
    compared = [row for row in ratios if row.run == run]
    _ratios(compared, mine)
    _table(mine)
    _passports(mine)
    _samples(mine)


def _chosen(runs: Sequence[int], results: Sequence[Result]) -> int:
    when = {row["run"]: row["measured_at"] for row in results}
    work = {run: ", ".join(sorted({row["workload"] for row in results if row["run"] == run})) for run in runs}
    elsewhere = {row["run"] for row in results if row.get("imported")}

    def told(run: int) -> str:
        return f"{run} · {fmt.moment(when[run])} · {work[run]}{' · another machine' if run in elsewhere else ''}"

    if st.session_state.get("speed.shown") not in runs or st.session_state.get("speed.newest") != runs[0]:
        st.session_state["speed.shown"] = st.session_state["speed.newest"] = runs[0]
    return int(st.selectbox("Run", runs, format_func=told, key="speed.shown"))


def _ratios(compared: Sequence[Ratio], mine: Sequence[Result]) -> None:
    st.subheader("Time over the baseline's time", anchor="ratios")
    measured = mine[0]["measured_at"]
    machine = machine_words(mine[0].get("machine") or {})
    if mine[0].get("imported"):
        st.info(IMPORTED, icon=":material/input:")
    st.caption(
        f"{plain(machine)} · {plain(mine[0]['preset'])} preset, {plain(mine[0]['device'])} · measured "
        f"{fmt.ago(measured, datetime.now(UTC))} · dot: ratio, bar: 95 % interval · left of *same* is faster"
    )
    drawn = sorted(compared, key=lambda row: (row.workload, row.size, not row.drawable, row.ratio or 0))
    good = [row for row in drawn if row.drawable]
    if good:
        st.plotly_chart(
            ratio_chart(good, theme()),
            theme=None,
            config=CONFIG,
            key="speed-ratios",
            alt="Ratios of times with their intervals; the same figures are in the table below.",
        )
    elif not compared:
        st.markdown("This run has no comparison: a ratio needs two variants that were right.")
    for row in drawn:
        if not row.drawable:
            name = f"**{plain(row.workload)}** {plain(row.size)}, {plain(row.variant)} over {plain(row.baseline)}"
            st.markdown(f"{name}: {verdict_words(row)}")
    workloads = " ".join(dict.fromkeys(row["workload"] for row in mine))
    st.caption(
        f"Source: measured by Framescope, run {mine[0]['run']}, {fmt.moment(measured)}; your own figures, under no "
        f"licence but yours. {code('framescope bench run ' + workloads)} repeats it."
    )


def _table(mine: Sequence[Result]) -> None:
    st.subheader("Every variant", anchor="variants")
    frame = pd.DataFrame([_row(row) for row in mine])
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(format=pattern)
        for name, pattern in {
            "median ms": "%.3f",
            "low": "%.3f",
            "high": "%.3f",
            "first call s": "%.2f",
            "error": "%.1e",
            "tolerance": "%.1e",
            "memory MiB": "%.0f",
        }.items()
    }
    config["of ceiling %"] = st.column_config.NumberColumn(format="%.0f", help=CEILING)
    st.dataframe(
        frame, hide_index=True, column_config=config, placeholder="—", alt="Times, errors and memory of every variant"
    )
    st.caption(
        "Median time of a call with its 95 % interval; the first call, with compiling, apart. Error: relative to the "
        "float64 reference. A variant above its tolerance is wrong and has no time; a dash is no value."
    )


def _row(row: Result) -> Result:
    ok = row["status"] == "ok"
    latency = (row.get("latency_s") or {}) if ok else {}
    peak, share = row.get("peak_bytes"), row.get("share_of_ceiling")
    return {
        "workload": row["workload"],
        "size": row["size"],
        "variant": row["variant"],
        "state": row["status"] if ok else f"{row['status']}: {row.get('message') or ''}",
        "median ms": _scaled(latency.get("median"), 1e3),
        "low": _scaled(latency.get("low"), 1e3),
        "high": _scaled(latency.get("high"), 1e3),
        "first call s": _scaled(row.get("first_call_s") if ok else None, 1),
        "error": _scaled(row.get("relative_error"), 1),
        "tolerance": _scaled(row.get("tolerance"), 1),
        "memory MiB": _scaled(peak, 1 / 2**20),
        "of ceiling %": _scaled(share if ok else None, 100),
    }


def _scaled(value: float | None, factor: float) -> float | None:
    """A number times a factor; None for what is no number, so that no cell can show NaN or a nought nobody measured."""
    return value * factor if value is not None and fmt.known(value) else None


def _passports(mine: Sequence[Result]) -> None:
    with st.expander("Passports: what was in force"):
        columns = {f"{row['variant']} ({row['workload']})": _flat(row.get("passport") or {}) for row in mine}
        keys = list(dict.fromkeys(key for facts in columns.values() for key in facts))
        frame = pd.DataFrame(
            {name: [facts.get(key, "") for key in keys] for name, facts in columns.items()}, index=keys
        )
        st.dataframe(frame, alt="Versions, threads, precision and what else was in force, by variant")
        st.caption("Settings as they were resolved, not as they were asked for. An empty cell: not reported.")


def _flat(facts: dict[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in facts.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = "" if value is None else str(value)
    return flat


def _samples(mine: Sequence[Result]) -> None:
    with st.expander("Raw samples"):
        names = {row["result"]: f"{row['workload']} {row['size']}, {row['variant']}" for row in mine}
        chosen = st.selectbox("Result", list(names), format_func=names.__getitem__, key="speed.samples")
        found = data.samples(int(chosen)) if chosen is not None else None
        variant = next((row["variant"] for row in mine if row["result"] == chosen), "")
        if not found or not any(found.get(name) for name in ("latency", "throughput")):
            st.markdown("No samples were kept of this one: it was not measured to the end.")
            return
        st.plotly_chart(
            samples_chart(found, variant, theme()),
            theme=None,
            config=CONFIG,
            key="speed-sample-chart",
            alt="Time of every round",
        )
        st.caption("Seconds a call, round by round. Latency waits after every call, throughput once after many.")
