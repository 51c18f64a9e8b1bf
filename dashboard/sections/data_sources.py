"""The data page's sources: the bundled tables and the live ones, with state, age, licence and cost."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.signals import STALE_DAYS
from dashboard.sections import attribution, data_words, remedy
from dashboard.sections.frame import table_px
from language.words import N_, _, _n, _p

TABLE_PX = 400
SIGNS = {
    "ok": N_("✓ ok"),
    "stale": N_("⚠ stale"),
    "failing": N_("✕ failing"),
    "never": N_("○ never run"),
    "disabled": N_("– disabled"),
}


def live(catalog: Catalog) -> None:
    """Every source that can be collected: how it fares, when it is due, what it costs and under which licence."""
    entries = data.sources()
    st.header(_("Collected sources"), anchor="sources")
    if not entries:
        st.markdown(_("No live source is built in; the bundled tables below are all there is."))
        return
    now = datetime.now(UTC)
    st.dataframe(
        pd.DataFrame([_live(entry, catalog, now) for entry in entries]),
        hide_index=True,
        height=table_px(len(entries), TABLE_PX),
        alt=_("Every source that can be collected, with its state"),
    )
    st.caption(
        _(
            "`framescope collect --due` asks every source whose time has come. ⚠ stale: not asked lately, or it "
            "answers with old data. Held back: figures in doubt, listed below."
        )
    )


def bundled(catalog: Catalog, stored: pd.DataFrame, today: date) -> None:
    """Every bundled table: what it counts, how far it reaches, how old its newest figure is, its licence."""
    st.header(_("Bundled tables"), anchor="bundled")
    rows = []
    for origin in catalog.origins.values():
        mine = stored[stored["source"] == origin.source]
        last = last_day(mine["last"].max()) if len(mine) else None
        rows.append(
            {
                _("table"): origin.title,
                _("metrics"): data_words.metrics(catalog, sorted(mine["metric"].unique())),
                _("series"): len(mine),
                _("values"): int(mine["observations"].sum()),
                _("newest figure"): fmt.month(last),
                _("age"): fmt.age(last, today) if last is not None else _("not loaded"),
                _("licence"): _(origin.licence),
                _("taken"): str(origin.retrieved),
                _("address"): origin.url,
            }
        )
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=table_px(len(rows), TABLE_PX),
        column_config={
            _("address"): st.column_config.LinkColumn(),
            _("values"): st.column_config.NumberColumn(format="localized"),
        },
        alt=_("Every bundled table with its age and licence"),
    )
    st.caption(_("Bundled figures do not age with this installation; they are as old as their newest figure says."))


def old(stored: pd.DataFrame, today: date) -> str:
    """A sentence on how many sources have recent figures, by the ages that the tables below show; Markdown-free."""
    ends = [last_day(end) for end in stored.groupby("source")["last"].max()]
    if not ends:
        return _("Nothing is stored yet.")
    fresh = sum(when is not None and (today - when).days <= STALE_DAYS for when in ends)
    said = _n(
        "{n} source with figures of the last four months.",
        "{n} sources with figures of the last four months.",
        fresh,
        n=fmt.words(fresh).capitalize(),
    )
    rest = len(ends) - fresh
    older = _n("{n} ends earlier.", "{n} end earlier.", rest, n=fmt.words(rest).capitalize())
    return _p("sentences", "{a} {b}", a=said, b=older) if rest else said


def _live(entry: dict[str, Any], catalog: Catalog, now: datetime) -> dict[str, Any]:
    owed = attribution.credit(catalog, entry["source"])
    asks = {"daily": entry.get("calls_daily", "?"), "first": entry.get("calls_backfill", "?")}
    cost = _("{daily} calls a day, {first} to begin with", **asks)
    key = entry.get("key", "none")
    return {
        _("state"): _(SIGNS.get(entry["state"], str(entry["state"]))),
        _("source"): entry.get("title") or owed.title,
        _("last success"): fmt.ago(_time(entry.get("last_success")), now),
        _("data until"): fmt.day(newest) if (newest := _day(entry.get("newest"))) else fmt.UNKNOWN,
        _("held back"): entry.get("held_back", 0),
        _("left alone until"): _until(_time(entry.get("not_before"))),
        _("next due"): fmt.ago(_time(entry.get("next_due")), now) if entry.get("next_due") else fmt.UNKNOWN,
        _("metrics"): data_words.metrics(catalog, entry["metrics"]),
        _("licence"): _(str(entry.get("licence") or owed.licence)),
        _("cost"): cost + ("" if key == "none" else _("; key {key}", key=key)),
        _("message"): of_run(str(entry.get("message") or "")),
        _("command"): remedy.command(entry),
    }


def _until(rest: datetime | None) -> str:
    return fmt.moment(rest) if rest else ""


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
