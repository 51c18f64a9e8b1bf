"""NVIDIA's management library, asked by its Python binding (`nvidia-ml-py`): GPUs, their clocks, a process's memory."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

SLOWED_BY = {
    0x04: "power cap",
    0x08: "hardware slowdown",
    0x20: "temperature (driver)",
    0x40: "temperature (hardware)",
    0x80: "power brake",
}
"""The bits of NVML's clock event reasons that slow a busy GPU; not its idle or its set clocks."""
_CAPS = {"power cap": "NVML_PERF_POLICY_POWER", "temperature": "NVML_PERF_POLICY_THERMAL"}


class NoNvmlError(Exception):
    """NVML cannot be asked here; ask another way. The message is the reason."""


@dataclass(frozen=True)
class Gpu:
    """A GPU as the driver lists it, in the order of the PCI bus; what it did not tell is None.

    index: the driver's own number; None where only its id is known (an instance of a split GPU).
    memory_free: bytes nobody held when asked. mig: whether it is split into instances.
    """

    index: int | None
    uuid: str | None = None
    name: str | None = None
    memory_bytes: int | None = None
    memory_free: int | None = None
    driver: str | None = None
    compute_capability: str | None = None
    mig: bool | None = None


@dataclass(frozen=True)
class Clocks:
    """One reading of a GPU; what it did not tell is None.

    share: the clock of its multiprocessors over their highest. slowed_by: what slows it at this moment.
    capped_ns: nanoseconds so far in which it was slowed, by cause; it only rises. temperature: degrees Celsius.
    """

    share: float | None
    slowed_by: tuple[str, ...] | None
    capped_ns: dict[str, int] | None
    temperature: int | None


class Nvml:
    """An open connection; a question this GPU or driver does not answer gives None."""

    def __init__(self) -> None:
        """Open NVML.

        Raises:
            NoNvmlError: the binding is not installed, or there is no driver.
        """
        try:
            self.binding: Any = importlib.import_module("pynvml")
        except ImportError as error:
            raise NoNvmlError("the package nvidia-ml-py is not installed") from error
        try:
            self.binding.nvmlInit()
        except self.binding.NVMLError as error:
            raise NoNvmlError(f"NVML could not be opened: {error}") from error

    def close(self) -> None:
        """Close it; safe where it is closed already."""
        self._ask(self.binding.nvmlShutdown)

    def gpus(self) -> list[Gpu]:
        """List the GPUs there are, whatever CUDA_VISIBLE_DEVICES says.

        Raises:
            NoNvmlError: one of them does not answer at all.
        """
        return [self._gpu(index) for index in range(self._ask(self.binding.nvmlDeviceGetCount) or 0)]

    def clocks(self, index: int) -> Clocks:
        """Read how fast the GPU runs now, and what slows it."""
        n, handle = self.binding, self._handle(index)
        now = self._ask(lambda: n.nvmlDeviceGetClockInfo(handle, n.NVML_CLOCK_SM))
        most = self._ask(lambda: n.nvmlDeviceGetMaxClockInfo(handle, n.NVML_CLOCK_SM))
        bits = self._reasons(handle)
        return Clocks(
            share=now / most if now and most else None,
            slowed_by=None if bits is None else tuple(name for bit, name in SLOWED_BY.items() if bits & bit),
            capped_ns=self._capped(handle),
            temperature=self._ask(lambda: n.nvmlDeviceGetTemperature(handle, n.NVML_TEMPERATURE_GPU)),
        )

    def process_bytes(self, index: int) -> dict[int, int]:
        """Give the bytes of GPU memory each computing process holds, by process id.

        The ids are the host's: in a container with ids of its own they are other processes', or nobody's. A driver
        that does not tell a process's bytes (Windows' display driver model) leaves the process out.
        """
        handle = self._handle(index)
        rows = self._ask(lambda: self.binding.nvmlDeviceGetComputeRunningProcesses(handle)) or []
        return {int(row.pid): int(row.usedGpuMemory) for row in rows if row.usedGpuMemory is not None}

    def _handle(self, index: int) -> Any:
        try:
            return self.binding.nvmlDeviceGetHandleByIndex(index)
        except self.binding.NVMLError as error:
            raise NoNvmlError(f"NVML does not give GPU {index}: {error}") from error

    def _gpu(self, index: int) -> Gpu:
        n, handle = self.binding, self._handle(index)
        memory = self._ask(lambda: n.nvmlDeviceGetMemoryInfo(handle))
        capability = self._ask(lambda: n.nvmlDeviceGetCudaComputeCapability(handle))
        mig = self._ask(lambda: n.nvmlDeviceGetMigMode(handle)[0])
        return Gpu(
            index,
            uuid=_text(self._ask(lambda: n.nvmlDeviceGetUUID(handle))),
            name=_text(self._ask(lambda: n.nvmlDeviceGetName(handle))),
            memory_bytes=memory and int(memory.total),
            memory_free=memory and int(memory.free),
            driver=_text(self._ask(n.nvmlSystemGetDriverVersion)),
            compute_capability=capability and ".".join(map(str, capability)),
            mig=None if mig is None else bool(mig),
        )

    def _reasons(self, handle: Any) -> int | None:
        """Ask by today's name, or by the older one, which is all that older drivers and bindings know."""
        for name in ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"):
            bits = self._ask(self._by_name(name, handle))
            if bits is not None:
                return bits
        return None

    def _capped(self, handle: Any) -> dict[str, int] | None:
        found = {name: self._ask(self._violation(handle, constant)) for name, constant in _CAPS.items()}
        return {name: told for name, told in found.items() if told is not None} or None

    def _by_name(self, name: str, handle: Any) -> Callable[[], int]:
        return lambda: int(getattr(self.binding, name)(handle))

    def _violation(self, handle: Any, policy: str) -> Callable[[], int]:
        n = self.binding
        return lambda: int(n.nvmlDeviceGetViolationStatus(handle, getattr(n, policy)).violationTime)

    def _ask(self, question: Callable[[], T]) -> T | None:
        """Give the answer; None where this GPU, driver or binding has none."""
        try:
            return question()
        except (self.binding.NVMLError, AttributeError):
            return None


def _text(value: str | bytes | None) -> str | None:
    """Older bindings give bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
