"""Building blocks of rules over probes: one cell, several, and what they come to (pure)."""

from collections.abc import Sequence

from verdicts.combining import all_of
from verdicts.model import Evidence, Facts, State

DECIDES = {"pass": True, "fail": False}


def can(facts: Facts, capability: str, system: str, mode: str = "any") -> State:
    """Whether a system passes a probe in a mode; an error, not run or never run decides nothing."""
    row = facts.cell(capability, system, mode)
    where = f"{capability} on {system}" + (f" ({mode})" if mode != "any" else "")
    command = f"framescope probe {capability}"
    if row is None:
        return State(None, "", (), (f"the probe {where} was not run here",), command)
    met = DECIDES.get(row.state)
    said = row.state.replace("_", " ")
    text = f"{where}: {said} with version {row.version or 'none installed'}"
    evidence = Evidence("probe", f"{row.capability}/{row.system}/{row.mode}", said, text, met, row.day)
    missing = () if met is not None else (f"the probe {where} came to {said}, which decides nothing",)
    return State(met, text, (evidence,), missing, "" if met is not None else command)


def can_all(facts: Facts, capabilities: Sequence[str], system: str, mode: str = "eager") -> State:
    """Whether a system passes all these probes in a mode."""
    return all_of(*(can(facts, capability, system, mode) for capability in capabilities))


def more_of(facts: Facts, capabilities: Sequence[str], system: str, other: str) -> State:
    """Whether a system passes more of these probes than another; all must have been decided for both."""
    mine = [can(facts, capability, system) for capability in capabilities]
    theirs = [can(facts, capability, other) for capability in capabilities]
    both = all_of(*mine, *theirs)
    if any(state.met is None for state in (*mine, *theirs)):
        missing = tuple(dict.fromkeys(text for state in (*mine, *theirs) for text in state.missing))
        return State(None, both.says, both.evidence, missing, f"framescope probe {' '.join(capabilities)}")
    counts = [sum(bool(state.met) for state in states) for states in (mine, theirs)]
    says = f"{system} passes {counts[0]} of {len(capabilities)} probes, {other} {counts[1]}"
    return State(counts[0] > counts[1], says, both.evidence)
