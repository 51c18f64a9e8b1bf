"""Putting states together: all of them, any of them, most of them, not (pure)."""

from collections.abc import Sequence
from dataclasses import replace

from language.lists import semicolons
from language.words import _
from verdicts.model import Evidence, State


def all_of(*states: State) -> State:
    """Met if all are; not met as soon as one is not, and then it says which first; otherwise nobody can tell."""
    fallen = [state for state in states if state.met is False]
    whole = _joined(False if fallen else None if any(s.met is None for s in states) else True, states)
    if not 0 < len(fallen) < len(states):
        return whole
    which = semicolons(dict.fromkeys(state.says for state in fallen))
    said = _("falls by {n} of {all} parts: {which}", n=len(fallen), all=len(states), which=which)
    others = semicolons(dict.fromkeys(state.says for state in states if state.met is not False))
    return replace(whole, says=semicolons([said, _("the other parts: {others}", others=others) if others else ""]))


def any_of(*states: State) -> State:
    """Met as soon as one is; not met if none is; otherwise nobody can tell."""
    met = True if any(s.met for s in states) else None if any(s.met is None for s in states) else False
    return _joined(met, states)


def most_of(*states: State) -> State:
    """What more than half of those that can be told come to; nobody can tell where none can, or they are level."""
    told = [state.met for state in states if state.met is not None]
    yes = sum(told)
    met = None if not told or 2 * yes == len(told) else 2 * yes > len(told)
    return _joined(met, states)


def opposite(state: State) -> State:
    """Met where the other is not; its evidence speaks the other way round."""
    turned = tuple(replace(one, supports=None if one.supports is None else not one.supports) for one in state.evidence)
    return replace(state, met=None if state.met is None else not state.met, evidence=turned)


def first_told(*states: State) -> State:
    """The first that can be told; all that is missing where none can."""
    return next((state for state in states if state.met is not None), _joined(None, states))


def told_beside(state: State, *others: Evidence) -> State:
    """A state with evidence that decides nothing in it but belongs beside it."""
    return replace(state, evidence=(*state.evidence, *(replace(one, supports=None) for one in others)))


def _joined(met: bool | None, states: Sequence[State]) -> State:
    evidence: tuple[Evidence, ...] = tuple(dict.fromkeys(one for state in states for one in state.evidence))
    unmet = [state.until for state in states if state.until is not None and state.met is False]
    return State(
        met,
        semicolons(dict.fromkeys(state.says for state in states)),
        evidence,
        tuple(dict.fromkeys(text for state in states for text in state.missing)),
        _commands([state.command for state in states if state.command and state.met is None]) if met is None else "",
        min(unmet) if met is False and unmet else None,
    )


def _commands(found: Sequence[str]) -> str:
    """Commands as one line: those that only differ in their last words become one."""
    heads: dict[str, list[str]] = {}
    for command in found:
        words = command.split()
        heads.setdefault(" ".join(words[:2]), []).extend(words[2:])
    return " && ".join(" ".join([head, *dict.fromkeys(rest)]) for head, rest in heads.items())
