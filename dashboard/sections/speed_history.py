"""The history of one result: its median over runs, the steps found in it, and the versions that changed."""

from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.charts.speed_history import stepped, version_changes
from dashboard.sections import figure, speed_controls, speed_figures
from dashboard.sections.frame import filtered_out
from dashboard.sections.speed_controls import Asked
from dashboard.text import plain

Row = dict[str, Any]


def shown(asked: Asked) -> None:
    """Draw the history of the key that is chosen, of the workloads that the filters let through."""
    works = sorted({key[0] for key in measured.known()})
    offered = {work: work for work in works if not asked.chosen.workloads or work in asked.chosen.workloads}
    if not offered:
        filtered_out("result")
        return
    st.header("The same measurement over time", anchor="history")
    wanted = speed_controls.value("of").partition(" ")[0]
    work = speed_controls.one_of("work", "Workload", offered, wanted if wanted in offered else next(iter(offered)))
    lines = _lines(measured.history(work), asked)
    if not lines:
        st.markdown("No result of it was right, or none passes the filters: there is no history to draw.")
        return
    told = {name: name for name in lines}
    rows = lines[speed_controls.one_of("line", "Result", told, max(lines, key=lambda name: len(lines[name])))]
    figure.draw(speed_figures.of_history(rows, _steps(rows)))


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


def _steps(rows: list[Row]) -> list[str]:
    """The steps and the changes of versions, each a line of Markdown; where there is no step, that."""
    found = []
    for number, row in enumerate(stepped(rows), 1):
        step = row["step"]
        whose = f"{step['label']}" if step.get("label") else "whose doing cannot be told"
        found.append(
            f"{fmt.circled(number)} run {row['run']}, {fmt.moment(row['measured_at'])}: "
            f"**{fmt.times(step['ratio'])}**, {plain(step['state'])}; {plain(whose)}. {plain(step.get('why') or '')}"
        )
    if not found:
        told = len(rows) > speed_figures.FEW
        found.append("No step was found." if told else f"Steps are looked for from {speed_figures.FEW + 1} runs on.")
    return found + [
        f"⚑ run {row['run']}, {fmt.moment(row['measured_at'])}: {plain(what)}" for row, what in version_changes(rows)
    ]
