"""How a workload's share of the budget is laid out: fresh processes, warm-up and rounds (pure)."""

import math
from dataclasses import dataclass

from collectors.bench.statistics import FEWEST_FOR_A_VERDICT, FEWEST_ROUNDS

PREPARING_SHARE = 0.5
WARM_UP_SHARE = 0.3
SLOW_CALL_SHARE = 1 / 60
SHORTEST_SLOW_CALL_S = 0.01
MORE = "; "
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Plan:
    """How many processes each variant gets, the decision in words, and what it will not do for; empty if nothing."""

    processes: int
    why: str
    lacks: str = ""


@dataclass(frozen=True)
class Part:
    """What one set of fresh processes gets of a workload's share, in seconds and rounds.

    least: the rounds after which it may end early. most: the rounds it may not exceed.
    slow_s: the seconds above which a call is slow: no warm-up block that does not fit, one block for both figures.
    """

    seconds: float
    least: int
    most: int
    slow_s: float

    def warm_up_s(self, round_s: float) -> float:
        """Give the seconds for warming up: at most 30 %, and less where the rounds it is for would not fit behind.

        Those are this part's share of what a verdict needs; where they do not fit at all, those of an interval.
        """
        rounds = self.least if self.least * round_s < self.seconds else min(self.least, FEWEST_ROUNDS)
        return max(0.0, min(WARM_UP_SHARE * self.seconds, self.seconds - rounds * round_s))


def decide(
    wanted: int, preparation_s: float, round_s: float, share_s: float, rounds: int = FEWEST_FOR_A_VERDICT
) -> Plan:
    """Take as many processes as keep the preparation of the later ones within half of the share.

    And no more than leave time for the rounds that a verdict needs; where even one leaves too little, the plan says so
    before any round is run.

    preparation_s: what preparing the first of each variant took. round_s: what a round is likely to take.
    rounds: how many there have to be; fewer than a verdict needs where fewer were asked for.
    """
    if wanted == 1:
        return Plan(1, "one process each, as asked", no_verdict(rounds * round_s, share_s))
    rounds_s = rounds * round_s
    for count in range(wanted, 0, -1):
        later_s = (count - 1) * preparation_s
        if count == 1 or (later_s <= PREPARING_SHARE * share_s and later_s + rounds_s <= share_s):
            break
    if count == wanted:
        why = f"as asked: preparing the later ones was to take {later_s:.1f} s of a share of {share_s:.1f} s"
    else:
        why = (
            f"preparing {_another(count)} would have taken {count * preparation_s:.1f} s of a share of {share_s:.1f} s"
        )
        if count * preparation_s <= PREPARING_SHARE * share_s:
            why += f", in which {rounds} rounds need about {rounds_s:.1f} s"
    lacks = no_verdict(rounds_s, share_s)
    return Plan(count, f"{processes(count)} each{',' if count == wanted else ':'} {why}", lacks)


def no_verdict(rounds_s: float, share_s: float) -> str:
    """Say that a share is shorter than the rounds that a verdict needs, and what would do; empty where it is not."""
    if rounds_s <= share_s:
        return ""
    return f"a verdict is not to be expected, as its rounds need about {_tens(1.1 * rounds_s)} s of {share_s:.3g} s"


def one_more(before: Plan, target: float) -> Plan:
    """Add a set to what was planned, and say why."""
    planned = before.why.split(MORE, maxsplit=1)[0]
    count = before.processes + 1
    return Plan(count, f"{planned}{MORE}{processes(count)} in the end, as the interval over them was not ±{target:.1%}")


def fits(left_s: float, preparation_s: float, rounds_s: float) -> bool:
    """Say whether another set fits into what is left of the share, if its rounds take as long as the last one's."""
    return preparation_s + rounds_s <= left_s


def part(share_s: float, spent_s: float, preparation_s: float, index: int, count: int, least: int, most: int) -> Part:
    """Lay out the part of set `index` of `count`: an even share of what is left when the later ones are prepared."""
    later = count - index - 1
    seconds = (share_s - spent_s - later * preparation_s) / (later + 1)
    slow_s = max(SHORTEST_SLOW_CALL_S, SLOW_CALL_SHARE * share_s)
    most_here = most * (index + 1) // count - most * index // count
    return Part(max(0.001, seconds), min(most_here, math.ceil(least / count)), most_here, slow_s)


def processes(count: int) -> str:
    """Give `count` processes in words."""
    return f"{_COUNTS[count]} process{'' if count == 1 else 'es'}"


def too_few(rounds: int, warm_up_s: float, round_s: float) -> str:
    """Say what there is too little of, an interval or a verdict, and what share would do for a verdict."""
    needed = _tens(1.1 * (warm_up_s + FEWEST_FOR_A_VERDICT * round_s))
    said = f"only {rounds} round{'' if rounds == 1 else 's'} fitted"
    lacking = f"a verdict needs {FEWEST_FOR_A_VERDICT}"
    if rounds < FEWEST_ROUNDS:
        lacking = f"an interval needs {FEWEST_ROUNDS} and a verdict {FEWEST_FOR_A_VERDICT}"
    return f"{said}, and {lacking}: a share of about {needed} s"


def _tens(seconds: float) -> int:
    """Round seconds up, to tens of them above 20."""
    step = 10 if seconds > 20 else 1
    return step * math.ceil(seconds / step)


def _another(count: int) -> str:
    return {1: "a second", 2: "a third as well"}.get(count, f"{_COUNTS[count + 1]} of each")
