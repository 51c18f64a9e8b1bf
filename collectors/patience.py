"""Waiting that can be called off: a pause ends within a moment of being asked to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.25


class Stopped(Exception):
    """The wait was called off; what was asked for is no longer wanted."""


def sleeper(
    should_stop: Callable[[], bool] | None, sleep: Callable[[float], None] = time.sleep
) -> Callable[[float], None]:
    """A sleep that looks up several times a second and raises `Stopped` where it should end."""
    if should_stop is None:
        return sleep

    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            if should_stop():
                raise Stopped
            left = until - time.monotonic()
            if left <= 0:
                return
            sleep(min(LOOK_EVERY_S, left))

    return wait
