"""Asking for a measurement: the form, what it costs, and who may."""

import uuid

import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard.text import plain
from db.errors import StoreError

DEFAULT = ("matmul", "lstm")
TOKEN = "speed.token"  # noqa: S105  # the name of a field, not what is typed into it
KEPT = "speed.token.kept"
KEY = "speed.key"


def form() -> None:
    """Draw the form; pressing Run puts the job's number into the address bar."""
    allowed, why = may_run()
    if not allowed:
        st.info(plain(why), icon=":material/lock:")
        st.text_input("Run token", type="password", key=TOKEN)
        return
    offered = {entry["workload"]: entry for entry in data.workloads()}
    with st.container(border=True, key="speed-form"):
        first, second, third = st.columns((3, 1.4, 2), vertical_alignment="bottom")
        chosen = first.multiselect(
            "Workloads",
            list(offered),
            default=[name for name in DEFAULT if name in offered] or list(offered)[:1],
            format_func=lambda name: offered[name].get("title") or name,
            key="speed.workloads",
        )
        size = second.selectbox("Size", ["default", *_sizes(offered, chosen)], key="speed.size")
        seconds = third.slider("Seconds to spend", 10, 300, 40, step=5, key="speed.seconds")
        variants = st.multiselect(
            "Variants", data.variants(), placeholder="All that are installed", key="speed.variants"
        )
        button, cost = st.columns((1, 4), vertical_alignment="center")
        pressed = button.button("Run", type="primary", disabled=not chosen, key="speed.run", width="stretch")
        cost.caption(cost_words(seconds, len(chosen)))
    if pressed:
        _request(chosen, variants, None if size == "default" else size, float(seconds))


def may_run() -> tuple[bool, str]:
    """Whether this visitor may start or cancel something, and if not, why.

    What was typed is kept apart from its field, whose value ends with it: an accepted token takes the field away.
    """
    if typed := st.session_state.get(TOKEN):
        st.session_state[KEPT] = typed
    return jobs.may_run(st.session_state.get(KEPT, ""))


def cost_words(seconds: float, workloads: int) -> str:
    """What a run will cost, before anything is started."""
    if workloads == 0:
        return "Choose at least one workload."
    each = seconds / workloads
    return (
        f"Measures for about {seconds:.0f} s, {each:.0f} s a workload; starting the frameworks and compiling "
        "come on top. This machine's processors are busy meanwhile: other work on it disturbs the figures."
    )


def _sizes(offered: dict[str, dict[str, object]], chosen: list[str]) -> list[str]:
    """The sizes that all chosen workloads have."""
    sizes = [list(offered[name]["sizes"]) for name in chosen]  # type: ignore[call-overload]  # names, or a table by name
    return [str(s) for s in sizes[0] if all(s in other for other in sizes)] if sizes else []


def _request(workloads: list[str], variants: list[str], size: str | None, seconds: float) -> None:
    try:
        number = jobs.request_benchmark(
            data.engine(),
            workloads=workloads,
            variants=variants,
            size=size,
            seconds=seconds,
            requested_by="site",
            key=st.session_state.setdefault(KEY, uuid.uuid4().hex),
        )
    except (StoreError, ValueError) as error:
        st.error(f"Nothing was started. {plain(error)}")
        return
    del st.session_state[KEY]  # the next press is another job
    st.query_params["job"] = str(number)
    st.rerun()
