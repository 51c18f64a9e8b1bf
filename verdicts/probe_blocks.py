"""Building blocks of rules over probes: one cell, several, and what they come to (pure)."""

from collections.abc import Sequence

from language.words import _
from verdicts.combining import all_of, most_of
from verdicts.model import Evidence, Facts, State
from verdicts.wording import outcome

DECIDES = {"pass": True, "fail": False}


def can(facts: Facts, capability: str, system: str, mode: str = "any") -> State:
    """Whether a system passes a probe in a mode; an error, not run or never run decides nothing."""
    row = facts.cell(capability, system, mode)
    where = probe_words(capability, system, mode)
    command = f"framescope probe {capability}"
    if row is None:
        return State(None, "", (), (_("the probe {where} was not run here", where=where),), command)
    met = DECIDES.get(row.state)
    said = row.state.replace("_", " ")
    told = outcome(row.state)
    if row.version:
        text = _("{where}: {state} with version {version}", where=where, state=told, version=row.version)
    else:
        text = _("{where}: {state} with version none installed", where=where, state=told)
    evidence = Evidence("probe", f"{row.capability}/{row.system}/{row.mode}", said, text, met, row.day)
    missing = _("the probe {where} came to {state}, which decides nothing", where=where, state=told)
    if met is not None:
        return State(met, text, (evidence,))
    return State(None, text, (evidence,), (missing,), command)


def probe_words(capability: str, system: str, mode: str) -> str:
    """Where a probe ran: eager_execution on tensorflow (eager)."""
    if mode == "any":
        return _("{capability} on {system}", capability=capability, system=system)
    return _("{capability} on {system} ({mode})", capability=capability, system=system, mode=mode)


def can_all(facts: Facts, capabilities: Sequence[str], system: str, mode: str = "eager") -> State:
    """Whether a system passes all these probes in a mode."""
    return all_of(*(can(facts, capability, system, mode) for capability in capabilities))


def more_of(facts: Facts, capabilities: Sequence[str], system: str, other: str) -> State:
    """Whether a system passes more of these probes than another, and not fewer; as many tell neither apart."""
    mine = [can(facts, capability, system) for capability in capabilities]
    theirs = [can(facts, capability, other) for capability in capabilities]
    both = most_of(*mine, *theirs)
    if any(state.met is None for state in (*mine, *theirs)):
        missing = tuple(dict.fromkeys(text for state in (*mine, *theirs) for text in state.missing))
        return State(None, both.says, both.evidence, missing, f"framescope probe {' '.join(capabilities)}")
    counts = [sum(bool(state.met) for state in states) for states in (mine, theirs)]
    told = {"system": system, "mine": counts[0], "all": len(capabilities), "other": other, "theirs": counts[1]}
    says = _("{system} passes {mine} of {all} probes, {other} {theirs}", **told)
    if counts[0] == counts[1]:
        return State(None, says, both.evidence, (_("a probe that only one of {system} and {other} passes", **told),))
    return State(counts[0] > counts[1], says, both.evidence)
