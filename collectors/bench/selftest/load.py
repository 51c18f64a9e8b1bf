"""A load generator: children that keep processors busy, all the time or coming and going, until they are ended."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOOK_S = 0.05
SPELL_S = (0.2, 1.0)
"""The shortest and the longest spell of work, and of rest."""
_COMMAND = (sys.executable, "-m", "collectors.bench.selftest.load")


@contextmanager
def busy(cpus: Sequence[int], *, always: bool) -> Iterator[list[int]]:
    """Keep each of `cpus` busy with one child meanwhile, `always` or by spells; gives their process ids."""
    kind = "always" if always else "spells"
    children = [subprocess.Popen([*_COMMAND, str(cpu), kind], cwd=ROOT, stdin=subprocess.DEVNULL) for cpu in cpus]
    try:
        yield [child.pid for child in children]
    finally:
        for child in children:
            child.kill()
        for child in children:
            child.wait()


def main(cpu: int, kind: str) -> None:
    """Work on one processor until the parent is gone."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [cpu])
    parent, spells = os.getppid(), random.Random(cpu)  # noqa: S311  # an order of spells, not a secret
    while os.getppid() == parent:
        _work(spells.uniform(*SPELL_S) if kind == "spells" else LOOK_S, parent)
        if kind == "spells":
            _rest(spells.uniform(*SPELL_S), parent)


def _work(seconds: float, parent: int) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.getppid() == parent:
        look = min(end, time.monotonic() + LOOK_S)
        while time.monotonic() < look:
            continue


def _rest(seconds: float, parent: int) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(LOOK_S)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
