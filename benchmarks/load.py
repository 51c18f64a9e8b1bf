"""A load that comes and goes: busy for a random while, then idle for one, on the processors it is told (seeded).

Ends when its standard input closes. Products of matrices and copies of arrays larger than a second-level cache take
turns, so that it competes for memory as well as for a processor.
"""

import argparse
import os
import random
import sys
import threading
import time

import numpy as np

SIDE, COPY_BYTES = 192, 16 * 1024 * 1024


def burn(seconds: float) -> None:
    """Keep one processor and the memory busy for so long."""
    left = np.ones((SIDE, SIDE), dtype=np.float32)
    source = np.ones(COPY_BYTES // 4, dtype=np.float32)
    target, end = np.empty_like(source), time.monotonic() + seconds
    while time.monotonic() < end:
        left @ left  # the work is what is wanted
        np.copyto(target, source)


def main(arguments: list[str]) -> int:
    """Come and go until the input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpus", default="", help="comma-separated; any where none are given")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--longest", type=float, default=3.0, help="seconds, of a busy or an idle while")
    asked = parser.parse_args(arguments)
    if asked.cpus:
        os.sched_setaffinity(0, [int(cpu) for cpu in asked.cpus.split(",")])
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    rng = random.Random(asked.seed)  # noqa: S311  # to be repeated, no secret
    while True:
        burn(rng.uniform(0.1, asked.longest))
        time.sleep(rng.uniform(0.1, asked.longest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
