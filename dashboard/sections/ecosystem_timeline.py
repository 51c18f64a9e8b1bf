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
from language.lists import commas, sentences
from language.words import _, filled

MOST = 16
COLUMNS = ("system", "package", "version", "released", "source", "receipt")


def draw(catalog: Catalog) -> None:
    """The lanes of the systems chosen; without a choice those of the frameworks."""
    picked = ecosystem_controls.chosen("system", _("Systems"), catalog, _("The frameworks"))
    wanted = picked or [
        slug for slug, system in catalog.systems.items() if system.role == "framework" or slug == "keras"
    ]
    found = living.releases()
    every = [lanes(found, catalog.systems[slug]) for slug in wanted]
    best = [tracks[0] for tracks in every if tracks][:MOST]
    if not best:
        empty(
            _("No release is known of these"), _("The package index tells of them:"), "framescope collect package_index"
        )
        return
    without = [slug for slug, tracks in zip(wanted, every, strict=True) if not tracks]
    figure.draw(releases(best, without, catalog))


def releases(best: Sequence[Lane], without: Sequence[str], catalog: Catalog) -> figure.Figure:
    """All that is drawn of some lanes; ``without`` are systems that no dated release is known of."""
    names = {slug: system.name for slug, system in catalog.systems.items()}
    rows = [one for lane in best for one in reversed(lane.releases)]
    by_name = {release_name(one): one for one in rows}
    seen = _seen(best, catalog)
    last = max(seen.values())
    said = finding(best, seen, catalog)
    owed = [attribution.credit(catalog, source) for source in dict.fromkeys(lane.source for lane in best)]
    return figure.Figure(
        key="ecosystem-releases",
        title=said,
        subtitle=_(
            "Stable releases by day · last data {day}, {age}", day=fmt.day(last), age=fmt.age(last, data.today())
        ),
        picture=timeline(best, names, data.today(), theme(), said, known=seen),
        table=pd.DataFrame([_row(one) for one in rows], columns=_columns()),
        rows=partial(_rows, rows),
        credits=owed,
        collected=_("as of {day} or later", day=fmt.day(min(seen.values()))),
        old=old_words(last, data.today()),
        notes=_notes(without, catalog),
        opens=_("A click on a sign opens its receipt."),
        sources=partial(_sources, best, seen, catalog),
        points=[release_name(one) for one in rows],
        receipt=partial(_receipt, by_name, catalog),
        alt=_("{title} The same releases are in the tab Table.", title=said),
    )


def finding(best: Sequence[Lane], seen: Mapping[str, date], catalog: Catalog) -> str:
    """Which of the lanes was released last; the last release known where some are not known that far."""
    newest = max(best, key=lambda lane: lane.newest.released).newest
    told = {"system": catalog.systems[newest.system].name, "version": newest.version, "day": fmt.day(newest.released)}
    behind = [lane.system for lane in best if seen[lane.system] < newest.released]
    if not behind:
        return _("Last released: {system} {version}, {day}.", **told)
    if len(behind) == 1:
        text = _("Last release known: {system} {version}, {day}; those of {other} are not known that far.")
        return filled(text, other=catalog.systems[behind[0]].name, **told)
    text = _("Last release known: {system} {version}, {day}; {n} of {all} systems are not known that far.")
    return filled(text, n=len(behind), all=len(best), **told)


def _seen(best: Sequence[Lane], catalog: Catalog) -> dict[str, date]:
    """The day that each system's lane is known for."""
    found = living.evidence()
    ends = {origin.source: origin.covers_until.last for origin in catalog.origins.values()}
    return {lane.system: seen_on(lane, found.asked, found.read_on, ends) for lane in best}


def _notes(without: Sequence[str], catalog: Catalog) -> list[str]:
    said = [
        _(
            "A tick is a stable release of the package or repository named, a sign with a number the one that a major "
            "version began with (1.0, 2.0), where the lane's table has it; what came before the first tick is not in "
            "that table. At most {n} lanes.",
            n=MOST,
        )
    ]
    said[0] = sentences((said[0], _("Hatched: what was released then is not known.")))
    names = commas(plain(catalog.systems[slug].name) for slug in without)
    if names:
        said.append(_("No dated release is known of: {systems}. Absent is not nought.", systems=names))
    return said


def _columns() -> list[str]:
    """`COLUMNS` as the table on the page has them; in files they are English."""
    return [_("system"), _("package"), _("version"), _("released"), _("source"), _("receipt")]


def _row(one: DatedRelease) -> tuple[object, ...]:
    return (one.system, one.package, one.version, one.released, one.source, one.receipt)


def _rows(rows: Sequence[DatedRelease]) -> Rows:
    values = [tuple(str(cell) if isinstance(cell, date) else cell for cell in _row(one)) for one in rows]
    return Rows(COLUMNS, values, evidence.listed(one.receipt for one in rows if one.receipt is not None))


def _receipt(by_name: Mapping[str, DatedRelease], catalog: Catalog, name: str) -> None:
    one = by_name[name]
    owed = attribution.credit(catalog, one.source)
    says = _(
        "{package} {version} of {system} came out on {day}, as the source says: {credit}. Early versions are left out.",
        package=plain(one.package),
        version=plain(one.version),
        system=plain(catalog.systems[one.system].name),
        day=fmt.day(one.released),
        credit=owed.markdown,
    )
    receipt_panel.one(f"{one.package} {one.version}", says, one.receipt)


def _sources(best: Sequence[Lane], seen: Mapping[str, date], catalog: Catalog) -> None:
    for lane in best:
        told = {
            "system": plain(catalog.systems[lane.system].name),
            "n": len(lane.releases),
            "package": plain(lane.package),
            "majors": len(majors(lane.releases)),
            "day": fmt.day(seen[lane.system]),
            "credit": attribution.credit(catalog, lane.source).markdown,
        }
        if lane.source.startswith("history."):
            said = _(
                "**{system}**: {n} stable releases of {package}, {majors} majors, as of {day}, bundled. {credit}.",
                **told,
            )
        else:
            said = _("**{system}**: {n} stable releases of {package}, {majors} majors, as of {day}. {credit}.", **told)
        st.markdown(said)
