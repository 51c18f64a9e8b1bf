"""Whether the device was slowed while it was measured: read at every round's end, counted in rounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from collectors.bench.nvml import Clocks

CPUS = Path("/sys/devices/system/cpu")
MUCH = 0.2
"""The share of rounds above which a comparison says that the device was throttled."""
CAPPED_SHARE = 0.05
"""The share of a round's time in which a GPU was held back, from which on the round counts as throttled."""
_COUNTS = ("thermal_throttle/core_throttle_count", "thermal_throttle/package_throttle_count")
_NO_COUNTS = "this system counts no thermal events of its processors (a virtual machine, or not an Intel processor)"


@dataclass(frozen=True)
class Reading:
    """What a device told at one moment; None where it does not tell.

    at: seconds of a steady clock. share: the clock over its highest. events: of thermal throttling so far.
    slowed_by: what holds a GPU back now. capped_ns: how long it was held back so far, by cause.
    """

    at: float
    share: float | None = None
    events: int | None = None
    slowed_by: tuple[str, ...] | None = None
    capped_ns: dict[str, int] | None = None
    temperature: int | None = None


class Meter(Protocol):
    """What reads a device."""

    why: str | None

    def read(self, at: float) -> Reading:
        """Read it now."""


class Processor:
    """The processors measured on. Clocks are shown; only thermal events count, as a core at rest has a low one."""

    def __init__(self, cpus: Sequence[int]) -> None:
        self.folders = [CPUS / f"cpu{cpu}" for cpu in cpus]
        self.why = None if self.read(0.0).events is not None else _NO_COUNTS

    def read(self, at: float) -> Reading:
        """Read the fastest clock among the processors, and their thermal events so far."""
        counts = [n for folder in self.folders for name in _COUNTS if (n := _number(folder / name)) is not None]
        shares = [share for folder in self.folders if (share := _share(folder)) is not None]
        return Reading(at, max(shares, default=None), sum(counts) if counts else None)


class Graphics:
    """A GPU, by what NVML says of its clocks."""

    def __init__(self, clocks: Callable[[], Clocks]) -> None:
        self.clocks = clocks
        first = self.read(0.0)
        told = first.slowed_by is not None or first.capped_ns is not None
        self.why = None if told else "NVML does not say what holds this GPU back"

    def read(self, at: float) -> Reading:
        """Read its clock, what holds it back, and its temperature."""
        now = self.clocks()
        return Reading(at, now.share, None, now.slowed_by, now.capped_ns, now.temperature)


class Unknown:
    """A device that cannot be read, and why."""

    def __init__(self, why: str) -> None:
        self.why: str | None = why

    def read(self, at: float) -> Reading:
        """Read nothing."""
        return Reading(at)


def causes(before: Reading, after: Reading) -> list[str]:
    """Name what held the device back between two readings."""
    found = list(after.slowed_by or ())
    if before.events is not None and after.events is not None and after.events > before.events:
        found.append("temperature")
    span = (after.at - before.at) * 1e9
    for name, until in (after.capped_ns or {}).items():
        if until - (before.capped_ns or {}).get(name, until) > CAPPED_SHARE * span:
            found.append(name)
    return list(dict.fromkeys(found))


def told(readings: Sequence[Reading], rounds: Sequence[int], why: str | None) -> dict[str, Any]:
    """Sum up the readings, one before the first round and one after each of `rounds`."""
    shares = [r.share for r in readings if r.share is not None]
    heat = [r.temperature for r in readings if r.temperature is not None]
    facts: dict[str, Any] = {"min_clock_share": min(shares, default=None), "max_temperature": max(heat, default=None)}
    if why is not None:
        unknown = {"rounds_throttled": None, "rounds": len(rounds), "share": None}
        return {"known": False} | unknown | facts | {"throttled": [], "by": {}, "why": why}
    found = {number: causes(*pair) for number, pair in zip(rounds, pairwise(readings), strict=True)}
    throttled = [number for number, by in found.items() if by]
    by = {name: sum(name in names for names in found.values()) for names in found.values() for name in names}
    share = len(throttled) / len(rounds) if rounds else None
    counted = {"known": True, "rounds_throttled": len(throttled), "rounds": len(rounds), "share": share}
    said = ", ".join(f"{name} in {count}" for name, count in by.items())
    return (
        counted | facts | {"throttled": throttled, "by": by, "why": f"of {len(rounds)} rounds: {said}" if by else None}
    )


def warning(throttle: dict[str, Any]) -> list[str]:
    """Say that the device was throttled in many rounds; both sides of a ratio were, since rounds are interleaved."""
    if throttle["share"] is None or throttle["share"] <= MUCH:
        return []
    return [f"the device was throttled in {throttle['share']:.0%} of the rounds ({', '.join(throttle['by'])})"]


def _share(folder: Path) -> float | None:
    now, most = (_number(folder / "cpufreq" / name) for name in ("scaling_cur_freq", "cpuinfo_max_freq"))
    return now / most if now and most else None


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
