"""Speed comparisons made ready to show: one way round, the newest of each, counted by who wins."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboard.colours import framework_of
from language.lists import clauses
from language.words import _
from verdicts.ratios import APART, CLOSE, HOT, Ratio, read, turned

__all__ = [
    "APART",
    "CLOSE",
    "DECIDED",
    "EVERYDAY",
    "FIRST",
    "HOT",
    "LEVEL",
    "MATCHED",
    "MIXED",
    "SECOND",
    "Ratio",
    "Verdicts",
    "between",
    "headlines",
    "machine_id",
    "machine_words",
    "machines",
    "matched_first",
    "newest",
    "outcomes",
    "read",
    "setting_words",
    "turned",
    "verdicts",
]

EVERYDAY = (("torch.eager", "tensorflow.function"), ("torch.compile", "tensorflow.xla"))
MATCHED = "matched"
LONGEST = 100
DECIDED = ("faster", "slower")
FIRST, SECOND, LEVEL, MIXED = "first", "second", "level", "mixed"
"""Who wins a workload: the first framework, the second, nobody clearly, or now the one and now the other by mode."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many workloads the first and the second framework win, and how many are too close to call.

    ``mixed`` are those whose modes disagree: one framework is faster in some, the other in others.
    """

    first: int = 0
    second: int = 0
    level: int = 0
    mixed: int = 0


def between(rows: Iterable[Ratio], first: str, second: str) -> list[Ratio]:
    """Comparisons of two frameworks, all as the second's time over the first's."""
    made = []
    for row in rows:
        families = framework_of(row.baseline), framework_of(row.variant)
        if families == (first, second):
            made.append(row)
        elif families == (second, first):
            made.append(turned(row))
    return made


def newest(rows: Iterable[Ratio]) -> list[Ratio]:
    """The newest of each comparison on each device and preset; what is given must come newest first."""
    seen: dict[tuple[str, ...], Ratio] = {}
    for row in rows:
        seen.setdefault((*_work(row), row.preset, row.baseline, row.variant), row)
    return list(seen.values())


def matched_first(rows: Iterable[Ratio]) -> list[Ratio]:
    """Of each workload, size and device the comparisons under matched settings; where there are none, the others."""
    given = list(rows)
    fair = {_work(row) for row in given if row.preset == MATCHED}
    return [row for row in given if row.preset == MATCHED or _work(row) not in fair]


def headlines(rows: Iterable[Ratio]) -> list[Ratio]:
    """One comparison a workload, size and device, in the modes people use most; what is given must come newest first.

    First choice is PyTorch as it is against a traced TensorFlow function, then both compiled, then whatever there is.
    """
    best: dict[tuple[str, ...], Ratio] = {}
    for row in rows:
        key = _work(row)
        if key not in best or _everyday(row) < _everyday(best[key]):
            best[key] = row
    return list(best.values())


def _work(row: Ratio) -> tuple[str, ...]:
    return row.workload, row.size, row.device, row.cache


def _everyday(row: Ratio) -> int:
    pair = (row.baseline, row.variant)
    return EVERYDAY.index(pair) if pair in EVERYDAY else len(EVERYDAY)


def verdicts(rows: Iterable[Ratio]) -> Verdicts:
    """Count workloads (with size and device) by who wins: who is faster in every mode that was compared.

    Where one mode goes one way and another the other way, nobody wins: it is ``mixed``; else it is level.

    What is given must be the second framework's time over the first's, as `between` makes it.
    """
    found = [outcome for _mine, outcome in outcomes(rows)]
    return Verdicts(*(found.count(one) for one in (FIRST, SECOND, LEVEL, MIXED)))


def outcomes(rows: Iterable[Ratio]) -> list[tuple[list[Ratio], str]]:
    """Every workload (with size and device) that has a verdict: its comparisons, and who wins it."""
    by: dict[tuple[str, ...], list[Ratio]] = {}
    for row in rows:
        if row.drawable:
            by.setdefault(_work(row), []).append(row)
    return [(mine, _outcome({row.verdict for row in mine})) for mine in by.values()]


def _outcome(found: set[str]) -> str:
    if set(DECIDED) <= found:
        return MIXED
    if found == {"slower"}:
        return FIRST
    return SECOND if found == {"faster"} else LEVEL


def machines(rows: Iterable[Ratio]) -> int:
    """How many machines measured what has a ratio; nodes of a cluster that are alike are counted apart."""
    return len({(machine_id(row.machine), node_name(row.machine)) for row in rows if row.drawable})


def setting_words(found: Ratio) -> str:
    """What sets a comparison apart from a matched one with hot caches on the processor; empty for such a one."""
    words = [_("{preset} preset", preset=found.preset)] if found.preset not in ("", MATCHED) else []
    words += [found.device] if found.device not in ("", "cpu") else []
    words += [_("{cache} cache", cache=found.cache)] if found.cache != HOT else []
    return clauses(words)


def machine_words(machine: dict[str, Any]) -> str:
    """A machine in a few words: its name as a node, processor, cores and accelerator, as far as they are known."""
    cores = machine.get("processors")
    device = machine.get("accelerator")
    words = [str(machine.get("processor") or machine.get("architecture") or "")]
    words += [_("{n} processors", n=cores)] if cores else []
    words += [str(device)] if device else []
    told = clauses(_cut(word) for word in words if word) or _("machine not described")
    node = node_name(machine)
    return _("{name}: {what}", name=node, what=told) if node else told


def node_name(machine: dict[str, Any]) -> str:
    """The name of the node of a cluster that measured; empty where the worker's own machine did."""
    return str(machine.get("node") or "")[:80]


def _cut(word: str) -> str:
    """A name that a run was imported with, no longer than names of processors are."""
    return word if len(word) <= LONGEST else f"{word[:LONGEST]}…"


def machine_id(machine: dict[str, Any]) -> str:
    """A short name for what tells a machine from another: processor, architecture, processors, cores."""
    told = [str(machine.get(name)) for name in ("processor", "architecture", "processors", "physical_cores")]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
