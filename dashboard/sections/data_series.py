"""The data page's series: every one with its origin and extent, its rows as a file, and the receipts behind it."""

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.sections import attribution
from dashboard.sections.data_sources import last_day
from dashboard.sections.downloads import csv_text
from dashboard.text import code, plain
from db.read import ReceiptRow, SeriesRow

COLUMNS = (
    "system", "metric", "source", "definition", "granularity", "period_start", "period_end", "value", "unit", "status",
    "doubt", "collected_at", "receipt",
)  # fmt: skip
MANY = 20


def every(catalog: Catalog, stored: pd.DataFrame) -> None:
    """Draw the list with its filters, then what belongs to the chosen series."""
    st.header("Every series", anchor="series")
    first, second, third = st.columns(3)
    metric = first.selectbox("Metric", ["all", *sorted(stored["metric"].unique())], key="data.metric")
    system = second.selectbox("System", ["all", *sorted(stored["system"].unique())], key="data.system")
    source = third.selectbox("Source", ["all", *sorted(stored["source"].unique())], key="data.source")
    rows = stored
    for name, wanted in (("metric", metric), ("system", system), ("source", source)):
        rows = rows if wanted == "all" else rows[rows[name] == wanted]
    shown = rows[["metric", "system", "source", "definition", "granularity", "observations", "first", "last", "unit"]]
    st.dataframe(
        shown.assign(last=shown["last"].map(last_day)).rename(columns={"observations": "values", "last": "until"}),
        hide_index=True,
        height=320,
        column_config={"values": st.column_config.NumberColumn(format="localized")},
        alt="Every stored series with its extent",
    )
    st.caption(f"{len(rows):,} of {len(stored):,} series. All of it: {code('framescope series --format csv')}.")
    if not rows.empty:
        _one(rows, catalog)


def _one(rows: pd.DataFrame, catalog: Catalog) -> None:
    keys = list(dict.fromkeys(zip(rows["metric"], rows["system"], rows["source"], strict=True)))
    names = {key: f"{key[0]} · {_name(catalog, key[1])} · {attribution.credit(catalog, key[2]).title}" for key in keys}
    chosen = st.selectbox("Download and receipts of", keys, format_func=names.__getitem__, key="data.series")
    found = data.raw(*chosen)
    owed = attribution.credit(catalog, chosen[2])
    newest = max((row.collected_at for row in found if row.collected_at), default=None)
    st.download_button(
        "Download CSV",
        _file(found, owed, fmt.moment(newest)),
        file_name="-".join(chosen) + ".csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(f"{owed.markdown} · {plain(owed.citation)} · written here {fmt.moment(newest)}.")
    _receipts(found)


def _receipts(found: list[SeriesRow]) -> None:
    numbers = sorted({row.receipt for row in found if row.receipt is not None}, reverse=True)
    with st.expander(f"Receipts ({len(numbers)})"):
        if not numbers:
            st.markdown("No receipt: these rows were not read from a kept response.")
            return
        kept = [receipt for receipt in (data.receipt(number) for number in numbers[:MANY]) if receipt is not None]
        frame = pd.DataFrame([_receipt(one) for one in kept])
        st.dataframe(frame, hide_index=True, alt="The responses these rows were read from")
        replay = code("framescope replay")
        st.caption(f"The newest {len(kept)} of {len(numbers)}. {replay} reads every kept body again.")


def _receipt(one: ReceiptRow) -> dict[str, object]:
    return {
        "receipt": one.receipt,
        "fetched": fmt.moment(one.fetched_at),
        "status": one.status,
        "bytes": one.size,
        "body": "kept" if one.pruned_at is None else f"given up on {fmt.moment(one.pruned_at)}",
        "address": one.url,
        "sha256": one.sha256,
    }


def _file(found: list[SeriesRow], owed: attribution.Credit, collected: str) -> str:
    rows = ([getattr(row, name) for name in COLUMNS] for row in found)
    return csv_text(owed, owed.retrieved or collected, COLUMNS, rows)


def _name(catalog: Catalog, slug: str) -> str:
    return catalog.systems[slug].name if slug in catalog.systems else slug
