"""Passports side by side: what differs first, and of that what makes times not comparable first (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MATTERS = ("device", "precision", "threads", "affinity", "jit.on")
"""What the protocol holds two times apart for; threads, processors and compiling under matched settings."""
OWN = ("null_call_s", "import_s", "calls_per_block", "warm_up.blocks", "warm_up.settled")
"""What a run measures of itself: it differs from one variant to the next by nature."""
UNKNOWN = ""


class Fact(NamedTuple):
    """One key of the passports with each variant's value as text, empty where it was not reported."""

    key: str
    matters: bool
    values: tuple[str, ...]


def flat(facts: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """A nested passport as one level of text, keys joined by dots."""
    found: dict[str, str] = {}
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = UNKNOWN if value is None else str(value)
    return found


def compared(passports: Sequence[Mapping[str, Any]]) -> tuple[list[Fact], list[Fact]]:
    """What differs among passports, and what does not; a key that some lack differs only where it has values."""
    sides = [flat(passport) for passport in passports]
    keys = list(dict.fromkeys(key for side in sides for key in side))
    facts = [Fact(key, key in MATTERS, tuple(side.get(key, UNKNOWN) for side in sides)) for key in keys]
    different = [fact for fact in facts if len(set(fact.values)) > 1]
    same = [fact for fact in facts if len(set(fact.values)) == 1]
    return sorted(different, key=lambda fact: (not fact.matters, fact.key in OWN)), same
