"""How long a source that said "come back later" is left alone, remembered with its last run; bounded, and pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST = timedelta(hours=24)
_TOLD, _UNTIL, _KEYED = "told", "not_before", "keyed"


def note(retry_after: float | None, now: datetime, *, keyed: bool = False) -> dict[str, object]:
    """What a run keeps where the source named a wait in seconds: at most `LONGEST`, nothing where it is over.

    ``keyed`` is whether it was asked with a key, which has an allowance of its own.
    """
    if retry_after is None or not retry_after > 0:
        return {}
    until = now + min(LONGEST, timedelta(seconds=min(retry_after, LONGEST.total_seconds())))
    return {_TOLD: now.isoformat(), _UNTIL: until.isoformat(), _KEYED: keyed}


def not_before(kept: Mapping[str, Any], now: datetime, *, keyed: bool = False) -> datetime | None:
    """Until when nothing is asked by what the last run kept; None where it may.

    What was said to nobody in particular does not hold for who has a key by now (``keyed``). A clock that was set back
    since, or a time further away than any that is kept, says nothing.
    """
    if keyed and kept.get(_KEYED) is False:
        return None
    told, until = _time(kept.get(_TOLD)), _time(kept.get(_UNTIL))
    if told is None or until is None or not told <= now < until or until - told > LONGEST:
        return None
    return until


def _time(text: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return when if when is None or when.tzinfo else when.replace(tzinfo=UTC)
