"""What the board says in words: the answer of the page, the sign of each state, and which rows a choice keeps."""

from collections import Counter
from collections.abc import Collection, Sequence

from dashboard import format as fmt
from dashboard.analysis.board import Row
from dashboard.analysis.life import (
    ARCHIVED,
    DEPRECATED,
    DORMANT,
    ENDED,
    GONE,
    LIVES,
    SLOWS,
    STATES,
    UNKNOWN,
)

SIGNS = {LIVES: "●", SLOWS: "◐", DORMANT: "○", DEPRECATED: "⚠", ARCHIVED: "▣", ENDED: "✕", UNKNOWN: "?"}
_MANY = {
    LIVES: ("lives", "live"),
    SLOWS: ("slows", "slow"),
    DORMANT: ("is dormant", "are dormant"),
    DEPRECATED: ("is deprecated", "are deprecated"),
    ARCHIVED: ("is archived", "are archived"),
    ENDED: ("has ended", "have ended"),
}
_IS = {DEPRECATED: "is deprecated", ARCHIVED: "is archived", ENDED: "has ended"}


def state_words(state: str) -> str:
    """A state with its sign: ● lives."""
    return f"{SIGNS[state]} {state}"


def answer(rows: Sequence[Row]) -> str:
    """The sentence the page opens with: how many live and how many do not, and the last one that went."""
    if not rows:
        return "No system is tracked."
    counts = Counter(row.state.state for row in rows)
    told = [f"{counts[state]} {_MANY[state][counts[state] > 1]}" for state in _MANY if counts[state]]
    sentence = f"Of {fmt.count(len(rows), 'system')} " + (", ".join(told) if told else "nothing is known")
    if told and counts[UNKNOWN]:
        sentence += f"; of {counts[UNKNOWN]} nothing is known"
    return f"{sentence}.{_last_gone(rows)}"


def _last_gone(rows: Sequence[Row]) -> str:
    gone = [row for row in rows if row.state.state in GONE and row.state.since is not None]
    if not gone:
        return ""
    last = max(gone, key=lambda row: (row.state.since, row.system.slug))
    return f" The last to go: {last.system.name} {_IS[last.state.state]} since {fmt.month(last.state.since)}."


def kept(
    rows: Sequence[Row], roles: Collection[str], frameworks: Collection[str], states: Collection[str]
) -> list[Row]:
    """The rows of the roles, frameworks (themselves, what serves them, their parts) and states; none chosen is all.

    In the order of the states, living first, then by name.
    """
    found = [
        row
        for row in rows
        if (not roles or row.system.role in roles)
        and (not frameworks or _of(row, frameworks))
        and (not states or row.state.state in states)
    ]
    return sorted(found, key=lambda row: (STATES.index(row.state.state), row.system.name.casefold()))


def _of(row: Row, frameworks: Collection[str]) -> bool:
    system = row.system
    return bool({system.slug, system.part_of or "", *system.serves} & set(frameworks))
