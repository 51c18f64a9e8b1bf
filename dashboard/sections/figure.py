"""The one way a chart stands on a page: finding, chart, table, sources, downloads, a link to it, and its receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
import pandas as pd
import plotly.graph_objects as go
import pyarrow as pa
import streamlit as st

from dashboard.charts.first_picture import first_picture
from dashboard.charts.look import CONFIG
from dashboard.charts.printed import NAME, add_signature, addressed, seen_px
from dashboard.sections import figure_files, links, points
from dashboard.sections.attribution import Credit
from dashboard.sections.first_sight import stand_in
from dashboard.sections.frame import DRAWN, POINTS, embedded, table_px, theme
from dashboard.text import bare, plain
from language.lists import clauses, semicolons, sentences
from language.words import _

PICTURE = {"format": "png", "scale": 2, "width": 1200}
TABLE_HEIGHT = 430


@dataclass(frozen=True)
class Figure:
    """A chart with all that belongs to it; texts are plain unless they are said to be Markdown.

    ``title`` says the finding, ``subtitle`` (Markdown) metric, unit and source, ``notes`` are Markdown lines under the
    chart, ``breaks`` what its numbered rules mean, in plain words for a picture of it; ``collected`` says when the
    figures were taken and ``old`` why they may no longer hold. ``of`` (plain) is what the page says above the figure, a
    situation or a claim: a picture and a frame, which stand alone, say it themselves.

    ``points`` names what each row of ``table`` shows; the
    picture's points carry the same names as ``customdata``, and ``receipt`` draws what lies behind the one that is
    open. ``sources`` is Markdown or draws the tab; ``rows`` makes the rows of the files,
    when somebody asks for one. ``conditions`` (Markdown) is what the page says beside the figure and a frame in
    another page says itself; ``opens`` (Markdown) what a click opens, which in a frame none does. ``ready``, ``arrow``
    and ``first`` are `written_out`'s.
    """

    key: str
    title: str
    subtitle: str
    picture: go.Figure
    table: pd.DataFrame
    rows: Callable[[], figure_files.Rows]
    credits: Sequence[Credit] = ()
    collected: str = ""
    old: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    breaks: Sequence[str] = ()
    about: Mapping[str, object] = field(default_factory=dict)
    sources: Callable[[], None] | str | None = None
    points: Sequence[str] = ()
    receipt: Callable[[str], None] | None = None
    ready: bool = False
    arrow: pa.Table | None = None
    first: str = ""
    headed: bool = True
    alt: str = ""
    conditions: str = ""
    opens: str = ""
    of: str = ""


def draw(figure: Figure) -> None:
    """Draw a figure with its tabs; embedded, its chart, its source and a link alone, and only if it is asked for."""
    wanted = links.wanted_figure()
    if embedded() and wanted and wanted != figure.key:
        return
    st.session_state.setdefault(DRAWN, []).append(figure.key)
    st.session_state.setdefault(POINTS, []).extend(figure.points if figure.receipt is not None else ())
    with st.container(key=f"figure-{figure.key}"):
        if figure.headed or embedded():
            st.header(plain(figure.title), anchor=figure.key)
        if figure.subtitle:
            st.caption(_above(figure) if embedded() else figure.subtitle)
        if figure.old:
            st.caption(f":yellow[⚠ {plain(figure.old)}]")
        if embedded():
            _chart(figure)
            _owed(figure)  # ahead of the notes, which may be long: whose figures they are is read without scrolling
            links.back()
            _noted(figure)
            return
        names = [_("Chart"), _("Table"), _("Sources")]
        chart, table, sources = st.tabs(names, key=f"{figure.key}-tabs", on_change="rerun")
        with chart:
            _chart(figure)
            _noted(figure)
            _owed(figure)
        if table.open:
            with table:
                _table(figure)
        if sources.open:
            with sources:
                _sources(figure)
        if figure.receipt is not None and (name := points.asked_of(figure.points)):
            figure.receipt(name)
        _files(figure)


def _above(figure: Figure) -> str:
    """What stands under the title of a figure in a frame, where no page says what it is of."""
    return " · ".join(filter(None, [plain(figure.of), figure.subtitle, figure.conditions]))


def written_out(figure: Figure) -> Figure:
    """The figure as a cache keeps it for all visitors: signed, and its chart and table once written out.

    Every run writes both out and changes nothing: Plotly's copy of the chart is half of such a run, Arrow's a tenth.
    """
    picture = signed(figure)
    told = orjson.loads(picture.to_json())
    picture.to_dict = lambda: told
    return replace(figure, ready=True, arrow=pa.Table.from_pandas(figure.table), first=first_picture(told))


def signed(figure: Figure) -> go.Figure:
    """The picture with its title, and whose figures it shows, inside, so that a downloaded one says it too."""
    named = any(one.name == NAME for one in figure.picture.layout.annotations)
    if not named:
        owed = semicolons(dict.fromkeys(clauses((one.title, _(one.licence))) for one in figure.credits))
        counted = str((figure.picture.layout.meta or {}).get("subtitle") or bare(figure.subtitle))
        parts = (figure.of, counted, owed, figure.collected, "Framescope")
        add_signature(figure.picture, figure.title, " · ".join(filter(None, parts)), theme(), figure.breaks)
    return figure.picture


def _chart(figure: Figure) -> None:
    told = (figure.picture if figure.ready else signed(figure)).to_dict()
    picture = addressed(told, links.printed())
    # the small print makes the picture taller than what the page shows, and a file of it has to be as tall
    options = PICTURE | {"filename": figure.key, "height": picture.to_dict()["layout"]["height"]}
    config = CONFIG | {"displayModeBar": not embedded(), "toImageButtonOptions": options}
    words = figure.alt or sentences((figure.title, _("The same figures are in the tab Table.")))
    draw_it = partial(_drawn, figure, picture, config, words)
    with st.container(key=f"drawn-{figure.key}", height=seen_px(told["layout"]), border=False):
        if figure.first:
            stand_in(figure.first, draw_it)
        else:
            draw_it()


def _drawn(figure: Figure, picture: go.Figure, config: dict[str, Any], words: str) -> None:
    key = f"{figure.key}-chart"
    if figure.receipt is None or embedded():
        st.plotly_chart(picture, theme=None, config=config, key=key, alt=words)
        return

    def chosen() -> None:
        names = [_name(point) for point in st.session_state[key]["selection"]["points"]]
        if any(names):
            points.open_point(next(filter(None, names)))

    st.plotly_chart(picture, theme=None, config=config, key=key, alt=words, on_select=chosen, selection_mode="points")


def _name(point: Mapping[str, Any]) -> str:
    """The name a picture's point carries; Plotly gives it alone or as the first of a list."""
    carried = point.get("customdata") or ""
    return str(carried[0] if isinstance(carried, list) and carried else carried or "")


def _table(figure: Figure) -> None:
    more: dict[str, Any] = {}
    key = f"{figure.key}-table"
    if figure.receipt is not None:

        def chosen() -> None:
            rows = st.session_state[key]["selection"]["rows"]
            if rows and rows[0] < len(figure.points):
                points.open_point(figure.points[rows[0]])

        more = {"on_select": chosen, "selection_mode": "single-row"}
    height = table_px(len(figure.table), TABLE_HEIGHT)
    table = figure.table if figure.arrow is None else figure.arrow
    st.dataframe(
        table, hide_index=True, column_config=dict(figure.columns), height=height, placeholder="—",
        alt=figure.title, key=key, **more,
    )  # fmt: skip
    said = [_("A dash is no value, never nought.")]
    if figure.receipt is not None:
        said.append(_("A row that is chosen, by keyboard with Shift and the space bar, opens its receipts."))
    st.caption(sentences(said))


def _sources(figure: Figure) -> None:
    if isinstance(figure.sources, str):
        st.markdown(figure.sources)
        return
    if figure.sources is not None:
        figure.sources()
        return
    for one in figure.credits:
        st.markdown(f"{one.markdown}  \n{plain(_(one.citation))}")


def _noted(figure: Figure) -> None:
    said = [*figure.notes, "" if embedded() else figure.opens]
    if any(said):
        st.caption("\n\n".join(filter(None, said)))


def _owed(figure: Figure) -> None:
    if figure.credits:
        every = list(dict.fromkeys(one.markdown for one in figure.credits))
        st.caption(_("Figures: {sources}.", sources=" · ".join(filter(None, [*every, plain(figure.collected)]))))


def frame_px(figure: Figure) -> int:
    """How high a frame in another page has to be for the figure, its source and its licence to be seen in it."""
    owed = (clauses((one.title, _(one.licence))) for one in figure.credits)
    foot = " · ".join([_("Figures: {sources}.", sources=""), *owed, figure.collected])
    told = (_above(figure), figure.old, foot)
    return links.frame_px(figure.title, seen_px(signed(figure).layout.to_plotly_json()), told)


def _files(figure: Figure) -> None:
    """The files, made when they are asked for, and the link; PNG is made by the chart itself, in the browser."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"files-{figure.key}")
    link = links.permalink()  # when a file is asked for there is no page any more that could tell its address
    for kind, mime, made in (
        ("CSV", "text/csv", figure_files.csv_of),
        ("JSON", "application/json", figure_files.json_of),
    ):
        row.download_button(
            _("Download {kind}", kind=kind),
            partial(made, figure, link),
            file_name=f"{figure.key}.{kind.lower()}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"{figure.key}-{kind.lower()}",
        )
    with row:
        links.shown(figure.key, link, frame_px(figure))
