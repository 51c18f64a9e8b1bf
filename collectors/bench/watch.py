"""What is watched at every round's end, between the blocks: clocks, the machine's speed, others' load, GPU memory."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.bench import machine, sentinel, throttle
from collectors.bench.nvml import Gpu, NoNvmlError, Nvml

WINDOW_S = 0.5
"""Load is counted in ticks of 10 ms: over a shorter time than this it says little."""


class Watch:
    """Watches one workload being measured; `round` is to be called when no block runs."""

    def __init__(self, gpu: Gpu | None, cpus: Sequence[int]) -> None:
        """Begin.

        gpu: the GPU measured on, or None for the processor. cpus: the processors the variants are pinned to; empty
            takes all.
        """
        self.gpu, self.held, self.why_not_held = gpu, dict[str, int](), None if gpu is None else _NOBODY
        self.nvml = self._open()
        self.meter = self._meter(cpus or machine.processors())
        self.sentinel = sentinel.Sentinel(tuple(cpus))
        self.rounds: list[int] = []
        self.readings = [self.meter.read(time.monotonic())]
        self.busy: list[int] = []
        self.window: tuple[int, float, machine.Use | None] | None = None
        self.sentinel.look(0, time.monotonic())

    def round(self, number: int, pids: Mapping[str, int]) -> None:
        """Look after round `number`; pids: the living children's process ids, by variant."""
        now = time.monotonic()
        self.rounds.append(number)
        self.readings.append(self.meter.read(now))
        self.sentinel.look(number, now)
        self._load(number, now, list(pids.values()))
        self._hold(pids)

    def told(self) -> dict[str, Any]:
        """Give what a workload's entry in the document says of it: `throttle` and `sentinel`."""
        return {"throttle": throttle.told(self.readings, self.rounds, self.meter.why), "sentinel": self.sentinel.told()}

    def noise(self) -> dict[str, Any]:
        """Give what is added to the workload's `disturbance`: the rounds in which others were busy, and warnings."""
        found = self.told()
        warnings = throttle.warning(found["throttle"]) + sentinel.warning(found["sentinel"])
        return {"rounds_busy": self.busy, "warnings": warnings}

    def close(self) -> None:
        """Close what is open."""
        if self.nvml is not None:
            self.nvml.close()
            self.nvml = None

    def _open(self) -> Nvml | None:
        if self.gpu is None or self.gpu.index is None:
            return None
        try:
            return Nvml()
        except NoNvmlError as error:
            self.why_not_held = str(error)
            return None

    def _meter(self, cpus: Sequence[int]) -> throttle.Meter:
        if self.gpu is None:
            return throttle.Processor(cpus)
        nvml, index = self.nvml, self.gpu.index
        if nvml is None or index is None:
            return throttle.Unknown(self.why_not_held or _NOBODY)
        return throttle.Graphics(lambda: nvml.clocks(index))

    def _load(self, number: int, now: float, pids: list[int]) -> None:
        """Mark the rounds since the last look at the load, where others took too much meanwhile."""
        if self.window is not None and now - self.window[1] < WINDOW_S:
            return
        use = machine.use(pids)
        if self.window is not None and machine.disturbance(self.window[2], use)["busy"]:
            self.busy += range(self.window[0] + 1, number + 1)
        self.window = (number, now, use)

    def _hold(self, pids: Mapping[str, int]) -> None:
        """Keep the most GPU memory that each child was seen to hold."""
        if self.nvml is None or self.gpu is None or self.gpu.index is None:
            return
        now = self.nvml.process_bytes(self.gpu.index)
        for variant, pid in pids.items():
            if pid in now:
                self.held[variant] = max(self.held.get(variant, 0), now[pid])


_NOBODY = "NVML names no process of this id: in a container, processes have other ids than on the host"
