"""A stand-in for the module `pynvml`, with the names and shapes of nvidia-ml-py 13, for machines without a GPU."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

GB = 10**9


class NVMLError(Exception):
    """What the binding raises for everything."""


@dataclass
class Card:
    """One fake GPU; a field that is None is a question the card does not answer."""

    name: str | bytes = "NVIDIA H200"
    uuid: str = "GPU-aaaa"
    clock: int | None = 1980
    reasons: int | None = 0
    power_ns: int | None = 0
    thermal_ns: int | None = 0
    processes: dict[int, int | None] = field(default_factory=dict)
    free: int = 140 * GB
    mig: int | None = 0


@dataclass
class Driver:
    """What the fake cards and their driver answer; `opened` counts the connections that are open."""

    cards: list[Card]
    broken: str | None = None
    opened: int = 0
    old: bool = False

    def _known(self, value: Any) -> Any:
        if value is None:
            raise NVMLError("Not Supported")
        return value

    def open(self) -> None:
        if self.broken:
            raise NVMLError(self.broken)
        self.opened += 1

    def close(self) -> None:
        self.opened -= 1

    def card(self, index: int) -> Card:
        if index >= len(self.cards):
            raise NVMLError("Invalid Argument")
        return self.cards[index]

    def running(self, card: Card) -> list[SimpleNamespace]:
        return [SimpleNamespace(pid=pid, usedGpuMemory=held) for pid, held in card.processes.items()]

    def violation(self, card: Card, policy: int) -> SimpleNamespace:
        return SimpleNamespace(violationTime=self._known((card.power_ns, card.thermal_ns)[policy]), referenceTime=1)

    def new_reasons(self, card: Card) -> int:
        if self.old:
            raise NVMLError("Function Not Found")
        return int(self._known(card.reasons))

    def module(self) -> ModuleType:
        """Give the module."""
        known = self._known
        functions: dict[str, Callable[..., Any]] = {
            "nvmlInit": self.open,
            "nvmlShutdown": self.close,
            "nvmlSystemGetDriverVersion": lambda: "580.65.06",
            "nvmlDeviceGetCount": lambda: len(self.cards),
            "nvmlDeviceGetHandleByIndex": self.card,
            "nvmlDeviceGetUUID": lambda card: card.uuid,
            "nvmlDeviceGetName": lambda card: card.name,
            "nvmlDeviceGetMemoryInfo": lambda card: SimpleNamespace(total=141 * GB, free=card.free),
            "nvmlDeviceGetCudaComputeCapability": lambda card: (9, 0),
            "nvmlDeviceGetMigMode": lambda card: [known(card.mig), 0],
            "nvmlDeviceGetClockInfo": lambda card, kind: known(card.clock),
            "nvmlDeviceGetMaxClockInfo": lambda card, kind: 1980,
            "nvmlDeviceGetTemperature": lambda card, kind: 55,
            "nvmlDeviceGetCurrentClocksEventReasons": self.new_reasons,
            "nvmlDeviceGetCurrentClocksThrottleReasons": lambda card: known(card.reasons),
            "nvmlDeviceGetViolationStatus": self.violation,
            "nvmlDeviceGetComputeRunningProcesses": self.running,
        }
        module = ModuleType("pynvml")
        constants = {"NVML_CLOCK_SM": 1, "NVML_TEMPERATURE_GPU": 0}
        policies = {"NVML_PERF_POLICY_POWER": 0, "NVML_PERF_POLICY_THERMAL": 1}
        vars(module).update(functions | constants | policies | {"NVMLError": NVMLError})
        return module


def install(monkeypatch: pytest.MonkeyPatch, *cards: Card, broken: str | None = None) -> Driver:
    """Have `import pynvml` give the fake, with these cards."""
    driver = Driver(list(cards), broken)
    monkeypatch.setitem(sys.modules, "pynvml", driver.module())
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return driver


def remove(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `import pynvml` fail, as where the package is not installed."""
    monkeypatch.setitem(sys.modules, "pynvml", None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
