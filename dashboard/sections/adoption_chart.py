"""The adoption page's chart with what belongs under it: breaks explained, source, licence, date."""

from datetime import date

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, Held, View
from dashboard.analysis.milestones import flags
from dashboard.charts.lines import LineSpec, line_chart
from dashboard.charts.look import CONFIG
from dashboard.sections import attribution
from dashboard.sections.frame import theme
from dashboard.text import plain

MOST_HELD = 6


def subtitle(view: View, catalog: Catalog) -> str:
    """Metric, unit, source and the newest day that a figure is of, in one line of Markdown."""
    last = newest_day(view.frame)
    parts = [
        plain(view.counted),
        plain(view.unit),
        f"source {plain(attribution.credit(catalog, view.source).title)}",
    ]
    if view.base is not None:
        parts.append(f"100 = {fmt.month(view.base)}")
    if last is not None:
        parts.append(f"last data {fmt.month(last)}, {fmt.age(last, data.today())}")
    return " · ".join(parts)


def newest_day(frame: pd.DataFrame) -> date | None:
    """The newest day that any figure is of; a period that is not over reaches no further than it was read."""
    have = frame[frame["value"].notna()]
    return have[["last", "as_of"]].min(axis=1).max().date() if len(have) else None


def chart(view: View, choice: Choice, catalog: Catalog, with_flags: bool) -> None:
    """Draw the lines."""
    names = {slug: system.name for slug, system in catalog.systems.items()}
    today, owed = data.today(), attribution.credit(catalog, view.source)
    spec = LineSpec(
        names=names,
        cuts=[c for c in view.cuts if choice.first_year <= c.when.year <= choice.last_year],
        flags=flags(catalog.milestones, choice.systems) if with_flags else (),
        log=choice.log and choice.mode != "share",
        theme=theme(),
        unit=view.unit,
        suffix=view.suffix,
        last=today if choice.last_year >= today.year else None,
        title=view.title,
        subtitle=f"{view.counted}, {view.unit} · {owed.title}, {owed.licence} · Framescope",
        order=choice.systems,
    )
    st.plotly_chart(
        line_chart(view.frame, spec),
        theme=None,
        config=CONFIG,
        key="adoption-lines",
        alt=f"{view.title}. The same figures are in the tab Table.",
    )


def foot(view: View, choice: Choice, catalog: Catalog) -> None:
    """Explain the numbered breaks, and say whose the figures are and when they were taken."""
    shown = [c for c in view.cuts if choice.first_year <= c.when.year <= choice.last_year]
    if shown:
        st.caption("  \n".join(f"{fmt.circled(c.index)} {fmt.day(c.when)}: {plain(_short(c.what))}" for c in shown))
        st.caption(
            "Lines are not joined across a break, and no growth is computed across one. "
            "The tab *Sources and breaks* says more of each."
        )
    names = ", ".join(plain(catalog.systems[slug].name) for slug in view.missing)
    if names:
        st.caption(f"Not in this source: {names}. Absent is not nought.")
    dropped = int(((view.frame["value"] <= 0) & view.frame["value"].notna()).sum()) if choice.log else 0
    if dropped:
        st.caption(f"{dropped} values of nought cannot be drawn on a logarithmic axis; the table has them.")
    st.caption(
        f"{plain(choice.metric.means)} {plain(choice.metric.not_means)} "
        "Hatched: no data. Dotted: period not over. ▽: at least. ◇ with a question mark: held back."
    )
    held_back(view, catalog)
    owed = attribution.credit(catalog, view.source)
    collected = attribution.fetched(view.frame, data.series(), choice.metric.slug, view.source)
    st.caption(f"Figures: {plain(owed.citation)} · {owed.markdown} · {attribution.when(owed, collected)}.")


def held_back(view: View, catalog: Catalog) -> None:
    """Say which figures are in doubt, why, and what that means for the rest."""
    if not view.held:
        return
    lines = [_held(one, catalog) for one in view.held[:MOST_HELD]]
    more = len(view.held) - len(lines)
    st.caption(
        "**Held back** until a later run or somebody confirms it: no share, growth or lead is made of it.  \n"
        + "  \n".join(lines)
        + (f"  \nand {more} more on the page Data." if more else "")
    )


def _held(one: Held, catalog: Catalog) -> str:
    who = plain(catalog.systems[one.system].name if one.system in catalog.systems else one.system)
    when = fmt.day(one.last) if one.start == one.last else fmt.month(one.start)
    return f"{who}, {when}{', counted without' if one.value is None else ':'} {plain(one.why)}"


def _short(what: str) -> str:
    """The first sentence of what a break is."""
    head, dot, _ = what.partition(". ")
    return head + dot.strip()
