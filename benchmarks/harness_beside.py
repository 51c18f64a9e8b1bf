"""PyTorch with two stopwatches beside the harness's own, in the same process, on the same tensors and threads.

One is `torch.utils.benchmark.Timer`, the other a bare loop with one pair of clock readings. A child asked for its
passport measures both once and puts them among its facts; the harness's blocks stay as they are.
"""

import math
import random
import time
from dataclasses import replace
from typing import Any

from collectors.bench.adapters.base import Setting
from collectors.bench.adapters.pytorch import Adapter as PyTorch
from collectors.bench.workload import Arrays, Gap, Prepared, Workload

TIMER_S = 0.05
LOOP_S = 0.01
SETTLE_S = 0.02
WATCHED: list[Prepared] = []
"""What this process prepared last: the harness gives an adapter the step alone, and a stopwatch needs its tensors."""


def watched(workload: Workload) -> Workload:
    """Give the PyTorch side of a workload alone, remembered here as it is prepared."""
    side = workload.frameworks["pytorch"]
    assert not isinstance(side, Gap)  # noqa: S101  # chosen by name, each with a side

    def remembering(arrays: Arrays, device: str) -> Prepared:
        WATCHED[:] = [side(arrays, device)]
        return WATCHED[0]

    return replace(workload, frameworks={"pytorch": remembering})


class Adapter(PyTorch):
    """torch.eager, whose facts hold one measurement of each stopwatch, in seconds per call."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.order, self.call_s = random.Random(0), 0.0  # noqa: S311  # an order, no secret

    def facts(self) -> dict[str, Any]:
        """Measure with both, in a random order."""
        _for_a_while(WATCHED[0], SETTLE_S)
        kinds = {"timer": self._timer, "bare": self._bare}
        found = {name: kinds[name]() for name in self.order.sample(sorted(kinds), len(kinds))}
        return super().facts() | {"beside": found}

    def _timer(self) -> float:
        """Give the median of Timer's own blocks; its thread count is 1 unless told, so it is told."""
        from torch.utils.benchmark import Timer

        what = {"step": WATCHED[0].step, "arguments": WATCHED[0].arguments}
        timer = Timer("step(*arguments)", globals=what, num_threads=self.torch.get_num_threads())
        return float(timer.blocked_autorange(min_run_time=TIMER_S).median)

    def _bare(self) -> float:
        step, arguments = WATCHED[0].step, WATCHED[0].arguments
        calls = max(1, math.ceil(LOOP_S / self.call_s)) if self.call_s else 10
        self._ready()
        began = time.perf_counter()
        for _ in range(calls):
            step(*arguments)
        self._ready()
        self.call_s = (time.perf_counter() - began) / calls
        return self.call_s

    def _ready(self) -> None:
        if self.setting.device != "cpu":
            self.torch.cuda.synchronize()


def _for_a_while(prepared: Prepared, seconds: float) -> None:
    """Call the step for so long, as the harness does before a block."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        prepared.step(*prepared.arguments)
