"""The data page's series: every one with its origin and extent, its rows as a file, and the receipts behind it."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.sections import attribution, data_address, data_words
from dashboard.sections.above import hints
from dashboard.sections.data_sources import last_day
from dashboard.sections.downloads import csv_text
from dashboard.text import code, plain
from db.read import ReceiptRow, SeriesRow
from language.words import N_, _, filled

COLUMNS = (
    "system", "metric", "source", "definition", "granularity", "period_start", "period_end", "value", "unit", "status",
    "doubt", "collected_at", "receipt",
)  # fmt: skip
HEADS = {
    "metric": N_("metric"),
    "system": N_("system"),
    "source": N_("source"),
    "definition": N_("definition"),
    "granularity": N_("granularity"),
    "observations": N_("values"),
    "first": N_("first"),
    "last": N_("until"),
    "unit": N_("unit"),
}
MANY = 20
ALL = ""
"""Chosen where a filter lets everything through; no slug is empty, and one system is called all."""


def every(catalog: Catalog, stored: pd.DataFrame) -> None:
    """Draw the list with its filters, then what belongs to the chosen series."""
    st.header(_("Every series"), anchor="series")
    first, second, third = st.columns(3)
    named = {"metric": data_words.metric, "system": data_words.system, "source": data_words.source}
    titles = {name: {slug: say(catalog, slug) for slug in stored[name].unique()} for name, say in named.items()}
    asked = data_address.read(stored, ALL, titles)
    metric = _choice(first, _("Metric"), titles["metric"], "data.metric")
    system = _choice(second, _("System"), titles["system"], "data.system")
    source = _choice(third, _("Source"), titles["source"], "data.source")
    rows = stored
    for name, wanted in (("metric", metric), ("system", system), ("source", source)):
        rows = rows if wanted == ALL else rows[rows[name] == wanted]
    st.dataframe(
        _told(rows, titles),
        hide_index=True,
        height=320,
        column_config={_("values"): st.column_config.NumberColumn(format="localized")},
        alt=_("Every stored series with its extent"),
    )
    said = _(
        "{part} of {all} series. All of it: {command}.",
        part=fmt.whole(len(rows)),
        all=fmt.whole(len(stored)),
        command=code("framescope series --format csv"),
    )
    st.caption(said)
    if not rows.empty:
        _one(rows, catalog)
    hints(data_address.write(asked, rows, ALL))


def _told(rows: pd.DataFrame, titles: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The list in the reader's words, with the names that commands and the API know a series by."""
    shown = rows[list(HEADS)].assign(
        **{name: rows[name].map(said) for name, said in titles.items()},
        definition=rows["definition"].map(data_words.definition),
        granularity=rows["granularity"].map(data_words.granularity),
        unit=rows["unit"].map(lambda unit: _(unit)),
        last=rows["last"].map(last_day),
    )
    shown = shown.rename(columns={name: _(said) for name, said in HEADS.items()})
    shown[_("names for commands and the API")] = rows["metric"] + " " + rows["system"] + " " + rows["source"]
    return shown


def _choice(column: st.delta_generator.DeltaGenerator, label: str, titles: Mapping[str, str], key: str) -> str:
    """A list of titles to choose the slug of one by, or all."""
    said = {ALL: _("all")} | dict(sorted(titles.items(), key=lambda one: one[1].casefold()))
    return str(column.selectbox(label, list(said), format_func=said.__getitem__, key=key))


def _one(rows: pd.DataFrame, catalog: Catalog) -> None:
    keys = list(dict.fromkeys(zip(rows["metric"], rows["system"], rows["source"], strict=True)))
    say = (data_words.metric, data_words.system, data_words.source)
    names = {key: " · ".join(one(catalog, slug) for one, slug in zip(say, key, strict=True)) for key in keys}
    chosen = st.selectbox(_("Download and receipts of"), keys, format_func=names.__getitem__, key="data.series")
    found = data.raw(*chosen)
    owed = attribution.credit(catalog, chosen[2])
    newest = max((row.collected_at for row in found if row.collected_at), default=None)
    st.download_button(
        _("Download {kind}", kind="CSV"),
        _file(found, owed, fmt.moment(newest)),
        file_name="-".join(chosen) + ".csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    when = _("written here {moment}", moment=fmt.moment(newest))
    st.caption(f"{owed.markdown} · {plain(_(owed.citation))} · {when}")
    _receipts(found)


def _receipts(found: list[SeriesRow]) -> None:
    numbers = sorted({row.receipt for row in found if row.receipt is not None}, reverse=True)
    with st.expander(_("Receipts ({n})", n=len(numbers))):
        if not numbers:
            st.markdown(_("No receipt: these rows were not read from a kept response."))
            return
        kept = [receipt for receipt in (data.receipt(number) for number in numbers[:MANY]) if receipt is not None]
        frame = pd.DataFrame([_receipt(one) for one in kept])
        st.dataframe(frame, hide_index=True, alt=_("The responses these rows were read from"))
        replay = code("framescope replay")
        said = _("The newest {shown} of {all}. {command} reads every kept body again.")
        st.caption(filled(said, shown=len(kept), all=len(numbers), command=replay))


def _receipt(one: ReceiptRow) -> dict[str, object]:
    return {
        _("receipt"): one.receipt,
        _("fetched"): fmt.moment(one.fetched_at),
        _("status"): one.status,
        _("bytes"): one.size,
        _("body"): _("kept") if one.pruned_at is None else _("given up on {day}", day=fmt.moment(one.pruned_at)),
        _("address"): one.url,
        "sha256": one.sha256,
    }


def _file(found: list[SeriesRow], owed: attribution.Credit, collected: str) -> str:
    rows = ([getattr(row, name) for name in COLUMNS] for row in found)
    return csv_text(owed, owed.retrieved or collected, COLUMNS, rows)
