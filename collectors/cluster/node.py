"""What runs on a node, in a Ray task: the harness, told to a line, and nothing that knows of a database.

The worker ships this package to the nodes, which need Python, Ray, NumPy and the frameworks alone.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

TELL_EVERY_S = 0.5
TOLD_LATER = ("round", "comparison", "result")
NOT_TOLD = ("child",)
SET_BY_RAY = ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER")
PR_SET_PDEATHSIG = 1  # prctl(2)

Event = dict[str, Any]


def describe() -> str:
    """Say as JSON what this node is: its ``machine``, its ``devices``, the ``variants`` on either kind of them."""
    from collectors.bench import listing, machine

    _as_started(SET_BY_RAY)
    told = {
        "machine": machine.describe(),
        "devices": listing.devices(),
        "variants": {kind: listing.variants(device=kind) for kind in ("cpu", "cuda")},
    }
    return json.dumps(told)


def benchmark(line: Any, token: str, name: str, spec: Mapping[str, Any]) -> str:
    """Measure what ``spec`` asks for, telling the line of it by ``token``; gives the run's document as JSON.

    Ends early, with what is complete, once the line says that the run is no longer wanted, or is gone itself. What the
    harness refuses is raised: `collectors.bench.spec.SpecError`.
    """
    from collectors.bench.runner import run
    from collectors.bench.spec import BenchSpec

    _as_started(("OMP_NUM_THREADS",))
    nice = _unhurried()
    _end_with_the_node()
    teller = Teller(lambda events: line.tell.remote(token, json.dumps(events)))
    unwanted = _unwanted(line, token)

    def should_stop() -> bool:
        teller.tell_what_waits()
        return unwanted()

    document = run(BenchSpec(**spec), teller.see, should_stop)
    document["machine"] |= {"node": name, "nice": nice}
    return json.dumps(document)


class Teller:
    """Passes the harness's events on, at most twice a second and never between the blocks of a round."""

    def __init__(self, send: Callable[[list[Event]], object], clock: Callable[[], float] = time.monotonic) -> None:
        self.send, self.clock = send, clock
        self.held: list[Event] = []
        self.told_at, self.in_a_round = -TELL_EVERY_S, False

    def see(self, event: Event) -> None:
        """Take an event of the harness."""
        if event["kind"] in NOT_TOLD:
            return
        self.held.append(event)
        self.in_a_round = "round" in event
        if event["kind"] not in TOLD_LATER:
            self._tell()

    def tell_what_waits(self) -> None:
        """Tell what came too soon after the last; asked while a framework starts or a block runs."""
        if self.held and not self.in_a_round:
            self._tell()

    def _tell(self) -> None:
        if self.clock() - self.told_at < TELL_EVERY_S:
            return
        events, self.held, self.told_at = self.held, [], self.clock()
        self.send(events)


def _unwanted(line: Any, token: str) -> Callable[[], bool]:
    """Ask once and look often: the answer comes when the run is unwanted, or when whoever asked for it is gone.

    A task that looks by `ray.wait` or `ray.get` gives its processors back, and others begin beside it.
    """
    answer = line.until_unwanted.remote(token).future()
    return lambda: bool(answer.done())


def _as_started(names: tuple[str, ...]) -> None:
    """Put back what Ray set for this task, as the node was started with it: it would change what is measured."""
    before = _environment_of(os.getppid())
    for name in names if before is not None else ():
        if before is not None and name in before:
            os.environ[name] = before[name]
        else:
            os.environ.pop(name, None)


def _environment_of(pid: int) -> dict[str, str] | None:
    """Give what a process was started with; None where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return None
    return dict(entry.split("=", 1) for entry in text.split("\0") if "=" in entry)


def _unhurried() -> int | None:
    """Undo the low priority that Ray gives its workers, where that is allowed; gives the priority that is left."""
    if not hasattr(os, "setpriority"):
        return None
    with contextlib.suppress(PermissionError):  # the figure given back says so
        os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, os.getppid()))
    return os.getpriority(os.PRIO_PROCESS, 0)


def _end_with_the_node() -> None:
    """On Linux have the kernel end this process with the node's: a task that nobody hears has no business measuring."""
    if sys.platform == "linux":
        import ctypes
        import signal

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
