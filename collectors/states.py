"""When a source is due, whether it can run at all, and what to say of it on a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from collectors.settings import PREFIX, Settings, load_settings
from collectors.source import Source
from db.read import SourceState

State = Literal["ok", "stale", "failing", "never", "disabled"]
STALE_AFTER_CADENCES = 2


def source_list(
    seen: Mapping[str, SourceState],
    *,
    settings: Settings | None = None,
    registered: Sequence[Source] | None = None,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """Every source with its state and cost, as ``sources --json`` prints it. Raises `SettingsError`."""
    settings = settings or load_settings()
    if registered is None:
        from collectors.sources import SOURCES

        registered = SOURCES
    now = now or datetime.now(UTC)
    return [_listed(source, seen.get(source.name), settings, now) for source in registered]


def _listed(source: Source, seen: SourceState | None, settings: Settings, now: datetime) -> dict[str, Any]:
    disabled = why_disabled(source, settings)
    by_hand = why_by_hand(source, settings)
    state = state_of(source, seen, now, by_hand=by_hand is not None)
    return {
        "source": source.name,
        "title": source.title,
        "metrics": list(source.metrics),
        "cadence_hours": None if by_hand else source.cadence_hours,
        "key": source.key,
        "state": "disabled" if disabled else state,
        "last_success": seen.last_success if seen else None,
        "next_due": None if disabled or by_hand else (next_due(source, seen) or now),
        "calls_backfill": source.calls_backfill,
        "calls_daily": source.calls_daily,
        "licence": source.licence,
        "docs": source.docs,
        "message": disabled or (seen.last_message if seen else by_hand or ""),
        "imported": by_hand is not None,
    }


def state_of(source: Source, seen: SourceState | None, now: datetime, *, by_hand: bool = False) -> State:
    """How a source fares: by its last run, and by how old its last success is; what is imported by hand stays ok."""
    if seen is None:
        return "never"
    if seen.last_status in ("failed", "unavailable"):
        return "failing"
    if seen.last_success is None:
        return "never"
    if by_hand:
        return "ok"
    age = now - seen.last_success
    return "stale" if age > STALE_AFTER_CADENCES * timedelta(hours=source.cadence_hours) else "ok"


def next_due(source: Source, seen: SourceState | None) -> datetime | None:
    """When a source is due again; None where it never succeeded, which is at once."""
    if seen is None or seen.last_success is None:
        return None
    return seen.last_success + timedelta(hours=source.cadence_hours)


def why_disabled(source: Source, settings: Settings) -> str | None:
    """Why a source cannot run with these settings, and what to set; None where it can."""
    if source.key == "required" and source.secret and settings.secret(source.secret) is None:
        return f"needs a key: set {PREFIX}{source.secret.upper()}"
    return None


def why_by_hand(source: Source, settings: Settings) -> str | None:
    """Why a source is not asked and what to do instead; None for one that is."""
    if not source.imported or (source.live and getattr(settings, source.live)):
        return None
    switch = f", or set {PREFIX}{source.live.upper()}=1 (docs/settings.md says what that means)" if source.live else ""
    return f"imported by hand: framescope import FILE{switch}"
