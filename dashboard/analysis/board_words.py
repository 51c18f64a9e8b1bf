"""What the board says in words: the answer of the page, the sign of each state, and which rows a choice keeps."""

from collections import Counter
from collections.abc import Collection, Sequence

from dashboard import format as fmt
from dashboard.analysis.board import BUNDLED, COLLECTED, FAKE, Row
from dashboard.analysis.cited import CITED
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
from language.lists import commas
from language.words import N_, _, _n, _p

SIGNS = {LIVES: "●", SLOWS: "◐", DORMANT: "○", DEPRECATED: "⚠", ARCHIVED: "▣", ENDED: "✕", UNKNOWN: "?"}


def state_name(state: str) -> str:
    """A state in the reader's language; the rule and the address know it by its English word."""
    names = {
        LIVES: _p("life", "lives"),
        SLOWS: _p("life", "slows"),
        DORMANT: _p("life", "dormant"),
        DEPRECATED: _p("life", "deprecated"),
        ARCHIVED: _p("life", "archived"),
        ENDED: _p("life", "ended"),
        UNKNOWN: _p("life", "unknown"),
    }
    return names[state]


def state_words(state: str) -> str:
    """A state with its sign: ● lives."""
    return f"{SIGNS[state]} {state_name(state)}"


def origin_words(origin: str) -> str:
    """How something came here; of what is unknown, that it rests on nothing."""
    names = {
        COLLECTED: _p("origin", "collected"),
        BUNDLED: _p("origin", "bundled"),
        FAKE: _p("origin", "test server"),
        CITED: _p("origin", "cited"),
    }
    return names.get(origin) or _p("origin", "nothing")


def answer(rows: Sequence[Row]) -> str:
    """The sentence the page opens with: how many live and how many do not, and the last one that went."""
    if not rows:
        return _("No system is tracked.")
    counts = Counter(row.state.state for row in rows)
    every = _n("{n} system", "{n} systems", len(rows), n=fmt.words(len(rows)))
    said = {state: _counted(state, counts[state]) for state in STATES if state != UNKNOWN and counts[state]}
    states = commas((said | {LIVES: _living(rows)} if LIVES in said else said).values())
    if not states:
        told = _("Of {systems} the state is unknown.", systems=every)
    elif counts[UNKNOWN]:
        told = _(_unknown(rows), systems=every, states=states, n=counts[UNKNOWN])
    else:
        told = _("Of {systems} {states}.", systems=every, states=states)
    return _with_last_gone(told, rows)


def _unknown(rows: Sequence[Row]) -> str:
    """What is said of those of unknown state: pages may tell of them, but the store holds no release of any."""
    if any(row.last is not None for row in rows if row.state.state == UNKNOWN):
        return N_("Of {systems} {states}; of {n} the state is unknown.")
    return N_("Of {systems} {states}; of {n} the state is unknown: no release is in this store.")


def _living(rows: Sequence[Row]) -> str:
    """How many live and as of when: a source that was looked at long ago knows of no later release or silence."""
    living = [row.state.on for row in rows if row.state.state == LIVES]
    told, on = _counted(LIVES, len(living)), [day for day in living if day is not None]
    if not on:
        return told
    first, last = fmt.month(min(on)), fmt.month(max(on))
    if first == last:
        return _("{living} (as of {month})", living=told, month=last)
    return _("{living} (as of {first} to {last})", living=told, first=first, last=last)


def _counted(state: str, n: int) -> str:
    return {
        LIVES: _n("{n} lives", "{n} live", n),
        SLOWS: _n("{n} slows", "{n} slow", n),
        DORMANT: _n("{n} is dormant", "{n} are dormant", n),
        DEPRECATED: _n("{n} is deprecated", "{n} are deprecated", n),
        ARCHIVED: _n("{n} is archived", "{n} are archived", n),
        ENDED: _n("{n} has ended", "{n} have ended", n),
    }[state]


def _with_last_gone(told: str, rows: Sequence[Row]) -> str:
    gone = [row for row in rows if row.state.state in GONE and row.state.since is not None]
    if not gone:
        return told
    last = max(gone, key=lambda row: (row.state.since, row.system.slug))
    said = {"answer": told, "system": last.system.name, "month": fmt.month(last.state.since)}
    return {
        DEPRECATED: _("{answer} The last to go: {system} is deprecated since {month}.", **said),
        ARCHIVED: _("{answer} The last to go: {system} is archived since {month}.", **said),
        ENDED: _("{answer} The last to go: {system} has ended since {month}.", **said),
    }[last.state.state]


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
