"""The day on which the collectors' tests are run, whatever day it is: no test sees a midnight or the end of a month."""

from datetime import UTC, datetime

import pytest

from db import clock

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TODAY = NOON.date()


def hold(patch: pytest.MonkeyPatch) -> None:
    """Let the clock of all that is collected go on from noon of that day; `clock.ahead` moves it as ever."""
    real, behind = clock.now, NOON - datetime.now(UTC)
    patch.setattr(clock, "now", lambda: real() + behind)
