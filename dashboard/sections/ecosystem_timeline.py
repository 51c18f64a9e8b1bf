"""The releases over time: one figure, a lane a system."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data, evidence, living
from dashboard import format as fmt
from dashboard.analysis.lanes import Lane, lanes, majors, release_name, seen_on
from dashboard.charts.timeline import timeline
from dashboard.sections import attribution, ecosystem_controls, figure, receipt_panel
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import empty, old_words, theme
from dashboard.text import plain
from db.read import DatedRelease

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
    without = [slug for slug, tracks in zip(wanted, every, strict=True) if not tracks]
    figure.draw(releases(best, without, catalog))


def releases(best: Sequence[Lane], without: Sequence[str], catalog: Catalog) -> figure.Figure:
    """All that is drawn of some lanes; ``without`` are systems that no dated release is known of."""
    names = {slug: system.name for slug, system in catalog.systems.items()}
    rows = [one for lane in best for one in reversed(lane.releases)]
    by_name = {release_name(one): one for one in rows}
    seen = _seen(best, catalog)
    said = finding(best, catalog)
    owed = [attribution.credit(catalog, source) for source in dict.fromkeys(lane.source for lane in best)]
    return figure.Figure(
        key="ecosystem-releases",
        title=said,
        subtitle=f"Stable releases by day · last data {fmt.day(max(seen.values()))}, "
        f"{fmt.age(max(seen.values()), data.today())}",
        picture=timeline(best, names, data.today(), theme(), said),
        table=pd.DataFrame([_row(one) for one in rows], columns=list(COLUMNS)),
        rows=partial(_rows, rows),
        credits=owed,
        collected=f"as of {fmt.day(min(seen.values()))} or later",
        old=old_words(max(seen.values()), data.today()),
        notes=_notes(without, catalog),
        sources=partial(_sources, best, seen, catalog),
        points=[release_name(one) for one in rows],
        receipt=partial(_receipt, by_name, catalog),
        alt=f"{said} The same releases are in the tab Table.",
    )


def finding(best: Sequence[Lane], catalog: Catalog) -> str:
    """Which of the lanes was released last."""
    newest = max(best, key=lambda lane: lane.newest.released)
    name = catalog.systems[newest.system].name
    return f"Last released: {name} {newest.newest.version}, {fmt.day(newest.newest.released)}."


def _seen(best: Sequence[Lane], catalog: Catalog) -> dict[str, date]:
    """The day that each system's lane is known for."""
    found = living.evidence()
    ends = {origin.source: origin.covers_until.last for origin in catalog.origins.values()}
    return {lane.system: seen_on(lane, found.asked, found.read_on, ends) for lane in best}


def _notes(without: Sequence[str], catalog: Catalog) -> list[str]:
    said = [
        "A tick is a stable release of the package or repository named, a sign with a number the first of a major "
        f"version. At most {MOST} lanes. A click on a sign opens its receipt."
    ]
    names = ", ".join(plain(catalog.systems[slug].name) for slug in without)
    return said + ([f"No dated release is known of: {names}. Absent is not nought."] if names else [])


def _row(one: DatedRelease) -> tuple[object, ...]:
    return (one.system, one.package, one.version, one.released, one.source, one.receipt)


def _rows(rows: Sequence[DatedRelease]) -> Rows:
    values = [tuple(str(cell) if isinstance(cell, date) else cell for cell in _row(one)) for one in rows]
    return Rows(COLUMNS, values, evidence.listed(one.receipt for one in rows if one.receipt is not None))


def _receipt(by_name: Mapping[str, DatedRelease], catalog: Catalog, name: str) -> None:
    one = by_name[name]
    owed = attribution.credit(catalog, one.source)
    says = (
        f"{plain(one.package)} {plain(one.version)} of {plain(catalog.systems[one.system].name)} came out on "
        f"{fmt.day(one.released)}, as the source says: {owed.markdown}. Early versions are left out."
    )
    receipt_panel.one(f"{one.package} {one.version}", says, one.receipt)


def _sources(best: Sequence[Lane], seen: Mapping[str, date], catalog: Catalog) -> None:
    for lane in best:
        owed = attribution.credit(catalog, lane.source)
        bundled = ", bundled" if lane.source.startswith("history.") else ""
        st.markdown(
            f"**{plain(catalog.systems[lane.system].name)}**: {len(lane.releases)} stable releases of "
            f"{plain(lane.package)}, {len(majors(lane.releases))} majors, as of {fmt.day(seen[lane.system])}{bundled}. "
            f"{owed.markdown}."
        )
