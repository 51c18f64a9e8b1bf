"""The checks: a fault is put into a small real run, and counts as caught only where the harness names it."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from collectors.bench import machine
from collectors.bench.comparisons import GAP_IS_OFF
from collectors.bench.process import never
from collectors.bench.runner import run
from collectors.bench.selftest.load import busy
from collectors.bench.spec import BenchSpec
from collectors.bench.units import duration

REGISTRY = "collectors.bench.selftest.registry"
LIMIT_S = 30.0
"""A check that has not ended by then is ended, and missed: its fault was a wait without end."""
MEMORY_LIMIT_BYTES = 256 * 1024**2
SLOWED_TRIES = 3

Document = dict[str, Any]
Settings = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One injected fault.

    name: what the fault is called. guard: the guard of the harness that should find it. cause: what is injected.
    names: the words by which the harness names it, in a result's message or a comparison's reason.
    outcome: the status or the verdict it should lead to; None where any will do.
    settings: of the run, on top of those all checks share.
    tries: how many runs it may take, for a fault that noise can hide.
    """

    name: str
    guard: str
    cause: str
    names: str
    outcome: str | None
    settings: Settings
    loaded: bool = False
    tries: int = 1


def spec(without: tuple[str, ...] = (), **settings: Any) -> BenchSpec:
    """Give the request of a small run of the self-test's own variants, on one processor."""
    slugs = tuple(f"selftest.{name}" for name in settings.pop("variants"))
    shared: Settings = {"workloads": ("products",), "seconds": 5.0, "max_rounds": 8, "threads": 1, "target": 0.0}
    shared |= {"ceilings": False, "busiest": 1.0, "time_limit_s": 20.0, "registry": REGISTRY, "processes": 1}
    return BenchSpec(variants=slugs, without=without, **(shared | settings))


def find(check: Check, without: tuple[str, ...], should_stop: Callable[[], bool] = never) -> tuple[bool, str]:
    """Inject the fault of `check`; say whether the harness named it, and what the harness said."""
    said = ""
    for _ in range(check.tries):
        end = time.monotonic() + LIMIT_S + check.settings.get("seconds", 0.0)
        with busy(machine.processors(), always=True) if check.loaded else nullcontext():
            document = run(spec(without, **check.settings), should_stop=partial(_over, end, should_stop))
        caught, said = judge(check, document)
        if caught or GAP_IS_OFF in said or should_stop():  # a miss that is the guard's needs no second try
            return caught, said
    return False, said


def _over(end: float, should_stop: Callable[[], bool]) -> bool:
    return should_stop() or time.monotonic() > end


def judge(check: Check, document: Document) -> tuple[bool, str]:
    """Say whether `document` names the fault of `check`, and in what words."""
    rows = [(row["verdict"], "; ".join(_words(row))) for row in document["comparisons"]]
    rows += [(row["status"], row["message"]) for row in document["results"] if row["status"] != "ok"]
    for outcome, words in rows:
        if check.outcome in (None, outcome) and check.names in words:
            return True, f"{outcome}: {words}"
    if document["stopped_because"] == "cancelled":
        return False, "the run was still waiting, and had to be ended"
    return False, "; ".join(f"{outcome}: {words}" for outcome, words in rows) or _unnoticed(document)


def _words(row: dict[str, Any]) -> list[str]:
    """Give a comparison's reason, and its ratio where that is what was judged."""
    why = [row["why"]] if row["why"] else []
    if row["verdict"] == "not comparable":
        return why
    bounds = "without an interval" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
    return [f"ratio {row['ratio']:.3f}, {bounds} in {row['rounds']} rounds", *why]


def _unnoticed(document: Document) -> str:
    row = document["results"][-1]
    return f"unnoticed: {row['variant']} was given {duration(row['latency_s']['median'])} a call"


_SLOWED: Settings = {"variants": ("plain", "slowed"), "seconds": 12.0, "max_rounds": 200, "min_rounds": 40}
_EATING: Settings = {"variants": ("eating",), "memory_limit": MEMORY_LIMIT_BYTES, "max_rounds": 40}
_BUSY: Settings = {"variants": ("plain", "twin"), "max_rounds": 10}

CHECKS = (
    Check(
        "missing wait",
        "wait",
        "a computation that goes on in another thread, and a wait that returns at once",
        "the wait returned before the outputs were ready",
        "failed",
        {"variants": ("early",)},
    ),
    Check(
        "hidden recompilation",
        "recompilation",
        "a variant that compiles again at every call",
        "compiled again during the rounds",
        "failed",
        {"variants": ("recompiling",)},
    ),
    Check(
        "wrong result",
        "result",
        "a result that is off by a thousandth",
        "relative error",
        "wrong",
        {"variants": ("wrong",)},
    ),
    Check(
        "data in the wrong layout",
        "result",
        "the bytes of NHWC images taken for NCHW",
        "relative error",
        "wrong",
        {"variants": ("mistaken",), "workloads": ("images",)},
    ),
    Check(
        "layouts that do not match",
        "layout",
        "matched variants of which one holds its images as NCHW, the other as NHWC",
        "layout: NHWC against NCHW",
        "not comparable",
        {"variants": ("plain", "channels_first"), "workloads": ("images",)},
    ),
    Check(
        "slowed by 5 %",
        "gap",
        "a variant that does 21 products where the other does 20",
        "ratio",
        "slower",
        _SLOWED,
        tries=SLOWED_TRIES,
    ),
    Check(
        "too few rounds",
        "rounds",
        "a run of three rounds",
        "rounds were done",
        "not comparable",
        {"variants": ("plain", "twin"), "max_rounds": 3},
    ),
    Check(
        "crash",
        "crash",
        "a child that aborts amid its calls",
        "ended by signal",
        "failed",
        {"variants": ("crashing",), "time_limit_s": 8.0},
    ),
    Check(
        "hang",
        "deadline",
        "a child that never comes back from a call",
        "no answer to",
        "timed out",
        {"variants": ("hanging",), "time_limit_s": 3.0, "seconds": 2.0},
    ),
    Check(
        "memory eaten",
        "memory",
        "a child that takes 512 MiB where 256 are allowed",
        "ended by the harness: the process held",
        "out of memory",
        _EATING,
    ),
    Check(
        "busy processor",
        "busy",
        "a load generator on every processor",
        "the machine was busy",
        None,
        _BUSY,
        loaded=True,
    ),
)
