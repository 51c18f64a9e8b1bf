"""The overview's newest speed ratios: TensorFlow's time over PyTorch's, each with its interval."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from dashboard import data, measured
from dashboard import format as fmt
from dashboard.analysis.shares import PAIR
from dashboard.analysis.speed import Ratio, between, headlines, machine_words, matched_first, newest, setting_words
from dashboard.charts.marks import ratio_mark, ratio_scale
from dashboard.sections import speed_form, speed_job
from dashboard.sections.frame import empty, theme
from dashboard.sections.verdicts import verdict_words
from dashboard.text import code, plain
from language.lists import anded, colon, semicolons, sentences
from language.words import _, _n

WIDTHS = (3.2, 3.7, 3.4)
SHOWN = 12
"""How many workloads are drawn: all that the sentence above counts, as long as a screen holds them."""


def head_to_head(ratios: Sequence[Ratio]) -> list[Ratio]:
    """The newest comparisons of the pair made here, matched settings first, the second's time over the first's."""
    here = [ratio for ratio in ratios if not ratio.imported]
    return sorted(matched_first(newest(between(here, *PAIR))), key=lambda found: not found.drawable)


def newest_ratios(found: Sequence[Ratio]) -> None:
    """Draw the newest comparisons, or say how to measure."""
    title, button = st.columns((5, 1), vertical_alignment="bottom")
    title.header(_("TensorFlow's time over PyTorch's"), anchor="speed")
    with button:
        form = speed_form.TO_THE_FORM
        st.page_link("views/speed.py", label=_("Measure here"), icon=":material/play_arrow:", query_params=form)
    running = bool(data.measuring())
    if running:
        speed_job.notice(first=not measured.heads())
    if not found:
        if not running:
            _nothing()
        return
    works = headlines(found)
    shown = works[:SHOWN]
    machines = semicolons(dict.fromkeys(machine_words(ratio.machine) for ratio in shown))
    said = _("latency of single calls · dot: ratio, bar: 95 % interval; right of *same*, TensorFlow takes longer")
    st.caption(f"{plain(machines)} · {measured_words(shown, datetime.now(UTC))} · {said}")
    with st.container(key="head-ratios"):
        st.columns(WIDTHS)[1].image(
            ratio_scale(theme()), alt=_("Scale from one eighth to eight times, on a logarithmic axis")
        )
    for index, ratio in enumerate(shown):
        with st.container(key=f"row-ratio-{index}"):
            _row(ratio)
    repeat = "framescope bench run " + " ".join(dict.fromkeys(ratio.workload for ratio in shown))
    rest = more_words(len(works) - len(shown), len(found) - len(works))
    st.caption(sentences((rest, _("Measured by Framescope itself: {command} repeats it.", command=code(repeat)))))


def measured_words(shown: Sequence[Ratio], now: datetime) -> str:
    """When comparisons were measured, as how long ago: one time, or the oldest and the newest where they differ."""
    times = [ratio.measured_at for ratio in shown if ratio.measured_at is not None]
    if not times:
        return _("measured at an unknown time")
    oldest, latest = fmt.ago(min(times), now), fmt.ago(max(times), now)
    if oldest == latest:
        return _("measured {when}", when=latest)
    return _("measured between {oldest} and {latest}", oldest=oldest, latest=latest)


def more_words(works: int, modes: int) -> str:
    """What is on the page Speed and not drawn here: other workloads, and other modes of the same."""
    said = [_n("{n} more workload", "{n} more workloads", works, n=fmt.words(works))] if works else []
    said += [_n("{n} comparison in another mode", "{n} comparisons in other modes", modes, n=modes)] if modes else []
    return _("On the page Speed: {more}.", more=anded(said)) if said else ""


def _nothing() -> None:
    compared = _("The two have not been compared here yet")
    empty(
        compared if measured.heads() else _("Nothing has been measured here yet"),
        _("A first comparison takes about a minute. Measure on the page Speed, or from the command line:"),
        "framescope bench run matmul lstm --seconds 40",
    )


def _row(ratio: Ratio) -> None:
    setting = setting_words(ratio)
    name, picture, words = st.columns(WIDTHS, vertical_alignment="center")
    with name.container(gap=None):
        result = {"run": str(ratio.run), "workload": ratio.workload, "size": ratio.size}
        st.page_link("views/speed.py", label=plain(f"{ratio.workload} {ratio.size}"), query_params=result)
        st.markdown(
            ":small[:gray["
            + _("{variant} over {baseline}", variant=plain(ratio.variant), baseline=plain(ratio.baseline))
            + f"{plain(f', {setting}' if setting else '')}]]"
        )
    said = verdict_words(ratio)
    picture.image(ratio_mark(ratio, theme()), alt=colon(ratio.workload, said).replace("~~", ""))
    words.markdown(said)
