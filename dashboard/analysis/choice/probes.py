"""Criteria over probes: how many of a set a framework passes, in its best mode; Keras on its best backend (pure)."""

from collections.abc import Sequence

from dashboard.analysis.choice.model import FRAMEWORKS, Known, Range, Scores, Shown, best_of, exactly, mean_of, unknown
from language.words import _
from verdicts.model import Probed
from verdicts.probe_blocks import probe_words
from verdicts.wording import outcome

SYSTEMS = {
    "pytorch": ("pytorch",),
    "tensorflow": ("tensorflow",),
    "keras": ("keras.tensorflow", "keras.torch", "keras.jax"),
    "jax": ("jax",),
}
MODES = ("any", "eager", "compile", "function", "xla", "jit", "compiled")
SCORES = {"pass": 1.0, "fail": 0.0, "not_applicable": 0.0}
"""What does not apply is not there; an error, and what was not run, say nothing."""


def passed(known: Known, capabilities: Sequence[str], mode: str = "") -> Scores:
    """The part of these probes that each framework passes; with a mode, in that one alone.

    Keras has the part of the backend on which it passes most, not the best of each probe.
    """
    return {
        system: best_of(
            [mean_of([capable(known, name, one, mode) for name in capabilities]) for one in SYSTEMS[system]]
        )
        for system in FRAMEWORKS
    }


def any_way(known: Known, ways: Sequence[str], beside: Sequence[str] = ()) -> Scores:
    """The best of several ways to one end, counted with what stands beside it."""
    scores = {}
    for system in FRAMEWORKS:
        sides = []
        for one in SYSTEMS[system]:
            way = best_of([capable(known, capability, one) for capability in ways])
            sides.append(mean_of([way, *(capable(known, capability, one) for capability in beside)]))
        scores[system] = best_of(sides)
    return scores


def capable(known: Known, capability: str, system: str, mode: str = "") -> Range:
    """Whether a system, as it was probed (``keras.jax``), passes one probe in any of its modes, or in the one named."""
    rows = [row for row in _newest(known, capability, system) if mode in ("", row.mode)]
    command = f"framescope probe {capability}"
    if not rows:
        missing = _("the probe {capability} of {system} was not run here", capability=capability, system=system)
        return unknown(missing, command)
    ranges = [_range(row) for row in rows]
    found = best_of(ranges)
    if found.width:
        missing = _("the probe {capability} of {system} decided nothing here", capability=capability, system=system)
        return Range(found.low, found.high, found.evidence, (missing,), command)
    telling = next(one for one in ranges if one.low == found.low)
    return Range(found.low, found.high, telling.evidence)


def _newest(known: Known, capability: str, system: str) -> list[Probed]:
    cells = (known.facts.cell(capability, system, mode) for mode in MODES)
    return list(dict.fromkeys(row for row in cells if row is not None))


def _range(row: Probed) -> Range:
    said = row.state.replace("_", " ")
    told = {"where": probe_words(row.capability, row.system, row.mode), "state": outcome(row.state)}
    says = _("{where}: {state}", **told)
    if row.version:
        says = _("{where}: {state} with version {version}", **told, version=row.version)
    shown = Shown("probe", f"{row.capability}/{row.system}/{row.mode}", said, says, row.day)
    score = SCORES.get(row.state)
    return Range(0.0, 1.0, (shown,)) if score is None else exactly(score, shown)
