"""When a source is due, whether it can run at all, and what to say of it on a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from collectors import cooldown
from collectors.settings import PREFIX, Settings, load_settings
from collectors.source import Source
from db import clock
from db.read import SourceState

State = Literal["ok", "stale", "failing", "never", "disabled"]
STALE_AFTER_CADENCES = 2
RETRY_AFTER = timedelta(minutes=30)
_NAMED = 3


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
    now = now or clock.now()
    return [_listed(source, seen.get(source.name), settings, now) for source in registered]


def _listed(source: Source, seen: SourceState | None, settings: Settings, now: datetime) -> dict[str, Any]:
    disabled = why_disabled(source, settings)
    return {
        "source": source.name,
        "title": source.title,
        "metrics": list(source.metrics),
        "cadence_hours": source.cadence_hours,
        "key": source.key,
        "state": "disabled" if disabled else state_of(source, seen, now),
        "last_success": seen.last_success if seen else None,
        "next_due": None if disabled else (next_due(source, seen, now) or now),
        "not_before": cooldown.not_before(seen.parameters, now) if seen else None,
        "calls_backfill": source.calls_backfill,
        "calls_daily": source.calls_daily,
        "licence": source.licence,
        "docs": source.docs,
        "message": disabled or _message(seen, now),
    }


def _message(seen: SourceState | None, now: datetime) -> str:
    """What the last run said, and before it what must be known to read the state."""
    if seen is None:
        return ""
    rest = cooldown.not_before(seen.parameters, now)
    parts = [f"left alone until {rest:%Y-%m-%d %H:%M} UTC, as it asked"] if rest else []
    if seen.some_success is not None and seen.some_success != seen.last_success:
        named = ", ".join(seen.some_systems[:_NAMED]) + (" and others" if len(seen.some_systems) > _NAMED else "")
        parts.append(f"the last success was for {named} only, {seen.some_success:%Y-%m-%d %H:%M} UTC")
    return "; ".join([*parts, *filter(None, [seen.last_message])])


def state_of(source: Source, seen: SourceState | None, now: datetime) -> State:
    """How a source fares: by its last run, and by how old its last success is."""
    if seen is None:
        return "never"
    if seen.last_status in ("failed", "unavailable"):
        return "failing"
    if seen.last_success is None:
        return "never"
    age = now - seen.last_success
    return "stale" if age > STALE_AFTER_CADENCES * timedelta(hours=source.cadence_hours) else "ok"


def next_due(source: Source, seen: SourceState | None, now: datetime) -> datetime | None:
    """When a source is due again; None where it is at once.

    What a run had to leave, and what failed, is due again after `RETRY_AFTER`, or when the source said. A success that
    lies in the future was dated by a wrong clock and counts for nothing.
    """
    if seen is None:
        return None
    last, rest = seen.last_finished or seen.last_run, cooldown.not_before(seen.parameters, now)
    if rest is not None:
        return rest
    again = last + RETRY_AFTER if last is not None and last <= now else None
    if seen.last_status in ("failed", "unavailable"):
        return again
    if seen.last_success is None or seen.last_success > now:
        return None
    due = seen.last_success + timedelta(hours=source.cadence_hours)
    return again if seen.parameters.get("left") and again is not None and again < due else due


def why_disabled(source: Source, settings: Settings) -> str | None:
    """Why a source cannot run with these settings, and what to set; None where it can."""
    if source.key == "required" and source.secret and settings.secret(source.secret) is None:
        return f"needs a key: set {PREFIX}{source.secret.upper()}"
    return None
