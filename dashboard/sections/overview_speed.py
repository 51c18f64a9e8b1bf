"""The overview's newest speed ratios: TensorFlow's time over PyTorch's, each with its interval."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from dashboard import format as fmt
from dashboard.analysis.shares import PAIR
from dashboard.analysis.speed import Ratio, between, headlines, machine_words, newest
from dashboard.charts.marks import ratio_mark, ratio_scale
from dashboard.sections.frame import empty, theme
from dashboard.sections.verdicts import verdict_words
from dashboard.text import code, plain

WIDTHS = (3.2, 3.7, 3.4)
SHOWN = 6


def head_to_head(ratios: Sequence[Ratio]) -> list[Ratio]:
    """The newest comparisons of the pair, the second's time over the first's."""
    return sorted(newest(between(ratios, *PAIR)), key=lambda found: not found.drawable)


def newest_ratios(found: Sequence[Ratio]) -> None:
    """Draw the newest comparisons, or say how to measure."""
    title, button = st.columns((5, 1), vertical_alignment="bottom")
    title.subheader("TensorFlow's time over PyTorch's", anchor="speed")
    with button:
        st.page_link("views/speed.py", label="Measure here", icon=":material/play_arrow:")
    if not found:
        empty(
            "Nothing has been measured on this machine yet",
            "A first comparison takes about a minute. Measure on the page Speed, or from the command line:",
            "framescope bench run matmul lstm --seconds 40",
        )
        return
    latest = found[0]
    st.caption(
        f"{plain(machine_words(latest.machine))} · measured {fmt.ago(latest.measured_at, datetime.now(UTC))} · "
        "dot: ratio, bar: 95 % interval; right of *same*, TensorFlow takes longer"
    )
    with st.container(key="head-ratios"):
        _, scale, _ = st.columns(WIDTHS)
        scale.image(ratio_scale(theme()), alt="Scale from one eighth to eight times, on a logarithmic axis")
    shown = headlines(found)[:SHOWN]
    for index, ratio in enumerate(shown):
        with st.container(key=f"row-ratio-{index}"):
            _row(ratio)
    rest = f"{len(found) - len(shown)} more, in other modes, on the page Speed. " if len(found) > len(shown) else ""
    repeat = "framescope bench run " + " ".join(dict.fromkeys(ratio.workload for ratio in shown))
    st.caption(f"{rest}Measured by Framescope itself: {code(repeat)} repeats it.")


def _row(ratio: Ratio) -> None:
    name, picture, words = st.columns(WIDTHS, vertical_alignment="center")
    name.markdown(
        f"**{plain(ratio.workload)}** {plain(ratio.size)}  \n"
        f":small[:gray[{plain(ratio.variant)} over {plain(ratio.baseline)}]]"
    )
    said = verdict_words(ratio)
    picture.image(ratio_mark(ratio, theme()), alt=f"{ratio.workload}: {said}".replace("~~", ""))
    words.markdown(said)
