"""The data page's breaks: where a series must not be read as one line, what changed there, and who says so."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from catalog.models import Break
from dashboard import format as fmt
from dashboard.sections import attribution
from dashboard.sections.frame import table_px
from language.lists import commas
from language.words import _, _p

TABLE_PX = 400


def breaks(catalog: Catalog) -> None:
    """List every break of the catalogue, the newest first."""
    st.header(_("Breaks"), anchor="breaks")
    found = sorted(catalog.breaks, key=lambda cut: cut.date.first, reverse=True)
    st.dataframe(
        pd.DataFrame([_row(cut, catalog) for cut in found]),
        hide_index=True,
        height=table_px(len(found), TABLE_PX),
        column_config={
            _("what changed"): st.column_config.TextColumn(width="large"),
            _("address"): st.column_config.LinkColumn(),
        },
        alt=_("Every break with its day, its metrics, what changed there and where that is said"),
    )
    st.caption(
        _(
            "No growth, share trend or crossover is computed across a break that cuts. One that is only marked is a "
            "gap, a real event, or a bias that is there throughout. The address leads to where the break is stated."
        )
    )


def _row(cut: Break, catalog: Catalog) -> dict[str, Any]:
    sources = {name: attribution.credit(catalog, name).title for name in cut.sources}
    return {
        _p("break", "when"): " – ".join(fmt.exactly(one) for one in (cut.date, cut.until) if one),
        _("metric"): _named(cut.metrics, {slug: _(one.title) for slug, one in catalog.metrics.items()}),
        _("what changed"): _(cut.what),
        _("address"): cut.url,
        _("system"): _named(cut.systems, {slug: one.name for slug, one in catalog.systems.items()}),
        _("source"): _named(cut.sources, sources),
        _("effect"): _(cut.effect),
        _p("break", "lines"): _("cut") if cut.cuts else _("only marked"),
    }


def _named(slugs: Iterable[str], titles: Mapping[str, str]) -> str:
    """Their titles; the sign for all of them, which none is called, is a word."""
    return commas(_("all") if slug == "*" else titles.get(slug, slug) for slug in slugs)
