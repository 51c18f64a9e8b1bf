"""False verdicts: the same variant against itself, again and again, while a load comes and goes beside it."""

from collections.abc import Callable
from typing import Any

from collectors.bench import machine
from collectors.bench.runner import run
from collectors.bench.selftest.checks import spec
from collectors.bench.selftest.load import busy
from collectors.bench.statistics import FEWEST_FOR_A_VERDICT

ROUNDS = 20
LONGEST_S = 20.0
"""Time for the rounds of one comparison under a load: they end sooner where there is none."""
ONE_IN = 50
"""At most one in so many comparisons of equals may be called different; in fewer, at most one; a single one, never."""


def allowed(compared: int) -> int:
    """Give how many false verdicts are within what is promised; all of them never are."""
    return min(max(1, compared // ONE_IN), max(0, compared - 1))


def count(
    comparisons: int, without: tuple[str, ...], should_stop: Callable[[], bool], say: Callable[[str], None]
) -> dict[str, Any]:
    """Compare a variant with its twin, in new processes each time, until `comparisons` are done or time is up.

    Gives how many were compared, how many of them were called different and how many may be, the ratios found, and
    the reasons of those that came to no verdict.
    """
    found: list[tuple[float, str]] = []
    silent: list[str] = []
    settings = {"variants": ("plain", "twin"), "max_rounds": ROUNDS, "seconds": LONGEST_S}
    with busy(_beside(), always=False):
        for number in range(1, comparisons + 1):
            if should_stop():
                break
            say(f"the same variant against itself: {number} of {comparisons}")
            document = run(spec(without, **settings), should_stop=should_stop)
            for row in document["comparisons"]:
                if row["verdict"] == "not comparable" or row["rounds"] < FEWEST_FOR_A_VERDICT:
                    silent.append(row["why"])
                else:
                    found.append((row["ratio"], row["verdict"]))
    different = sum(verdict != "too close to call" for _, verdict in found)
    told = {"asked": comparisons, "compared": len(found), "different": different, "allowed": allowed(len(found))}
    return told | {"ratios": [ratio for ratio, _ in found], "no_verdict": silent}


def _beside() -> list[int]:
    """Give the processors that the one thread of a child does not run on; where there is one only, that."""
    cpus = machine.processors()
    return cpus[1:2] or cpus
