"""The data page's sources: the bundled tables and the live ones, with state, age, licence and cost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.sections import attribution, remedy

TABLE_PX = 400
SIGNS = {"ok": "✓ ok", "stale": "⚠ stale", "failing": "✕ failing", "never": "○ never run", "disabled": "– disabled"}


def live(catalog: Catalog) -> None:
    """Every source that can be collected: how it fares, when it is due, what it costs and under which licence."""
    entries = data.sources()
    st.header("Collected sources", anchor="sources")
    if not entries:
        st.markdown("No live source is built in; the bundled tables below are all there is.")
        return
    now = datetime.now(UTC)
    st.dataframe(
        pd.DataFrame([_live(entry, catalog, now) for entry in entries]),
        hide_index=True,
        height=min(38 + 35 * len(entries), TABLE_PX),
        alt="Every source that can be collected, with its state",
    )
    st.caption(
        "`framescope collect --due` asks every source whose time has come. ⚠ stale: not asked lately, or it answers "
        "with old data. Held back: figures in doubt, listed below."
    )


def bundled(catalog: Catalog, stored: pd.DataFrame, today: date) -> None:
    """Every bundled table: what it counts, how far it reaches, how old its newest figure is, its licence."""
    st.header("Bundled tables", anchor="bundled")
    rows = []
    for origin in catalog.origins.values():
        mine = stored[stored["source"] == origin.source]
        last = last_day(mine["last"].max()) if len(mine) else None
        rows.append(
            {
                "table": origin.title,
                "metrics": ", ".join(sorted(mine["metric"].unique())),
                "series": len(mine),
                "values": int(mine["observations"].sum()),
                "newest figure": fmt.month(last),
                "age": fmt.age(last, today) if last is not None else "not loaded",
                "licence": origin.licence,
                "taken": str(origin.retrieved),
                "address": origin.url,
            }
        )
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(38 + 35 * len(rows), TABLE_PX),
        column_config={
            "address": st.column_config.LinkColumn(),
            "values": st.column_config.NumberColumn(format="localized"),
        },
        alt="Every bundled table with its age and licence",
    )
    st.caption("Bundled figures do not age with this installation; they are as old as their newest figure says.")


def old(catalog: Catalog, stored: pd.DataFrame, today: date, signals: Sequence[str]) -> str:
    """A sentence on how fresh the newest figure of the signals is, source by source; Markdown-free text."""
    of_signals = stored[stored["metric"].isin(signals)]
    newest = of_signals.groupby("source")["last"].max()
    ends = {str(name): last_day(end) for name, end in newest.items()}
    aged = [(name, when) for name, when in ends.items() if when is not None and (today - when).days > 120]
    if newest.empty:
        return "Nothing is stored yet."
    titles = ", ".join(f"{attribution.credit(catalog, n).title} ({fmt.age(w, today)})" for n, w in aged)
    fresh = len(newest) - len(aged)
    return f"{fmt.count(fresh, 'source').capitalize()} with figures of the last four months." + (
        f" Older: {titles}." if aged else ""
    )


def _live(entry: dict[str, Any], catalog: Catalog, now: datetime) -> dict[str, Any]:
    owed = attribution.credit(catalog, entry["source"])
    cost = f"{entry.get('calls_daily', '?')} calls a day, {entry.get('calls_backfill', '?')} to begin with"
    key = entry.get("key", "none")
    return {
        "state": SIGNS.get(entry["state"], str(entry["state"])),
        "source": entry.get("title") or owed.title,
        "last success": fmt.ago(_time(entry.get("last_success")), now),
        "data until": fmt.day(newest) if (newest := _day(entry.get("newest"))) else fmt.UNKNOWN,
        "held back": entry.get("held_back", 0),
        "left alone until": _until(_time(entry.get("not_before"))),
        "next due": fmt.ago(_time(entry.get("next_due")), now) if entry.get("next_due") else fmt.UNKNOWN,
        "metrics": ", ".join(entry["metrics"]),
        "licence": entry.get("licence") or owed.licence,
        "cost": cost + ("" if key == "none" else f"; key {key}"),
        "message": str(entry.get("message") or ""),
        "command": remedy.command(entry),
    }


def _until(rest: datetime | None) -> str:
    return f"{rest:%d %b %H:%M} UTC" if rest else ""


def _time(given: str | datetime | None) -> datetime | None:
    if given is None or isinstance(given, datetime):
        return given
    parsed = datetime.fromisoformat(given)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _day(given: str | date | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given


def last_day(end: date | None) -> date | None:
    """The last day of a period that ends before ``end``; today at the latest."""
    return None if end is None else min(end - pd.Timedelta(days=1).to_pytimedelta(), data.today())
