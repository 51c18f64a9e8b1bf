"""A registry for tests: checks that pass, fail, break, crash, hang, fork, flood and remember, on NumPy alone."""

import ctypes
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from collectors.bench.variants import VARIANTS
from collectors.probes.model import Check, Evidence, Gap, Mode, Probe, cannot, expect, needs
from collectors.probes.targets import Target

NUMPY = next(each for each in VARIANTS if each.slug == "numpy")
REMEMBERED: list[str] = []
"""What earlier checks left behind in this process."""


def passes(mode: Mode) -> Evidence:
    return {"mode": mode.name, "process": os.getpid(), "number": np.float32(0.5), "none": float("nan")}


def fails(mode: Mode) -> Evidence:
    expect(1 + 1 == 3, "one and one are 2", sum=2)
    return {}


def refuses(mode: Mode) -> Evidence:
    with cannot(ZeroDivisionError):
        return {"quotient": 1 / int("0")}


def refuses_otherwise(mode: Mode) -> Evidence:
    with cannot(ValueError, saying="never heard of it"):
        return {"number": int("one")}


def breaks(mode: Mode) -> Evidence:
    print("about to break")
    raise ValueError("of no importance")


def asserts(mode: Mode) -> Evidence:
    assert not mode.name, "a mistake of ours"
    return {}


def exits(mode: Mode) -> Evidence:
    raise SystemExit(3)


def lacks(mode: Mode) -> Evidence:
    needs("no_such_module_anywhere")
    return {}


def crashes(mode: Mode) -> Evidence:
    print("last words", file=sys.stderr, flush=True)
    ctypes.string_at(0)
    return {}


def hangs(mode: Mode) -> Evidence:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    return {}


def forks(mode: Mode) -> Evidence:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return {"process": os.getpid()}


def leaves_a_process(mode: Mode) -> Evidence:
    child = os.fork()
    if not child:
        time.sleep(600)
        os._exit(0)
    return {"left": child}


def floods(mode: Mode) -> Evidence:
    for number in range(60_000):
        print(f"{number} {'x' * 100}")
    return {"printed": 60_000}


def floods_without_end(mode: Mode) -> Evidence:
    while True:
        print("x" * 1_000_000)


def writes(mode: Mode) -> Evidence:
    empty = not list(Path.cwd().iterdir())
    Path("left.txt").write_text("left", encoding="utf-8")
    return {"empty": empty, "folder": str(Path.cwd())}


def swells(mode: Mode) -> Evidence:
    held = [np.ones(2**27) for _ in range(2)]
    time.sleep(600)
    return {"held": len(held)}


def boasts(mode: Mode) -> Evidence:
    return {str(number): "x" * 100 for number in range(1000)}


def spoils(mode: Mode) -> Evidence:
    REMEMBERED.append(mode.name)
    return {}


def spoilt(mode: Mode) -> Evidence:
    expect(not REMEMBERED, "spoilt by a check before")
    return {"process": os.getpid()}


def _probe(side: Check | Gap, *, fresh: bool = False, any_mode: str = "one is enough", limit_s: float = 60) -> Probe:
    name = side.reason if isinstance(side, Gap) else side.__name__
    sides = {"numpy": side, "numpy.other": Gap("no such thing in the other mode")}
    return Probe(name, name.title(), "graph", f"{name}?", sides, any_mode, fresh, limit_s)


PROBES: tuple[Probe, ...] = (
    _probe(passes, any_mode=""),
    *(_probe(check) for check in (fails, refuses, refuses_otherwise, breaks, asserts, exits, lacks)),
    *(_probe(check) for check in (crashes, forks, leaves_a_process, floods, floods_without_end, writes, boasts)),
    _probe(hangs, limit_s=1.5),
    _probe(swells),
    *(_probe(check) for check in (spoils, spoilt)),
    _probe(Gap("senseless")),
)
FRESH = replace(_probe(spoilt, fresh=True), slug="spoilt_but_fresh")
PROBES = (FRESH, *PROBES)
"""The one that needs a process of its own first, to see that it is run last."""


def _target(slug: str, module: str) -> Target:
    return Target(slug, "numpy", "", ("eager", "other"), replace(NUMPY, module=module))


TARGETS = (
    _target("fake", "numpy"),
    _target("absent", "no_such_module_anywhere"),
    _target("unimportable", "tests.probes.unimportable"),
)
