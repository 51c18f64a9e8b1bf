"""The adoption page's figure of one metric: its chart, its words, its rows, and the receipts behind a point."""

from __future__ import annotations

from functools import partial

import pandas as pd
import plotly.graph_objects as go

from catalog.load import Catalog
from dashboard import data, evidence
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, View
from dashboard.analysis.growth import SPANS
from dashboard.analysis.milestones import flags
from dashboard.analysis.parts import JOINT
from dashboard.analysis.restarts import restarts
from dashboard.analysis.tidy import each_row
from dashboard.charts.lines import LineSpec, line_chart, point_name
from dashboard.sections import adoption_drawn, adoption_notes, adoption_receipt, adoption_table, attribution
from dashboard.sections.figure import Figure
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import old_words, theme
from dashboard.text import plain
from language.lists import clauses, commas
from language.words import _

DASHES = ("solid", "dash", "dot", "dashdot")
LETTERS = "ABCD"
COLUMNS = (
    "system", "period_start", "period_end", "value", "unit", "status", "doubt", "definition", "source", "receipts",
)  # fmt: skip


def figure(view: View, choice: Choice, catalog: Catalog, with_flags: bool, *, headed: bool) -> Figure:
    """All that is drawn of one metric; ``headed`` where the page's own title does not say its finding."""
    owed = [attribution.credit(catalog, source) for source in view.told_by]
    collected = attribution.fetched(view.frame, data.series(), choice.metric.slug, view.source)
    wide, names = adoption_table.wide(view, choice), line_names(view, choice, catalog)
    return Figure(
        key=f"adoption-{choice.metric.slug.replace('_', '-')}",
        title=view.title,
        subtitle=subtitle(view, choice, catalog),
        picture=_picture(view, choice, catalog, with_flags),
        table=adoption_table.shown(wide, names),
        columns=adoption_table.columns(names.values()),
        rows=partial(_rows, view, choice),
        credits=owed,
        collected=attribution.when(owed[0], collected),
        old=old_words(view.newest, data.today()) if view.newest else "",
        breaks=adoption_notes.breaks(view, choice),
        notes=adoption_notes.notes(view, choice, catalog, with_flags),
        about=_about(view, choice),
        sources=adoption_table.provenance(view, choice, catalog, with_flags),
        points=[point_name(choice.metric.slug, row) for row in each_row(wide)],
        receipt=partial(adoption_receipt.draw, view, choice, names, catalog),
        opens=_("A click on a point opens its receipts."),
        headed=headed,
        alt=_("{title}. The same figures are in the tab Table, where a row opens its receipts.", title=view.title),
    )


def subtitle(view: View, choice: Choice, catalog: Catalog) -> str:
    """Metric, unit, source and the newest day that a figure is of, in one line of Markdown."""
    last = view.newest
    who = commas(plain(attribution.credit(catalog, source).title) for source in view.told_by)
    parts = [plain(view.counted), plain(view.unit), _("source {sources}", sources=who)]
    if last is not None:
        age = fmt.age(last, data.today())
        parts.append(_("last data {month}, {age}", month=fmt.month(last), age=age))
    return " · ".join([*parts, *_ended(view, choice)])


def _ended(view: View, choice: Choice) -> list[str]:
    """Until when there is anything to draw, and why not until the newest figure."""
    if view.until is None:
        return []
    month = fmt.month(view.until)
    if choice.smooth:
        said = _(
            "last drawn {month}: no {n} whole periods in a row without a break since", month=month, n=choice.smooth
        )
        return [said]
    if choice.mode in SPANS:
        return [_("last drawn {month}: no growth is computed across a break or a gap", month=month)]
    return [_("last drawn {month}", month=month)]


def line_names(view: View, choice: Choice, catalog: Catalog) -> dict[str, str]:
    """The name of each line: its system, and with several sources a letter that stands for one."""
    names = {slug: catalog.systems[slug].name for slug in choice.systems}
    if not view.sources:
        return names
    letters = dict(zip(view.sources, LETTERS, strict=False))
    return {f"{s}{JOINT}{source}": f"{names[s]} {letters[source]}" for s in choice.systems for source in view.sources}


def _picture(view: View, choice: Choice, catalog: Catalog, with_flags: bool) -> go.Figure:
    names = line_names(view, choice, catalog)
    dashes = {name: DASHES[view.sources.index(name.partition(JOINT)[2])] for name in names if JOINT in name}
    spec = LineSpec(
        names=names,
        cuts=adoption_drawn.cuts(view, choice),
        flags=flags(catalog.milestones, [s for s in choice.systems if s not in view.missing]) if with_flags else (),
        log=adoption_notes.log_possible(view, choice),
        theme=theme(),
        unit=view.unit,
        suffix=view.suffix,
        last=adoption_drawn.until(choice),
        title=view.title,
        subtitle=clauses((view.counted, "" if view.counted.lower().endswith(view.unit.lower()) else view.unit)),
        order=tuple(names),
        dashes=dashes,
        metric=choice.metric.slug,
        ages=choice.mode == "age",
        newest=view.newest,
        again=[one for one in restarts(view.frame, view.cuts) if choice.inside(one.cut)] if view.base else (),
    )
    return line_chart(view.frame, spec)


def _about(view: View, choice: Choice) -> dict[str, object]:
    return {
        "metric": choice.metric.slug,
        "counted": view.counted,
        "unit": view.unit,
        "view": choice.mode,
        "mean_of_periods": choice.smooth or None,
        "base": view.base,
        "means": choice.metric.means,
        "does_not_mean": choice.metric.not_means,
        "definitions": list(view.definitions),
        "breaks": [
            {"date": c.when, "what": c.what, "effect": c.effect, "systems": list(c.systems), "url": c.url,
             "cuts": c.severs}
            for c in view.cuts
        ],
        "age_from": {slug: {"day": one.day, "what": one.what, "url": one.url} for slug, one in view.born.items()},
    }  # fmt: skip


def _rows(view: View, choice: Choice) -> Rows:
    stored = view.frame.assign(system=view.frame["system"].str.partition(JOINT)[0])
    numbers, listed = evidence.receipts_of(choice.metric.slug, stored)
    values = [
        (
            r.system,
            r.start.date().isoformat(),
            r.end.date().isoformat(),
            _value(r.value, r.held),
            view.unit,
            r.status,
            r.doubt or (f"without {r.left_out}" if r.left_out else ""),  # untranslated: a file
            r.definition,
            r.source,
            own,
        )
        for r, own in zip(each_row(stored), numbers, strict=True)
    ]
    return Rows(COLUMNS, values, listed)


def _value(value: float, held: float) -> float | None:
    """The value, or the one in doubt, which the file marks; None where there is neither."""
    known = held if pd.isna(value) else value
    return None if pd.isna(known) else known
