"""What a criterion is given and what it gives: all that is known, and a range of scores with its evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dashboard.analysis.board import Row
from db.read import WheelRow
from verdicts.model import Facts, Finding

FRAMEWORKS = ("pytorch", "tensorflow", "keras", "jax")
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX"}
BACKENDS = ("tensorflow", "pytorch", "jax")
"""What Keras runs on: where a criterion is about the ground below, Keras has the range that spans these."""
OWN, CITED = "framescope", "catalogue"  # untranslated: keys
Kind = Literal["series", "probe", "benchmark", "catalogue", "life", "wheels", "claim"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that a score rests on.

    ``ref`` is ``metric/system/source``, ``capability/system/mode``, ``run N``, a system, a package, a claim's id or the
    address of a citation; ``day`` is the day it is of. ``rests_on`` names the sources of what has none in its ``ref``,
    those that tell no more than a day of it too.
    """

    kind: Kind
    ref: str
    value: str | float | None
    says: str
    day: date | None = None
    rests_on: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source it is owed to, as the catalogue names it; `OWN` found out here, `CITED` on a page it names."""
        if self.kind == "series":
            return (self.ref.split("/")[-1],)
        if self.kind in ("probe", "benchmark"):
            return (OWN,)
        return (CITED,) if self.kind == "catalogue" else self.rests_on


@dataclass(frozen=True, slots=True)
class Range:
    """A score from 0 to 1 as far as it is known: all of 0 to 1 where nothing is. ``missing`` says what is lacking."""

    low: float
    high: float
    evidence: tuple[Shown, ...] = ()
    missing: tuple[str, ...] = ()
    command: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"{self.low} to {self.high} is no range within 0 to 1")

    @property
    def middle(self) -> float:
        """Halfway between the ends."""
        return (self.low + self.high) / 2

    @property
    def width(self) -> float:
        """How much is not known: 0 nothing, 1 all."""
        return self.high - self.low

    @property
    def unknown(self) -> bool:
        """Whether nothing at all is known."""
        return not self.evidence and self.width == 1


Scores = Mapping[str, Range]
"""The range of each framework by one criterion."""


@dataclass(frozen=True)
class Known:
    """All that the criteria may look at, as of the day of ``facts``."""

    facts: Facts
    board: Mapping[str, Row] = field(default_factory=dict)
    wheels: Sequence[WheelRow] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One criterion's rule: its slug in the catalogue, and the function that scores the frameworks.

    reads: the metrics it reads. claim: the claim whose verdict it reads.
    """

    criterion: str
    score: Callable[[Known], Scores]
    reads: tuple[str, ...] = ()
    claim: str = ""


def unknown(missing: str, command: str = "") -> Range:
    """Nothing is known: the whole range, and what would tell."""
    return Range(0.0, 1.0, (), (missing,), command)


def exactly(score: float, *evidence: Shown) -> Range:
    """A score without any doubt about it."""
    return Range(score, score, evidence)


def best_of(ranges: Sequence[Range]) -> Range:
    """The best of several ways: at least the best lower end, at most the best upper one.

    What is known of every way is kept as evidence; what is missing is told only where it could still change anything.
    """
    low, high = max(one.low for one in ranges), max(one.high for one in ranges)
    open_ = [one for one in ranges if one.high > low]
    return Range(
        low,
        high,
        tuple(dict.fromkeys(shown for one in ranges for shown in one.evidence)),
        tuple(dict.fromkeys(text for one in open_ for text in one.missing)) if high > low else (),
        next((one.command for one in open_ if one.command), "") if high > low else "",
    )


def mean_of(ranges: Sequence[Range]) -> Range:
    """The mean of several parts, each end of its own: exact for sums of independent ranges."""
    return Range(
        min(1.0, sum(one.low for one in ranges) / len(ranges)),
        min(1.0, sum(one.high for one in ranges) / len(ranges)),
        tuple(dict.fromkeys(shown for one in ranges for shown in one.evidence)),
        tuple(dict.fromkeys(text for one in ranges for text in one.missing)),
        _command([one.command for one in ranges if one.command]),
    )


def with_keras(own: Mapping[str, Range]) -> Scores:
    """The ranges of the three backends with Keras added, whose range spans theirs: it stands on one of them."""
    below = [own[backend] for backend in BACKENDS]
    whole = mean_of(below)
    span = min(one.low for one in below), max(one.high for one in below)
    return {**own, "keras": Range(*span, whole.evidence, whole.missing, whole.command)}


def _command(commands: Sequence[str]) -> str:
    """Commands that differ in their last word only, as one."""
    heads: dict[str, list[str]] = {}
    for command in commands:
        words = command.split()
        heads.setdefault(" ".join(words[:2]), []).extend(words[2:])
    return " && ".join(" ".join([head, *dict.fromkeys(rest)]) for head, rest in heads.items())
