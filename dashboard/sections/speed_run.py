"""Asking for a measurement: the form, what it costs, and who may."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard.analysis.run_words import told as of_run
from dashboard.sections import speed_form as fields
from dashboard.sections import who_may
from dashboard.sections.above import hints
from dashboard.text import plain
from db.errors import StoreError
from language.lists import commas
from language.words import N_, _

KEY = "speed.key"
ASK = N_("Measure here")
EVERYTHING = N_("Everything, small")


def form(*, first: bool) -> None:
    """Draw what asks for a measurement, or who may, behind one line.

    Open for the ``first`` measurement, and for who came by a link that asks for one or fills it in.
    """
    with st.expander(_(ASK), icon=":material/play_arrow:", expanded=fields.is_open(first=first)):
        if who_may.gate():
            _form()


def _form() -> None:
    """The form itself; pressing Run puts the job's number into the address bar."""
    offered = {str(entry["workload"]): entry for entry in data.workloads()}
    names = sorted(
        offered,
        key=lambda name: list(dict.fromkeys(e["category"] for e in offered.values())).index(offered[name]["category"]),
    )
    devices = {str(row["device"]): row for row in data.devices() if row.get("available", True)}
    sizes = list(dict.fromkeys(size for entry in offered.values() for size in entry["sizes"]))
    states = {str(row["variant"]): row for row in data.variant_rows()}
    fields.take({"workloads": names, "variants": list(states), "size": [fields.OWN, *sizes], "device": list(devices)})
    with st.container(key="speed-form"):
        _quick(names)
        chosen = _fields(offered, names, devices)
        hints(fields.settle(chosen, names))
        pressed = _run_and_cost(chosen, data.variant_rows(str(chosen["device"]).partition(":")[0]))
    if pressed:
        _request(chosen)


def variant_label(row: Mapping[str, Any]) -> str:
    """A variant in the list of choices: its name, and where it cannot run here, that."""
    return str(row["variant"]) if row["available"] else _("{variant} (not here)", variant=row["variant"])


def _quick(names: Sequence[str]) -> None:
    row = st.container(horizontal=True, gap="small", vertical_alignment="center", key="speed-quick")
    row.markdown(_("Which is faster for …"), width="content")
    for label in (*fields.QUICK, EVERYTHING):
        row.button(_(label), on_click=fields.quick(label, names), key=f"speed-quick-{label}")


def _fields(
    offered: Mapping[str, Mapping[str, Any]], names: Sequence[str], devices: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    first, second = st.columns((3, 1), vertical_alignment="bottom")
    chosen: dict[str, Any] = {
        "workloads": first.multiselect(
            _("Workloads"),
            names,
            format_func=lambda name: f"{_(offered[name].get('title') or name)} · {_(offered[name]['category'])}",
            key=fields.key("workloads"),
        )
    }
    sizes = [fields.OWN, *_sizes(offered, chosen["workloads"])]
    if st.session_state[fields.key("size")] not in sizes:
        st.session_state[fields.key("size")] = fields.OWN
    chosen["size"] = second.selectbox(_("Size"), sizes, key=fields.key("size"))
    first, second = st.columns((3, 1), vertical_alignment="bottom")
    device = st.session_state[fields.key("device")]
    states = {str(row["variant"]): row for row in data.variant_rows(str(device).partition(":")[0])}
    chosen["variants"] = first.multiselect(
        _("Variants"),
        list(states),
        format_func=lambda name: variant_label(states[name]),
        placeholder=_("All that can run here"),
        key=fields.key("variants"),
    )
    chosen["device"] = second.selectbox(
        _("Device"), list(devices), format_func=lambda name: _device(devices[name]), key=fields.key("device")
    )
    first, second, third, fourth = st.columns((3, 3, 1, 1), vertical_alignment="bottom")
    chosen["preset"] = first.selectbox(
        _("Preset"),
        list(fields.PRESETS),
        format_func=lambda name: _(fields.PRESETS[name]),
        key=fields.key("preset"),
        help=_(fields.PRESET_HELP),
    )
    chosen["cache"] = second.selectbox(
        _("Processor cache"),
        list(fields.CACHES),
        format_func=lambda name: _(fields.CACHES[name]),
        key=fields.key("cache"),
        help=_(fields.CACHE_HELP),
    )
    least, most = fields.PROCESSES[:2]
    chosen["processes"] = third.number_input(
        _("Processes"),
        least,
        most,
        key=fields.key("processes"),
        help=_("Fresh processes of each variant, since processes differ: fewer if time is short, more if they differ."),
    )
    least, most = fields.SECONDS[:2]
    chosen["seconds"] = fourth.number_input(
        _("Seconds"), least, most, step=10, key=fields.key("seconds"), help=_("For measuring, shared by the workloads.")
    )
    return chosen


def _run_and_cost(chosen: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> bool:
    """Draw the button beside what the run costs, or why it cannot be; gives whether it was pressed."""
    here = [str(row["variant"]) for row in states if row["available"]]
    wanted = chosen["variants"] or here
    runnable = [name for name in wanted if name in here]
    cost = data.cost(
        tuple(chosen["workloads"]),
        tuple(runnable),
        None if chosen["size"] == fields.OWN else str(chosen["size"]),
        str(chosen["device"]),
        float(chosen["seconds"]),
        int(chosen["processes"]),
    )
    refused = of_run(cost["refusal"])
    if chosen["workloads"] and not runnable:
        refused = _("None of the chosen variants can run here; see why below.")
    button, told = st.columns((1, 5), vertical_alignment="center")
    usable = bool(chosen["workloads"]) and not refused
    pressed = button.button(_("Run"), type="primary", disabled=not usable, key="speed.run", width="stretch")
    with told.container(key="speed-cost"):
        if refused:
            st.markdown(f":material/block: {_('**This cannot run.** {why}', why=plain(refused))}")
        else:
            st.caption(plain(cost["words"]))
    absent = [row for row in states if not row["available"]]
    if absent:
        names = commas([str(row["variant"]) for row in absent])
        with st.expander(_("Not here: {variants}", variants=names)):
            said = [(plain(row["variant"]), plain(of_run(row["why_not"] or ""))) for row in absent]
            st.markdown("\n".join(f"- {_('{state}: {why}', state=variant, why=why)}" for variant, why in said))
    return pressed


def _sizes(offered: Mapping[str, Mapping[str, Any]], chosen: Sequence[str]) -> list[str]:
    """The sizes that all chosen workloads have."""
    sizes = [list(offered[name]["sizes"]) for name in chosen]
    return [str(s) for s in sizes[0] if all(s in other for other in sizes)] if sizes else []


def _device(row: Mapping[str, Any]) -> str:
    return f"{row['device']} ({of_run(row['name'])})" if row.get("name") else str(row["device"])


def _request(chosen: Mapping[str, Any]) -> None:
    asked = dict(chosen) | {"size": None if chosen["size"] == fields.OWN else chosen["size"]}
    try:
        number = jobs.request_benchmark(
            data.engine(),
            requested_by=visiting.visitor(),
            key=st.session_state.setdefault(KEY, uuid.uuid4().hex),
            **asked,
        )
    except (StoreError, ValueError) as error:
        st.error(_("Nothing was started. {why}", why=plain(of_run(str(error)))))
        return
    del st.session_state[KEY]  # the next press is another job
    st.query_params["job"] = str(number)
    st.rerun()
