"""NumPy with a flaw: what the injected faults do, each in the mode that bears its name."""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.adapters import numpy as numpy_adapter
from collectors.bench.adapters.base import Setting

HARMLESS_CALLS = 200
"""A variant that goes wrong later passes its check first."""
BITE_BYTES = 16 * 1024**2
EATEN_BYTES = 512 * 1024**2
"""What the eater stops at by itself, so that it ends well where nobody ends it."""
HANGING_S = 3600.0


class Pending:
    """An array that another thread still computes; reading it waits, as reading an asynchronous framework's does."""

    def __init__(self, future: "Future[NDArray[Any]]") -> None:
        self.future = future

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Wait for the array and give it."""
        return np.asarray(self.future.result(), dtype=dtype)


class Adapter(numpy_adapter.Adapter):
    """NumPy, with the mode's flaw put into every step; a mode without one is NumPy as it is."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.calls = 0
        self.eaten: list[NDArray[np.uint8]] = []
        self.pool = ThreadPoolExecutor(1)

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` with the flaw of the mode."""
        flaws = {
            "early": self._early,
            "wrong": self._wrong,
            "crashing": self._crashing,
            "hanging": self._hanging,
            "eating": self._eating,
        }
        flaw = flaws.get(self.setting.mode, self._none)

        def flawed(*arguments: Any) -> Any:
            self.calls += 1
            return flaw(step, *arguments)

        return flawed

    def compilations(self) -> int:
        """Count the graphs; the recompiling mode claims one more at every call."""
        return self.calls if self.setting.mode == "recompiling" else 0

    def _none(self, step: Callable[..., Any], *arguments: Any) -> Any:
        return step(*arguments)

    def _early(self, step: Callable[..., Any], *arguments: Any) -> Pending:
        """Return at once; NumPy's own wait, which this adapter inherits, waits for nothing."""
        return Pending(self.pool.submit(step, *arguments))

    def _wrong(self, step: Callable[..., Any], *arguments: Any) -> Any:
        return step(*arguments) * np.float32(1.001)

    def _crashing(self, step: Callable[..., Any], *arguments: Any) -> Any:
        if self.calls > HARMLESS_CALLS:
            print("this crash was injected", file=sys.stderr, flush=True)
            os.abort()
        return step(*arguments)

    def _hanging(self, step: Callable[..., Any], *arguments: Any) -> Any:
        if self.calls > HARMLESS_CALLS:
            time.sleep(HANGING_S)
        return step(*arguments)

    def _eating(self, step: Callable[..., Any], *arguments: Any) -> Any:
        if self.calls > HARMLESS_CALLS and len(self.eaten) * BITE_BYTES < EATEN_BYTES:
            self.eaten.append(np.ones(BITE_BYTES, np.uint8))  # touched, so that it is resident
        return step(*arguments)
