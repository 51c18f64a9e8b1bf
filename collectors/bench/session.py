"""What a child does when asked: prepare a workload, check it, time blocks of calls, tell what is in force."""

import importlib
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from collectors.bench import ceilings, layout, rotation, waiting
from collectors.bench.adapters.base import Adapter, Setting, UnavailableError
from collectors.bench.memory import Memory
from collectors.bench.registry import load
from collectors.bench.sides import side_of
from collectors.bench.variants import without_home
from collectors.bench.workload import Gap, Prepared, Workload, relative_error

NULL_CALLS = 200
MESSAGE_LENGTH = 600
SETTLE_S = 0.02
SLOW_CALL_S = 0.25
QUIET_LIMIT_S = 0.2
QUIET_LOOK_S = 0.001
QUIET_SHARE = 0.2
_NO_MEMORY = ("out of memory", "resource_exhausted", "resource exhausted", "can't allocate memory", "cannot allocate")

clock = time.perf_counter


class Session:
    """One variant in this process; `handle` answers one request. All but the reference and ceilings need `start`."""

    def __init__(self, registry: str, variant: str, device: str, preset: str, threads: int | None) -> None:
        self.registry = load(registry)
        self.slug, self.device, self.preset, self.threads = variant, device, preset, threads
        self.adapter: Adapter
        self.prepared: Prepared
        self.call: Callable[[], Any]
        self.memory = Memory()
        self.wrapped: Callable[..., Any]
        self.cache: dict[str, Any]
        self.rotating: dict[str, Any]
        self.outputs: Any = None
        self.last_s = 0.0

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what `request["do"]` names with the other entries as arguments."""
        actions: dict[str, Callable[..., dict[str, Any]]] = {
            "start": self.start,
            "reference": self.reference,
            "ceilings": self.ceilings,
            "prepare": self.prepare,
            "rotate": self.rotate,
            "null": self.null,
            "latency": self.latency,
            "throughput": self.throughput,
            "passport": self.passport,
            "quit": dict,
        }
        arguments = {key: value for key, value in request.items() if key != "do"}
        return actions[request["do"]](**arguments)

    def start(self) -> dict[str, Any]:
        """Import and set up the framework."""
        variant = self.registry.variant(self.slug)
        module = importlib.import_module(variant.adapter)
        started = clock()
        self.adapter = module.Adapter(Setting(variant.mode, self.device, self.preset, self.threads))
        import_s = clock() - started
        self.memory.imported()
        return {"import_s": import_s, "quiet_s": _go_quiet()}

    def reference(self, workload: str, size: str, path: str) -> dict[str, Any]:
        """Write the workload's inputs and its float64 reference to `path`, for every variant to read."""
        found = self.registry.workload(workload)
        inputs = found.make_inputs(size)
        named: dict[str, Any] = {f"input_{key}": value for key, value in inputs.items()}
        np.savez(path, reference=found.make_reference(inputs), **named)
        return {}

    def ceilings(self, framework: str | None = None) -> dict[str, Any]:
        """Measure what this device can do at most: with the framework started here, else with NumPy."""
        if framework is None:
            return ceilings.measure(self.threads or 0)
        return ceilings.measure_with(framework, self.device, self.adapter.wait)

    def prepare(self, workload: str, path: str, guard_wait: bool = True) -> dict[str, Any]:
        """Put the inputs on the device, time the first call, make the remaining calls of the check, and compare.

        guard_wait: whether to see that the adapter's wait does wait; off for the self-test alone.
        """
        found = self.registry.workload(workload)
        side = side_of(self.registry.variant(self.slug), found)
        if isinstance(side, Gap):
            raise UnavailableError(side.reason)
        with np.load(path) as data:
            inputs = {key.removeprefix("input_"): data[key] for key in data.files if key != "reference"}
        self.memory.begin()
        self.adapter.reset_peak()
        with layout.under(self.preset):
            self.prepared = side(inputs, self.device)
        self.cache, self.rotating = {"mode": "hot"}, rotation.described(self.prepared.arguments, inputs)
        self.last_s, self.graphs_before = 0.0, self.adapter.compilations()
        started = clock()
        own_mode = found.modes is not None or self.prepared.graphs is not None
        self.wrapped = self.prepared.step if own_mode else self.adapter.wrap(self.prepared.step)
        self._bind(self.wrapped)
        self._timed()
        first_call = clock() - started
        for _ in range(found.check_calls - 1):
            self._timed()
        checked = {"tolerance": self._tolerance(found)} | self.rotating
        with self.memory.apart(), np.load(path) as data:
            error = relative_error(self.prepared.result(self.outputs), data["reference"])
            if guard_wait and error <= checked["tolerance"]:
                waiting.check(self._burst, lambda: self.prepared.result(self.outputs))
        return {"first_call_s": first_call, "relative_error": error} | checked

    def rotate(self, sets: int) -> dict[str, Any]:
        """From here on take the next of `sets` copies of the arguments in each call; a state is carried on."""
        arguments, stateful = self.prepared.arguments, self.prepared.state is not None
        copies = [arguments, *(self.adapter.copy(arguments) for _ in range(sets - 1))]
        self.call = rotation.calling(self.wrapped, copies, self._ready() if stateful else None)
        self.cache = {"mode": "cold", "sets": sets} | self.rotating
        return {}

    def null(self) -> dict[str, Any]:
        """Time an empty call and the wait for outputs that are ready: what the harness itself costs per call."""
        ready = self._ready()

        def empty() -> Any:
            return ready

        costs = []
        for _ in range(NULL_CALLS):
            started = clock()
            self.adapter.wait(empty())
            costs.append(clock() - started)
        return {"seconds": median(costs)}

    def latency(self, calls: int) -> dict[str, Any]:
        """Time each of `calls` calls with its wait; give the median, after calls outside the clock.

        Nothing is held when it ends: a result kept until the next block was seen to shift where memory is taken from,
        and by it small operations by 5 %.
        """
        self._settle()
        seconds = self.last_s = median(self._timed() for _ in range(calls))
        self.outputs = None
        return {"seconds": seconds, "compilations": self._graphs(), "quiet_s": _go_quiet()}

    def throughput(self, calls: int) -> dict[str, Any]:
        """Time `calls` calls and one wait at their end; give the seconds per call."""
        self._settle()
        seconds = self.last_s = self._burst(calls) / calls
        self.outputs = None
        return {"seconds": seconds, "compilations": self._graphs(), "quiet_s": _go_quiet()}

    def passport(self) -> dict[str, Any]:
        """Tell what is in force in this process now, and the peak of its memory since the preparation."""
        told = self.memory.told(self.adapter)
        return {
            "peak_bytes": told["process_bytes"],
            "memory": told,
            "facts": self.adapter.facts() | dict(self.prepared.facts) | {
                "graphs": self._graphs(),
                "cache": self.cache,
                "python": sys.version.split()[0],
                "interpreter": {"version": sys.version.split()[0], "prefix": without_home(sys.prefix)},
                "numpy": np.__version__,
            },
        }  # fmt: skip

    def _graphs(self) -> int:
        """Count the graphs of this workload so far."""
        own = self.prepared.graphs
        return self.adapter.compilations() - self.graphs_before + (own() if own else 0)

    def _bind(self, wrapped: Callable[..., Any]) -> None:
        arguments, state = self.prepared.arguments, self.prepared.state
        if state is None:
            self.call = lambda: wrapped(*arguments)
            return

        def carry() -> Any:
            nonlocal state
            state = wrapped(state, *arguments)
            return state

        self.call = carry

    def _timed(self) -> float:
        """Time one call: letting go of what the last one gave is part of it, as in a loop that keeps no results.

        Where two calls' results live at a time, each is written to memory that is not in the caches; small operations
        were seen to take 5 % longer by it.
        """
        started = clock()
        self.outputs = None
        self.outputs = self.call()
        self.adapter.wait(self.outputs)
        return clock() - started

    def _burst(self, calls: int) -> float:
        started = clock()
        for _ in range(calls):
            self.outputs = None
            self.outputs = self.call()
        self.adapter.wait(self.outputs)
        return clock() - started

    def _ready(self) -> Any:
        """Give what the last call gave, or what another one gives where a block has let go of it."""
        return self.call() if self.outputs is None else self.outputs

    def _settle(self) -> None:
        """Make calls outside the clock for 20 ms, at least one, unless a call is so slow that waking does not show.

        A child has slept since its last block. Its threads may wake on one processor and wait for each other until
        the kernel moves them, which was seen to make the first 10 ms six times as slow.
        """
        started = clock()
        while self.last_s < SLOW_CALL_S and clock() - started < SETTLE_S:
            self.last_s = self._timed()

    def _tolerance(self, workload: Workload) -> float:
        known = workload.tolerance
        facts = self.adapter.facts() | dict(self.prepared.facts)
        return known.get(facts["precision"], max(known.values()))


def explain(error: Exception) -> dict[str, str]:
    """Give the status and the message that an error means for its variant."""
    text = f"{type(error).__name__}: {error}".strip()
    if isinstance(error, UnavailableError):
        return {"status": "unavailable", "message": str(error)}
    lacking = isinstance(error, MemoryError) or any(sign in text.lower() for sign in _NO_MEMORY)
    return {"status": "out of memory" if lacking else "failed", "message": text[:MESSAGE_LENGTH]}


def _go_quiet() -> float | None:
    """Wait until this process's threads have stopped spinning, so that the next child has the processors to itself.

    OpenBLAS lets idle threads spin for tens of milliseconds, OpenMP for some. Gives the seconds it took, or None
    where they would not stop.
    """
    started = clock()
    while (waited := clock() - started) < QUIET_LIMIT_S:
        used, since = time.process_time(), clock()
        time.sleep(QUIET_LOOK_S)
        if time.process_time() - used < QUIET_SHARE * (clock() - since):
            return waited
    return None
