"""The releases over time: chart, table and sources."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data, living
from dashboard import format as fmt
from dashboard.analysis.lanes import Lane, lanes, majors, seen_on
from dashboard.charts.look import CONFIG
from dashboard.charts.timeline import timeline
from dashboard.sections import attribution, ecosystem_controls
from dashboard.sections.downloads import table_text
from dashboard.sections.frame import empty, theme
from dashboard.text import plain

MOST = 16
COLUMNS = ("system", "package", "version", "released", "source", "receipt")


def draw(catalog: Catalog) -> None:
    """The lanes of the systems chosen; without a choice those of the frameworks."""
    picked = ecosystem_controls.chosen("system", "Systems", catalog, "The frameworks")
    wanted = picked or [
        slug for slug, system in catalog.systems.items() if system.role == "framework" or slug == "keras"
    ]
    found = living.releases()
    every = [lanes(found, catalog.systems[slug]) for slug in wanted]
    best = [tracks[0] for tracks in every if tracks][:MOST]
    if not best:
        empty("No release is known of these", "The package index tells of them:", "framescope collect package_index")
        return
    st.subheader(plain(finding(best, catalog)), anchor="releases")
    chart, table, sources = st.tabs(["Chart", "Table", "Sources"])
    names = {slug: system.name for slug, system in catalog.systems.items()}
    with chart:
        st.plotly_chart(
            timeline(best, names, data.today(), theme(), finding(best, catalog)),
            theme=None,
            config=CONFIG,
            key="ecosystem-timeline",
            alt=f"{finding(best, catalog)} The same releases are in the tab Table.",
        )
        _foot(best, [slug for slug, tracks in zip(wanted, every, strict=True) if not tracks], catalog)
    with table:
        _table(best)
    with sources:
        _sources(best, catalog)


def finding(best: Sequence[Lane], catalog: Catalog) -> str:
    """Which of the lanes was released last."""
    newest = max(best, key=lambda lane: lane.newest.released)
    name = catalog.systems[newest.system].name
    return f"Last released: {name} {newest.newest.version}, {fmt.day(newest.newest.released)}."


def _foot(best: Sequence[Lane], without: Sequence[str], catalog: Catalog) -> None:
    st.caption(
        "A tick is a stable release of the package or repository named, a sign with a number the first of a major "
        f"version. At most {MOST} lanes."
    )
    if without:
        names = ", ".join(plain(catalog.systems[slug].name) for slug in without)
        st.caption(f"No dated release is known of: {names}. Absent is not nought.")
    owed = dict.fromkeys(lane.source for lane in best)
    st.caption("Figures: " + attribution.line(attribution.credit(catalog, source) for source in owed) + ".")


def _table(best: Sequence[Lane]) -> None:
    rows = [
        (one.system, one.package, one.version, one.released, one.source, one.receipt)
        for lane in best
        for one in reversed(lane.releases)
    ]
    st.dataframe(pd.DataFrame(rows, columns=list(COLUMNS)), hide_index=True, height=430, alt="Every release shown")
    text = table_text(
        [("what", "stable releases by date")], COLUMNS, [(*row[:3], str(row[3]), *row[4:]) for row in rows]
    )
    st.download_button(
        "Download CSV", text, file_name="releases.csv", mime="text/csv", icon=":material/download:", on_click="ignore"
    )


def _sources(best: Sequence[Lane], catalog: Catalog) -> None:
    found = living.evidence()
    ends = {origin.source: origin.covers_until.last for origin in catalog.origins.values()}
    for lane in best:
        owed, seen = attribution.credit(catalog, lane.source), seen_on(lane, found.asked, found.read_on, ends)
        bundled = ", bundled" if lane.source.startswith("history.") else ""
        st.markdown(
            f"**{plain(catalog.systems[lane.system].name)}**: {len(lane.releases)} stable releases of "
            f"{plain(lane.package)}, {len(majors(lane.releases))} majors, as of {fmt.day(seen)}{bundled}. "
            f"{owed.markdown}."
        )
