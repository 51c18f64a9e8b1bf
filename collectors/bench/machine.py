"""The machine: processor, memory, system and load, from the standard library alone."""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUSY_SHARE = 0.10
"""Others' share of the processors above which a run is called disturbed."""


def processors() -> list[int]:
    """Give the processors this process may run on, in order; all there are where the system does not say."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def physical(cpus: list[int]) -> list[int]:
    """Keep one processor of each physical core among `cpus`; all of them where the system does not say."""
    seen: set[str] = set()
    kept = []
    for cpu in cpus:
        siblings = _read(Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")) or str(cpu)
        if siblings not in seen:
            seen.add(siblings)
            kept.append(cpu)
    return kept


def describe() -> dict[str, Any]:
    """Describe this machine; what the system does not tell is None."""
    cpus = processors()
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or None,
        "architecture": platform.machine(),
        "processors": len(cpus),
        "physical_cores": len(physical(cpus)),
        "affinity": cpus,
        "cache_bytes": _cache_bytes(),
        "memory_bytes": _memory_bytes(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "python_implementation": sys.implementation.name,
        "virtual": "hypervisor" in (_field("/proc/cpuinfo", "flags") or "").split() or None,
        "load_before": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


@dataclass(frozen=True)
class Use:
    """Processor seconds so far: of everybody, of those stolen by the host, and our own.

    own: this process, the children it has waited for, and the living processes asked about.
    """

    total: float
    busy: float
    stolen: float
    own: float


def use(pids: list[int]) -> Use | None:
    """Read how the processors were used so far; None where there is no /proc/stat."""
    text = _read(Path("/proc/stat"))
    if text is None:
        return None
    tick = os.sysconf("SC_CLK_TCK")
    user, nice, system, idle, waiting, irq, softirq, stolen = (int(n) / tick for n in text.split()[1:9])
    busy = user + nice + system + irq + softirq
    times = os.times()
    ended = times.children_user + times.children_system
    own = times.user + times.system + ended + sum(_process_seconds(pid, tick) for pid in pids)
    return Use(busy + idle + waiting + stolen, busy, stolen, own)


def disturbance(before: Use | None, after: Use | None) -> dict[str, Any]:
    """Say how much of the processors went to others between two readings, and whether that is too much."""
    if before is None or after is None or after.total <= before.total:
        return {"others_share": None, "stolen_share": None, "busy": None}
    span = after.total - before.total
    others = max(0.0, (after.busy - before.busy) - (after.own - before.own)) / span
    stolen = (after.stolen - before.stolen) / span
    return {"others_share": others, "stolen_share": stolen, "busy": others + stolen > BUSY_SHARE}


def _process_seconds(pid: int, tick: int) -> float:
    text = _read(Path(f"/proc/{pid}/stat"))
    if text is None:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / tick


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _cache_bytes() -> int | None:
    text = _read(Path("/sys/devices/system/cpu/cpu0/cache/index3/size"))
    return int(text[:-1]) * 1024 if text and text.endswith("K") else None


def memory_free() -> int | None:
    """Give the bytes that may still be taken: the system's, or what a control group leaves; None where not told."""
    available = (_field("/proc/meminfo", "MemAvailable") or "").removesuffix("kB").strip()
    limit, used = (_read(Path("/sys/fs/cgroup") / name) or "" for name in ("memory.max", "memory.current"))
    known = [int(available) * 1024] if available.isdigit() else []
    known += [int(limit) - int(used)] if limit.isdigit() and used.isdigit() else []
    return max(0, min(known)) if known else None


def _field(path: str, name: str) -> str | None:
    for line in (_read(Path(path)) or "").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
