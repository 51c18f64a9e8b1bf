"""The history of one result: its median over runs, the steps found in it, and the versions that changed."""

from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard import measured
from dashboard.analysis.run_words import told as of_run
from dashboard.charts.speed_history import stepped, version_changes
from dashboard.sections import figure, speed_controls, speed_figures
from dashboard.sections.frame import filtered_out
from dashboard.sections.speed_controls import Asked
from dashboard.text import plain
from language.catalogues import SOURCE
from language.words import _, speaking

Row = dict[str, Any]


def shown(asked: Asked) -> None:
    """Draw the history of the key that is chosen, of the workloads that the filters let through."""
    works = sorted({key[0] for key in measured.known()})
    offered = {work: work for work in works if not asked.chosen.workloads or work in asked.chosen.workloads}
    if not offered:
        filtered_out(_("result"))
        return
    st.header(_("The same measurement over time"), anchor="history")
    wanted = speed_controls.value("of").partition(" ")[0]
    work = speed_controls.one_of("work", _("Workload"), offered, wanted if wanted in offered else next(iter(offered)))
    lines = _lines(measured.history(work), asked)
    if not lines:
        st.markdown(_("No result of it was right, or none passes the filters: there is no history to draw."))
        return
    told = {name: _key_words(held[0]) for name, held in lines.items()}
    rows = lines[speed_controls.one_of("line", _("Result"), told, max(lines, key=lambda name: len(lines[name])))]
    figure.draw(speed_figures.of_history(rows, _steps(rows)))


def _lines(rows: list[Row], asked: Asked) -> dict[str, list[Row]]:
    """Each key with its right results, oldest first; the filters of size, variant, device and preset count."""
    one, lines = asked.chosen, dict[str, list[Row]]()
    wanted = {"size": one.sizes, "variant": one.variants, "device": one.devices, "preset": one.presets}
    for row in reversed(rows):
        right = row["status"] == "ok" and (row["latency_s"] or {}).get("median") and row["measured_at"] is not None
        right = right and (asked.until is None or row["run"] <= asked.until)
        if not right or any(values and row[name] not in values for name, values in wanted.items()):
            continue
        with speaking(SOURCE):  # the address holds it
            name = _key_words(row)
        lines.setdefault(name, []).append(row)
    return {
        name: sorted(held, key=lambda row: (row["measured_at"], row["run"])) for name, held in sorted(lines.items())
    }


def _key_words(row: Row) -> str:
    """What a line of results is of, in words."""
    told = {name: row[name] for name in ("variant", "size", "device", "preset")} | {"id": row["key"]["machine"][:6]}
    if row["imported"]:
        return _("{variant} {size} · {device}, {preset} · machine {id}, imported", **told)
    return _("{variant} {size} · {device}, {preset} · machine {id}", **told)


def _steps(rows: list[Row]) -> list[str]:
    """The steps and the changes of versions, each a line of Markdown; where there is no step, that."""
    found = []
    for number, row in enumerate(stepped(rows), 1):
        step = row["step"]
        whose = of_run(str(step["label"])) if step.get("label") else _("whose doing cannot be told")
        found.append(
            _(
                "{sign} run {run}, {moment}: **{times}**, {state}; {whose}. {why}",
                sign=fmt.circled(number),
                run=row["run"],
                moment=fmt.moment(row["measured_at"]),
                times=fmt.times(step["ratio"]),
                state=plain(of_run(step["state"])),
                whose=plain(whose),
                why=plain(of_run(step.get("why") or "")),
            )
        )
    if not found:
        told = len(rows) > speed_figures.FEW
        few = _("Steps are looked for from {n} runs on.", n=speed_figures.FEW + 1)
        found.append(_("No step was found.") if told else few)
    return found + [
        _("⚑ run {run}, {moment}: {what}", run=row["run"], moment=fmt.moment(row["measured_at"]), what=plain(what))
        for row, what in version_changes(rows)
    ]
