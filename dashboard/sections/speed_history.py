"""The history of one result: its median over runs, the steps found in it, and the versions that changed."""

from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.analysis.speed import machine_words
from dashboard.charts.look import CONFIG
from dashboard.charts.speed_history import history_chart, stepped, version_changes
from dashboard.sections import speed_controls
from dashboard.sections.frame import theme
from dashboard.sections.speed_controls import Asked
from dashboard.text import plain

Row = dict[str, Any]
FEW = 4


def shown(asked: Asked) -> None:
    """Draw the history of the key that is chosen, of the workloads that the filters let through."""
    works = sorted({key[0] for key in measured.known()})
    offered = {work: work for work in works if not asked.chosen.workloads or work in asked.chosen.workloads}
    if not offered:
        st.markdown("No result passes the filters. Take one of them away to see more.")
        return
    st.subheader("The same measurement over time", anchor="history")
    wanted = speed_controls.value("of").partition(" ")[0]
    work = speed_controls.one_of("work", "Workload", offered, wanted if wanted in offered else next(iter(offered)))
    lines = _lines(measured.history(work), asked)
    if not lines:
        st.markdown("No result of it was right, or none passes the filters: there is no history to draw.")
        return
    told = {name: name for name in lines}
    rows = lines[speed_controls.one_of("line", "Result", told, max(lines, key=lambda name: len(lines[name])))]
    st.caption(_head(rows))
    st.plotly_chart(
        history_chart(rows, theme()),
        theme=None,
        config=CONFIG,
        key="speed-history",
        alt="Median time of a call over runs; steps and new versions are listed below.",
    )
    _steps(rows)


def _lines(rows: list[Row], asked: Asked) -> dict[str, list[Row]]:
    """Each key with its right results, oldest first; the filters of size, variant, device and preset count."""
    one, lines = asked.chosen, dict[str, list[Row]]()
    wanted = {"size": one.sizes, "variant": one.variants, "device": one.devices, "preset": one.presets}
    for row in reversed(rows):
        right = row["status"] == "ok" and (row["latency_s"] or {}).get("median") and row["measured_at"] is not None
        if not right or any(values and row[name] not in values for name, values in wanted.items()):
            continue
        origin = ", imported" if row["imported"] else ""
        words = (
            f"{row['variant']} {row['size']} · {row['device']}, {row['preset']} · machine {row['key']['machine'][:6]}"
        )
        lines.setdefault(words + origin, []).append(row)
    return {
        name: sorted(held, key=lambda row: (row["measured_at"], row["run"])) for name, held in sorted(lines.items())
    }


def _head(rows: list[Row]) -> str:
    head = next((one for one in measured.heads() if one.run == rows[-1]["run"]), None)
    machine = f"{plain(machine_words(head.machine))} · " if head else ""
    few = f" Steps are looked for from {FEW + 1} runs on." if len(rows) <= FEW else ""
    return f"{machine}{fmt.count(len(rows), 'run')} · dot: median, bar: 95 % interval, seconds a call.{few}"


def _steps(rows: list[Row]) -> None:
    for number, row in enumerate(stepped(rows), 1):
        step = row["step"]
        whose = f"{step['label']}" if step.get("label") else "whose doing cannot be told"
        st.markdown(
            f"{fmt.circled(number)} run {row['run']}, {fmt.moment(row['measured_at'])}: "
            f"**{fmt.times(step['ratio'])}**, {plain(step['state'])}; {plain(whose)}. "
            f":gray[{plain(step.get('why') or '')}]"
        )
    for row, what in version_changes(rows):
        st.markdown(f"⚑ run {row['run']}, {fmt.moment(row['measured_at'])}: {plain(what)}")
    if not stepped(rows):
        st.caption("No step was found." if len(rows) > FEW else "Too few runs for a step to be told from noise.")
