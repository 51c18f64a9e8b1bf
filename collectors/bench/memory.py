"""How much memory a variant took, told in four ways that each mean the same for every framework."""

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

KINDS = ("process_bytes", "framework_bytes", "allocator_bytes", "device_bytes")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_SINCE = {
    True: "peak resident memory of the process during the workload, compiling included and the check left out",
    False: "peak resident memory of the process since it started: this system does not let it be counted anew",
}
_BY_PEAK = "peak resident memory of the process right after the framework was imported, before the inputs"
_AFTER = "resident memory of the process right after the framework was imported and set up, before the inputs"
_ON_THE_PROCESSOR = "the processor has no memory apart from the process's"
_UNKNOWN = "not told by this system"
DEVICE = "most GPU memory the process was seen to hold between blocks, by NVML: its pool and its CUDA context"


class Allocator(Protocol):
    """What an adapter tells of the framework's own allocator; None where memory is the process's."""

    def reset_peak(self) -> None:
        """Count the peak anew from here, where the framework can."""

    def peak_bytes(self) -> int | None:
        """Give the most bytes the framework had in use."""

    def reserved_bytes(self) -> int | None:
        """Give the most bytes the framework's pool had taken from the device; None where it does not say."""


class Memory:
    """The memory of this process: what the framework took, and the peak of the workload on top."""

    def __init__(self) -> None:
        self.framework: int | None = None
        self.kept = 0
        self.anew = False

    def imported(self) -> None:
        """Note what the framework took; call it before there are inputs."""
        self.framework = _field("VmRSS") or _peak()

    def begin(self) -> None:
        """Count the peak from here, where the system lets us."""
        self.kept, self.anew = 0, _reset()

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """Leave what is done within out of the peak, where the system lets us."""
        self.kept = max(self.kept, _peak() or 0)
        try:
            yield
        finally:
            self.anew = self.anew and _reset()

    def process_bytes(self) -> int | None:
        """Give the peak since `begin`, the framework included."""
        now = _peak()
        return None if now is None else max(now, self.kept)

    def told(self, allocator: Allocator) -> dict[str, Any]:
        """Give all that this process can tell of itself; the device's own figure is the coordinator's to add."""
        own = allocator.peak_bytes()
        process = self.process_bytes()
        exact = _field("VmRSS") is not None
        return {
            "process_bytes": process,
            "framework_bytes": self.framework,
            "allocator_bytes": own,
            "allocator_reserved_bytes": allocator.reserved_bytes(),
            "device_bytes": None,
            "said": {
                "process_bytes": _UNKNOWN if process is None else _SINCE[self.anew],
                "framework_bytes": _UNKNOWN if self.framework is None else _AFTER if exact else _BY_PEAK,
                "allocator_bytes": "the framework keeps no count on this device" if own is None else _OWN,
                "device_bytes": _ON_THE_PROCESSOR,
            },
        }


_OWN = "most bytes the framework's own allocator had in use on the device; what it took from the device is more"


def add_device(rows: Sequence[dict[str, Any]], held: Mapping[str, int], why: str | None) -> None:
    """Put what each variant's process was seen to hold on the GPU into its row, or why that is not known."""
    for row in rows:
        if row["memory"] is None:
            continue
        seen = held.get(row["variant"])
        said = DEVICE if seen is not None else why or _ON_THE_PROCESSOR
        row["memory"] = row["memory"] | {"device_bytes": seen, "said": row["memory"]["said"] | {"device_bytes": said}}


def settle(rows: Sequence[dict[str, Any]], device: str) -> None:
    """Give `peak_bytes` one meaning in all `rows`: the device's where it is known of all, else the process's."""
    known = [row for row in rows if row["memory"] is not None]
    measured = [row["memory"]["device_bytes"] for row in known if row["status"] == "ok"]
    kind = "device_bytes" if device != "cpu" and measured and None not in measured else "process_bytes"
    for row in known:
        row["peak_bytes"] = row["memory"][kind]
        row["memory"] = row["memory"] | {"said": row["memory"]["said"] | {"peak_bytes": kind}}


def _reset() -> bool:
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak() -> int | None:
    """Give the most bytes that were resident; the kernel counts them, so that no peak between two looks is lost."""
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _field("VmHWM")


def _field(name: str) -> int | None:
    """Read a line of /proc/self/status in bytes; None where there is none."""
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    line = next((line for line in lines if line.startswith(f"{name}:")), None)
    return int(line.split()[1]) * 1024 if line else None
