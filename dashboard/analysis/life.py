"""Whether a system lives: one rule from dated signs to a state; the rule in words is docs/life-states.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

from language.words import N_, _

LIVES, SLOWS, DORMANT = "lives", "slows", "dormant"
DEPRECATED, ARCHIVED, ENDED, UNKNOWN = "deprecated", "archived", "ended", "unknown"
STATES = (LIVES, SLOWS, DORMANT, DEPRECATED, ARCHIVED, ENDED, UNKNOWN)
GONE = (DEPRECATED, ARCHIVED, ENDED)
STILL = (DORMANT, *GONE)
YEAR = timedelta(days=365)
WINDOW = timedelta(days=730)
OVERDUE, PATIENCE = 3, timedelta(days=180)
LEAST = 3
CLOSED, CITED, RELEASED, ACTIVE, WHOLE = "closed", "cited", "released", "active", "whole"
_OF_FACT = {"silent": DORMANT, "deprecated": DEPRECATED, "ended": ENDED, "archived": ARCHIVED}

Life = Literal["maintenance", "silent", "deprecated", "ended", "archived"]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that happened on ``day``, as it was known on ``seen``."""

    day: date
    seen: date

    @property
    def quiet(self) -> timedelta:
        """How long nothing newer had been seen when it was looked at."""
        return self.seen - self.day


@dataclass(frozen=True, slots=True)
class Fact:
    """What a cited page says of a system from ``day`` on."""

    day: date
    life: Life


@dataclass(frozen=True, slots=True)
class Signs:
    """All that the rule is given: newest stable release, newest push or commit, a closed repository, cited facts.

    ``closed`` is the last push to a repository that its owner closed (or the day it was seen closed); ``cadence`` is
    the median of days between releases, None where they are too few; ``cited`` whether a page tells of a version.
    """

    released: Sign | None = None
    active: Sign | None = None
    closed: Sign | None = None
    facts: tuple[Fact, ...] = ()
    cadence: float | None = None
    cited: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What the rule came to: the state, the reason in a few words, the day it is known for (None: it is not known).

    ``basis`` is the sign that decided: closed, cited, released, active, whole (it is a part of something), or nothing;
    ``since`` is the day of that sign.
    """

    state: str
    why: str
    on: date | None = None
    since: date | None = None
    basis: str = ""

    @property
    def still_since(self) -> date | None:
        """Since when nothing goes on; None for what goes on, and for what nothing is known of."""
        return self.since if self.state in STILL else None


def state_of(signs: Signs, today: date) -> State:
    """The state of a system. A declared end stands unless a release came after it and within the year before."""
    if signs.closed is not None and not _released_since(signs, signs.closed.day, today):
        return _told(ARCHIVED, _("its repository is closed to changes"), signs.closed, CLOSED)
    standing = [fact for fact in signs.facts if not _released_since(signs, fact.day, today)]
    telling = [fact for fact in standing if fact.life in _OF_FACT and not _active_since(signs, fact)]
    if telling:
        fact = max(telling, key=lambda one: one.day)
        return State(_OF_FACT[fact.life], _(_WORDS[fact.life]), fact.day, fact.day, CITED)
    return _by_age(signs, today)


def cadence(days: Sequence[date], until: date) -> float | None:
    """Median of days between releases in the two years before ``until``; None with fewer than three days of release."""
    recent = sorted({day for day in days if until - WINDOW <= day <= until})
    if len(recent) < LEAST:
        return None
    return float(median((later - earlier).days for earlier, later in pairwise(recent)))


_WORDS = {
    "silent": N_("no commit has been seen since"),
    "deprecated": N_("declared deprecated"),
    "ended": N_("its makers ended it"),
    "archived": N_("its repository was archived"),
}


def _released_since(signs: Signs, day: date, today: date) -> bool:
    """Whether something was released after a day, and within a year of today."""
    return signs.released is not None and signs.released.day > day and today - signs.released.day <= YEAR


def _active_since(signs: Signs, fact: Fact) -> bool:
    """Whether a silence was broken: a release, a push or a commit is newer."""
    newer = [sign for sign in (signs.released, signs.active) if sign is not None and sign.day > fact.day]
    return fact.life == "silent" and bool(newer)


def _by_age(signs: Signs, today: date) -> State:
    released, active = (_fresh(sign, today) for sign in (signs.released, signs.active))
    keeping = [fact for fact in signs.facts if fact.life == "maintenance"]
    if released is None and active is None:
        return _unseen(signs, [fact for fact in keeping if today - fact.day <= WINDOW])
    kept = bool(keeping)
    if released is not None and released.quiet <= YEAR:
        if kept:
            return _told(SLOWS, _("in maintenance, by its makers"), released, RELEASED)
        if signs.cadence is not None and released.quiet > max(PATIENCE, timedelta(days=OVERDUE * signs.cadence)):
            return _told(SLOWS, _("no release for {n} times the usual wait", n=OVERDUE), released, RELEASED)
        late = today - released.day > YEAR
        why = _("released within a year before it was last looked at") if late else _("released within a year")
        return _told(LIVES, why, released, RELEASED)
    if active is not None and active.quiet <= YEAR:
        why = _("worked on, but not released within a year") if released else _("worked on within a year")
        return _told(SLOWS if released or kept else LIVES, why, active, ACTIVE)
    newest, basis = _newest(released, active)
    if newest.quiet <= WINDOW:
        return _told(SLOWS, _("nothing for more than a year"), newest, basis)
    return _told(DORMANT, _("nothing for more than two years"), newest, basis)


def _unseen(signs: Signs, keeping: Sequence[Fact]) -> State:
    """The state where no release and no work was seen of late: maintenance that is cited, or nothing."""
    if keeping:
        day = max(fact.day for fact in keeping)
        return State(SLOWS, _("in maintenance, by its makers"), day, day, CITED)
    if signs.released or signs.active:
        return State(UNKNOWN, _("what is known is too old to say"))
    return State(
        UNKNOWN, _("what is cited does not tell whether it goes on") if signs.cited else _("nothing dated is known")
    )


def _newest(released: Sign | None, active: Sign | None) -> tuple[Sign, str]:
    """The sign that was quiet the shorter time, and its name; one of the two is there."""
    if released is not None and (active is None or released.quiet <= active.quiet):
        return released, RELEASED
    assert active is not None  # noqa: S101  # `_by_age` returned where neither is there
    return active, ACTIVE


def _told(state: str, why: str, sign: Sign, basis: str) -> State:
    return State(state, why, sign.seen, sign.day, basis)


def _fresh(sign: Sign | None, today: date) -> Sign | None:
    """A sign that was looked at within two years; an older look says nothing of today."""
    return sign if sign is not None and today - sign.seen <= WINDOW else None
