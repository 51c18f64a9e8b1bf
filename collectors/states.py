"""When a source is due, whether it can run at all, and what to say of it on a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
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
    newest: Mapping[str, date] | None = None,
    held: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Every source with its state and cost, as ``sources --json`` prints it. Raises `SettingsError`.

    ``newest`` is where each source's newest period ends, ``held`` how many of its values are in doubt.
    """
    settings = settings or load_settings()
    if registered is None:
        from collectors.sources import SOURCES

        registered = SOURCES
    now = now or clock.now()
    ends, doubts = newest or {}, held or {}
    return [
        _listed(source, seen.get(source.name), settings, now, ends.get(source.name))
        | {"held_back": doubts.get(source.name, 0)}
        for source in registered
    ]


def _listed(
    source: Source, seen: SourceState | None, settings: Settings, now: datetime, newest: date | None
) -> dict[str, Any]:
    disabled, with_key = why_disabled(source, settings), keyed(source, settings)
    by_hand = why_by_hand(source, settings)
    old = "" if by_hand else answers_old(source, newest, now)
    state = state_of(source, seen, now, newest, by_hand=by_hand is not None)
    return {
        "source": source.name,
        "title": source.title,
        "metrics": list(source.metrics),
        "cadence_hours": None if by_hand else source.cadence_hours,
        "key": source.key,
        "state": "disabled" if disabled else state,
        "last_success": seen.last_success if seen else None,
        "next_due": None if disabled or by_hand else (next_due(source, seen, now, with_key) or now),
        "not_before": cooldown.not_before(seen.parameters, now, keyed=with_key) if seen else None,
        "calls_backfill": source.calls_backfill,
        "calls_daily": source.calls_daily,
        "licence": source.licence,
        "docs": source.docs,
        "newest": min(newest - timedelta(days=1), now.date()) if newest else None,
        "message": disabled or "; ".join(part for part in (old, _message(seen, now, with_key) or by_hand) if part),
        "imported": by_hand is not None,
        "command": source.command if by_hand else f"collect {source.name}",
    }


def _message(seen: SourceState | None, now: datetime, with_key: bool) -> str:
    """What the last run said, and before it what must be known to read the state."""
    if seen is None:
        return ""
    rest = cooldown.not_before(seen.parameters, now, keyed=with_key)
    parts = [f"left alone until {rest:%Y-%m-%d %H:%M} UTC, as it asked"] if rest else []
    if seen.some_success is not None and seen.some_success != seen.last_success:
        named = ", ".join(seen.some_systems[:_NAMED]) + (" and others" if len(seen.some_systems) > _NAMED else "")
        parts.append(f"the last success was for {named} only, {seen.some_success:%Y-%m-%d %H:%M} UTC")
    return "; ".join([*parts, *filter(None, [seen.last_message])])


def answers_old(source: Source, newest: date | None, now: datetime) -> str:
    """What to say of a source whose runs end well and bring nothing new: its newest period is older than it may be.

    A period may be missing for the source's usual lag and for as long as it may go unasked (`STALE_AFTER_CADENCES`).
    """
    if newest is None or source.lag_days is None:
        return ""
    allowed = timedelta(days=source.lag_days) + STALE_AFTER_CADENCES * timedelta(hours=source.cadence_hours)
    if now - datetime.combine(newest, time(), UTC) <= allowed:
        return ""
    last = newest - timedelta(days=1)
    return (
        f"answered with data up to {last}, where its newest period usually ended at most {source.lag_days:g} days ago"
    )


def state_of(
    source: Source, seen: SourceState | None, now: datetime, newest: date | None = None, *, by_hand: bool = False
) -> State:
    """How a source fares: by its last run, its last success and its newest data; what is imported by hand stays ok."""
    if seen is None:
        return "never"
    if seen.last_status in ("failed", "unavailable"):
        return "failing"
    if seen.last_success is None:
        return "never"
    if by_hand:
        return "ok"
    age = now - seen.last_success
    if answers_old(source, newest, now):
        return "stale"
    return "stale" if age > STALE_AFTER_CADENCES * timedelta(hours=source.cadence_hours) else "ok"


def next_due(source: Source, seen: SourceState | None, now: datetime, with_key: bool = False) -> datetime | None:
    """When a source is due again; None where it is at once.

    What a run had to leave, and what failed, is due again after `RETRY_AFTER`, or when the source said. A success that
    lies in the future was dated by a wrong clock and counts for nothing.
    """
    if seen is None:
        return None
    last, rest = seen.last_finished or seen.last_run, cooldown.not_before(seen.parameters, now, keyed=with_key)
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
    if source.folder is not None:
        folder = settings.folder(source.folder)
        if folder is None:
            return f"reads a directory: set {PREFIX}{source.folder.upper()}"
        if not folder.is_dir():
            return f"{PREFIX}{source.folder.upper()} names no directory"
    return None


def why_by_hand(source: Source, settings: Settings) -> str | None:
    """Why a source is not asked and what to do instead; None for one that is."""
    if not source.imported or (source.live and getattr(settings, source.live)):
        return None
    switch = f", or set {PREFIX}{source.live.upper()}=1 (docs/settings.md says what that means)" if source.live else ""
    return f"imported by hand: framescope {source.command}{switch}"


def keyed(source: Source, settings: Settings) -> bool:
    """Whether a source is asked with a key."""
    return source.secret is not None and settings.secret(source.secret) is not None
