"""The adoption page's table, its download, and the tab that says how the figures came about."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, View
from dashboard.analysis.tidy import each_row
from dashboard.sections import attribution
from dashboard.sections.adoption_chart import held_back
from dashboard.sections.downloads import csv_text
from dashboard.text import plain

COLUMNS = ("system", "period_start", "period_end", "value", "unit", "status", "doubt", "definition", "source")


def table(view: View, choice: Choice, catalog: Catalog) -> None:
    """One row a period, one column a system, newest first; and the same as a file."""
    names = {slug: catalog.systems[slug].name for slug in choice.systems}
    wide = view.frame.pivot_table(index=["start", "end"], columns="system", values="value", aggfunc="last")
    wide = wide.reindex(columns=[s for s in choice.systems if s in wide.columns]).sort_index(ascending=False)
    shown = wide.rename(columns=names).reset_index()
    shown["end"] = shown["end"] - pd.Timedelta(days=1)
    config = {
        "start": st.column_config.DateColumn("From", format="YYYY-MM-DD"),
        "end": st.column_config.DateColumn("To", format="YYYY-MM-DD"),
    }
    config |= {name: st.column_config.NumberColumn(format="localized") for name in names.values()}
    st.dataframe(shown, hide_index=True, column_config=config, height=430, placeholder="—", alt=view.title)
    st.caption(f"{plain(view.unit)}. A dash is no value, never nought.")
    held_back(view, catalog)
    st.download_button(
        "Download CSV",
        _file(view, choice, catalog),
        file_name=f"{choice.metric.slug}-{view.source}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def provenance(view: View, choice: Choice, catalog: Catalog) -> None:
    """What the metric means, every source of it that is stored, the breaks and milestones of what is shown."""
    st.markdown(f"**Means.** {plain(choice.metric.means)}")
    st.markdown(f"**Does not mean.** {plain(choice.metric.not_means)}")
    stored = data.series()
    of_metric = stored[stored["metric"] == choice.metric.slug]
    for source in of_metric["source"].unique():
        _source(str(source), of_metric[of_metric["source"] == source], catalog, str(source) == view.source)
    if view.cuts:
        st.markdown("**Breaks**")
    for cut in view.cuts:
        who = ", ".join(plain(catalog.systems[s].name) for s in cut.systems)
        st.markdown(
            f"{fmt.circled(cut.index)} {fmt.day(cut.when)}, {who}: {plain(cut.what)} Effect: {plain(cut.effect)}. "
            f"[Evidence]({cut.url})"
            + ("" if cut.severs else " Lines run on: it is worth knowing, not a change of meaning.")
        )


def _source(source: str, rows: pd.DataFrame, catalog: Catalog, shown: bool) -> None:
    owed = attribution.credit(catalog, source)
    newest = rows["last"].max() - timedelta(days=1)
    span = f"{fmt.month(rows['first'].min())} to {fmt.month(newest)}"
    origin = catalog.origins.get(source.removeprefix("history."))
    st.markdown(
        f"**{plain(owed.title)}**{' (shown)' if shown else ''}: {rows['system'].nunique()} systems, "
        f"{int(rows['observations'].sum()):,} values, {span}. {owed.markdown}."
    )
    if origin is not None and origin.caveats:
        st.caption(" ".join(plain(c) for c in origin.caveats))


def _file(view: View, choice: Choice, catalog: Catalog) -> str:
    collected = attribution.fetched(view.frame, data.series(), choice.metric.slug, view.source)
    owed = attribution.credit(catalog, view.source)
    rows = (
        (
            r.system,
            r.start.date().isoformat(),
            r.end.date().isoformat(),
            _value(r.value, r.held),
            view.unit,
            r.status,
            r.doubt or (f"without {r.left_out}" if r.left_out else ""),
            r.definition,
            r.source,
        )
        for r in each_row(view.frame)
    )
    return csv_text(owed, owed.retrieved or str(collected or "unknown"), COLUMNS, rows)


def _value(value: float, held: float) -> float | None:
    """The value, or the one in doubt, which the file marks; None where there is neither."""
    known = held if pd.isna(value) else value
    return None if pd.isna(known) else known
