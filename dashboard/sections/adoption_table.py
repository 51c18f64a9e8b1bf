"""The adoption page's table, and the tab that says how the figures came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.cuts import Cut
from dashboard.analysis.explore import Choice, View
from dashboard.analysis.milestones import explained, told
from dashboard.sections import adoption_drawn, attribution
from dashboard.text import plain
from language.lists import aside, clauses, colon, commas, sentences
from language.words import _


def wide(view: View, choice: Choice) -> pd.DataFrame:
    """One row a period, one column a line, newest first; ``end`` is exclusive."""
    made = view.frame.pivot_table(index=["start", "end"], columns="system", values="value", aggfunc="last")
    order = [s for s in made.columns if str(s).partition("@")[0] in choice.systems]
    order.sort(key=lambda name: (choice.systems.index(str(name).partition("@")[0]), str(name)))
    return made.reindex(columns=order).sort_index(ascending=False).reset_index()


def shown(made: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The same with the lines' names and the last day of each period."""
    return made.assign(end=made["end"] - pd.Timedelta(days=1)).rename(columns=dict(names))


def columns(names: Iterable[str]) -> dict[str, Any]:
    """How the columns are written."""
    return {
        "start": st.column_config.DateColumn(_("From"), format="YYYY-MM-DD"),
        "end": st.column_config.DateColumn(_("To"), format="YYYY-MM-DD"),
    } | {name: st.column_config.NumberColumn(format="localized") for name in names}


def provenance(view: View, choice: Choice, catalog: Catalog, with_flags: bool) -> str:
    """What the metric means, its sources that are stored, breaks and milestones of what is shown, in Markdown."""
    said = [_("**Means.** {says}", says=plain(_(choice.metric.means)))]
    said.append(_("**Does not mean.** {says}", says=plain(_(choice.metric.not_means))))
    stored = data.series()
    of_metric = stored[stored["metric"] == choice.metric.slug]
    for source in of_metric["source"].unique():
        said += _source(str(source), of_metric[of_metric["source"] == source], catalog, str(source) in view.told_by)
    said += _breaks(view, choice, catalog)
    return "\n\n".join([*said, *(_milestones(choice, catalog) if with_flags else [])])


def _breaks(view: View, choice: Choice, catalog: Catalog) -> list[str]:
    """Those that are drawn with their numbers, then those of the months left out, which have none."""
    numbered = adoption_drawn.cuts(view, choice)
    days = {cut.when for cut in numbered}
    mark = "{} " if choice.mode != "age" else ""  # by age no rule is drawn that a number could stand at
    drawn = [_break(cut, catalog, mark.format(fmt.circled(cut.index))) for cut in numbered]
    others = [_break(cut, catalog, "") for cut in view.cuts if cut.when not in days]
    return [f"**{_('Breaks')}**", *drawn, *others] if view.cuts else []


def _break(cut: Cut, catalog: Catalog, mark: str) -> str:
    slugs = dict.fromkeys(name.partition("@")[0] for name in cut.systems)
    who = commas(plain(catalog.systems[s].name) for s in slugs)
    effect = _("Effect: {effect}. [Evidence]({url})", effect=plain(_(cut.effect)), url=cut.url)
    more = "" if cut.severs else _("Lines run on: it is worth knowing, not a change of meaning.")
    return mark + sentences((colon(clauses((fmt.day(cut.when), who)), plain(_(cut.what))), effect, more))


def _milestones(choice: Choice, catalog: Catalog) -> list[str]:
    found = explained(catalog.milestones, choice.systems)
    inside = [one for one in found if choice.inside(one.date.first)]
    lines = [f"⚑ {colon(told(one), f'[{plain(_(one.title))}]({one.url})')}" for one in inside]
    return [f"**{_('Milestones')}**  \n" + "  \n".join(lines)] if lines else []


def _source(source: str, rows: pd.DataFrame, catalog: Catalog, drawn: bool) -> list[str]:
    owed = attribution.credit(catalog, source)
    newest = rows["last"].max() - timedelta(days=1)
    span = _("{first} to {last}", first=fmt.month(rows["first"].min()), last=fmt.month(newest))
    origin = catalog.origins.get(source.removeprefix("history."))
    named = f"**{plain(owed.title)}**"
    named = aside(named, _("shown")) if drawn else named
    told_of = _(
        "{systems} systems, {values} values, {span}. {credit}. Cite: {citation}",
        systems=rows["system"].nunique(),
        values=fmt.whole(int(rows["observations"].sum())),
        span=span,
        credit=owed.markdown,
        citation=plain(_(owed.citation)),
    )
    caveats = origin.caveats if origin is not None else ()
    said = colon(named, told_of)
    return [said, f":small[:gray[{sentences(plain(_(c)) for c in caveats)}]]"] if caveats else [said]
