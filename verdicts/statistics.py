"""The statistics that verdicts rest on: shares and growth with intervals, dated crossings, jumps at breaks (pure).

Every interval is one of 95 % and covers the chance of counting alone, not what a source counts wrongly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from language.words import N_

Z = 1.959964
FEWEST = 30
"""Counts below which no share and no growth is given."""
JUMP_Z = 3.5
FEWEST_STEPS = 6

METHODS = {
    "share": N_(
        "Share k/n with Wilson's interval, (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 "
        "(E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209–212). Complete periods only, at least 30 counts; "
        "a total at one moment (stars) is a full count and has no interval."
    ),
    "growth": N_(
        "Growth b/a − 1 between two windows of equal length a year or more apart, so that seasons cancel; interval "
        "exp(ln(b/a) ± z·√(1/a + 1/b)), counts taken as Poisson (K. J. Rothman, Epidemiology: An Introduction, "
        "2012, ch. 9). Never across a break, complete periods only, at least 30 counts in each window."
    ),
    "crossing": N_(
        "A share crosses one half between the last period whose interval lies wholly on the old side (first "
        "plausible date) and the first of the periods that lie wholly on the new side until today (last plausible "
        "date). Where the ratio jumped at a break in between, nobody is said to have passed anybody: the step of the "
        "log ratio there is a jump if its modified z-score, 0.6745·(d − median)/MAD, is over 3.5 (B. Iglewicz and "
        "D. C. Hoaglin, How to Detect and Handle Outliers, 1993)."
    ),
    "probe": N_(
        "The newest result of each cell (capability, system, mode) run on this machine by the day asked for; error "
        "and not run decide nothing. pass is yes, fail is no."
    ),
    "task": N_(
        "The newest result of each program (task, interface) run on this machine by the day asked for. Lines that hold "
        "code, and distinct names of the framework that the program reaches, are counted from its text; only programs "
        "that ran and passed their own check count."
    ),
    "benchmark": N_(
        "Ratios of times, paired by round, with 95 % intervals by bootstrap as the protocol has them; a mean over "
        "workloads is geometric with Student's t on the logarithms. Within 3 % of 1 nothing is decided."
    ),
    "catalogue": N_(
        "Dated facts of the catalogue, each with its citation; only those dated by the day asked for. Whether "
        "something is still so counts from the day it was looked up, 21 Nov 2026."
    ),
}
"""What the page says of each method: name, formula, source."""


@dataclass(frozen=True, slots=True)
class Span:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a share came to lie on the side it is on: between two days, or throughout; ``jumped`` at a break between.

    ``first`` is None where no period lies on the other side: it was so from the beginning of the figures.
    """

    first: date | None
    last: date
    jumped: bool = False


def wilson(part: float, whole: float) -> Span | None:
    """A share with Wilson's score interval; None where the whole is nought.

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n); E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212.
    """
    if whole <= 0:
        return None
    share, square = part / whole, Z * Z / whole
    centre = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(max(0.0, share * (1 - share)) / whole + square / whole / 4) / (1 + square)
    return Span(share, max(0.0, centre - half), min(1.0, centre + half))


def sped_up(first: float, middle: float, last: float) -> bool | None:
    """Whether the step to the last of three counts was the greater one, in numbers and in percent.

    None where the two differ, or are no further apart than chance (counts taken as Poisson).
    """
    before, after = growth(first, middle), growth(middle, last)
    more, error = last - 2 * middle + first, Z * math.sqrt(last + 4 * middle + first)
    if before is None or after is None or abs(more) <= error:
        return None
    if more > 0:
        return True if after.low > before.high else None
    return False if after.high < before.low else None


def growth(before: float, after: float) -> Span | None:
    """Growth from one count to another as a factor less one, counts taken as Poisson; None below `FEWEST` counts.

    exp(ln(b/a) ± z·√(1/a + 1/b)) − 1; K. J. Rothman, Epidemiology: An Introduction (2012), chapter 9.
    """
    if before < FEWEST or after < FEWEST:
        return None
    half = Z * math.sqrt(1 / before + 1 / after)
    ratio = after / before
    return Span(ratio - 1, ratio * math.exp(-half) - 1, ratio * math.exp(half) - 1)


def jumped(ratios: Sequence[float], at: int) -> bool | None:
    """Whether the step to the ratio number ``at`` is out of line with the other steps of the logarithm.

    Modified z-score 0.6745·(d − median)/MAD over 3.5; B. Iglewicz and D. C. Hoaglin, How to Detect and Handle
    Outliers (1993). None with fewer than six other steps, or where neither they nor it varies at all.
    """
    logs = [math.log(ratio) for ratio in ratios]
    steps = [after - before for before, after in pairwise(logs)]
    others = [step for number, step in enumerate(steps, 1) if number != at]
    if not 1 <= at < len(ratios) or len(others) < FEWEST_STEPS:
        return None
    middle = median(others)
    spread = median(abs(step - middle) for step in others)
    off = abs(steps[at - 1] - middle)
    if spread == 0:
        return off > 0 or None
    return 0.6745 * off / spread > JUMP_Z


def crossing(days: Sequence[date], shares: Sequence[Span], breaks: Sequence[date] = ()) -> Crossing | None:
    """When the share came to lie on the side of one half where it ends; None where its last interval holds one half.

    ``days`` are the days the shares stand for, in order; a break on a day is ahead of the share of that day.
    """
    if not shares or shares[-1].low <= 0.5 <= shares[-1].high:
        return None
    above = shares[-1].low > 0.5
    new = [span.low > 0.5 if above else span.high < 0.5 for span in shares]
    old = [span.high < 0.5 if above else span.low > 0.5 for span in shares]
    begun = len(new) - next((n for n, on in enumerate(reversed(new)) if not on), len(new))
    before = next((n for n in range(begun - 1, -1, -1) if old[n]), None)
    if before is None:
        return Crossing(None, days[begun])
    ratios = [span.value / (1 - span.value) if 0 < span.value < 1 else 1e-9 for span in shares]
    cut = {n for n in range(before + 1, begun + 1) for when in breaks if days[n - 1] < when <= days[n]}
    return Crossing(days[before], days[begun], any(jumped(ratios, n) is not False for n in cut))
