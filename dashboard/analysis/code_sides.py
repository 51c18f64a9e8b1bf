"""Programs side by side: what all tasks say together, one program with its newest result, two texts compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from typing import Any

from db.read import TaskRow
from language.lists import anded
from language.words import N_, _

STATES: dict[str, tuple[str, str]] = {
    "pass": ("✓", N_("done and checked")),
    "fail": ("✗", N_("its check does not hold")),
    "error": ("!", N_("broke off")),
    "not_run": ("○", N_("not run")),
    "not_applicable": ("–", N_("no way")),
}
NEVER = ("○", N_("not run here yet"))
FRAMEWORKS = ("pytorch", "tensorflow", "keras", "jax")


@dataclass(frozen=True)
class Side:
    """One program and what it came to: ``result`` is None where it was never run, ``older`` says of an earlier text."""

    told: Mapping[str, Any]
    result: TaskRow | None
    older: bool

    @property
    def sign(self) -> tuple[str, str]:
        """The sign of its state and the word for it."""
        sign, word = STATES[self.result.state] if self.result else NEVER
        if self.told["gap"]:
            sign, word = STATES["not_applicable"]
        return sign, _(word)

    @property
    def first_s(self) -> float | None:
        """Seconds to its first result, of this very text; None where there is none."""
        return self.result.first_result_s if self.result and self.result.state == "pass" and not self.older else None


def side(told: Mapping[str, Any], result: TaskRow | None) -> Side:
    """Put a program and its newest result together."""
    now = sha256(str(told["code"]).encode()).hexdigest() if told["code"] else None
    return Side(told, result, result is not None and result.code != now)


def answer(
    tasks: Sequence[Mapping[str, Any]], results: Mapping[tuple[str, str], TaskRow], names: Mapping[str, str]
) -> str:
    """One sentence on all tasks: who needs the fewest lines, and who shows a first result soonest.

    Tasks count where all four frameworks have the figure; one whose least figure is shared counts for nobody.
    """
    lines, times = [], []
    for task in tasks:
        sides = {told["system"]: side(told, results.get((task["task"], told["system"]))) for told in task["sides"]}
        lines.append({name: sides[name].told["lines"] for name in FRAMEWORKS if name in sides})
        times.append({name: sides[name].first_s for name in FRAMEWORKS if name in sides})
    fewest = _most(
        lines,
        names,
        N_("{who} has the fewest lines in {won} of the {of} tasks that all four can do"),
        N_("{who} each have the fewest lines in {won} of the {of} tasks that all four can do"),
    )
    soonest = _most(
        times,
        names,
        N_("{who} is the first with a result in {won} of the {of} that all four finished here"),
        N_("{who} each are the first with a result in {won} of the {of} that all four finished here"),
    )
    if fewest and soonest:
        return _("{fewest}; {soonest}.", fewest=fewest, soonest=soonest)
    return _("{fewest}; how soon each shows a result was not measured here yet.", fewest=fewest) if fewest else ""


def _most(figures: Sequence[Mapping[str, float | None]], names: Mapping[str, str], one: str, several: str) -> str:
    """Say who has the least figure most often, in one of two sentences; empty where no task has a figure for all."""
    whole = [row for row in figures if len(row) == len(FRAMEWORKS) and None not in row.values()]
    if not whole:
        return ""
    won = dict.fromkeys(FRAMEWORKS, 0)
    for row in whole:
        least = [name for name, figure in row.items() if figure == min(f for f in row.values() if f is not None)]
        if len(least) == 1:
            won[least[0]] += 1
    best = max(won.values())
    first = [name for name in FRAMEWORKS if won[name] == best]
    who = anded(names[name] for name in first)
    return _(several if len(first) > 1 else one, who=who, won=best, of=len(whole))


def difference(left: Side, right: Side) -> str:
    """The lines that differ between two programs, as a unified diff; empty where they are equal."""
    one, other = (str(each.told["code"]).splitlines() for each in (left, right))
    return "\n".join(unified_diff(one, other, left.told["file"], right.told["file"], lineterm="", n=2))
