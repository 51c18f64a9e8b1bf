"""Criteria over what a framework stands on: lives of projects, wheels, platforms, languages, claims (pure)."""

from collections.abc import Mapping, Sequence
from datetime import date

from packaging.version import InvalidVersion, Version

from catalog.models import Support
from dashboard.analysis.board import Row
from dashboard.analysis.choice.model import (
    BACKENDS,
    FRAMEWORKS,
    NAMES,
    Known,
    Range,
    Scores,
    Shown,
    best_of,
    exactly,
    mean_of,
    unknown,
    with_keras,
)
from dashboard.analysis.life import ARCHIVED, DEPRECATED, DORMANT, ENDED, LIVES, SLOWS
from dashboard.analysis.support_latency import PLATFORMS, platforms_of, waits
from db.read import WheelRow
from verdicts.fact_blocks import LOOKED_UP

STATES = {LIVES: 1.0, SLOWS: 0.5, DORMANT: 0.0, DEPRECATED: 0.0, ARCHIVED: 0.0, ENDED: 0.0}
BINDINGS = {
    "active": 1.0,
    "limited": 0.5,
    "maintenance": 0.5,
    "dormant": 0.0,
    "dead": 0.0,
    "ended": 0.0,
    "archived": 0.0,
}
PACKAGES = {"pytorch": "torch", "tensorflow": "tensorflow", "jax": "jaxlib"}
PLACES = {
    "pytorch": ("pytorch", "executorch", "pytorch-mobile"),
    "tensorflow": ("tensorflow", "tf-lite", "tfjs"),
    "jax": ("jax",),
}
YEAR = 365
CHECK_WHEELS = "framescope collect package_index"


def lives(known: Known, systems: Mapping[str, Sequence[str]]) -> Scores:
    """The best state of each framework's projects: lives 1, slows 0.5, over 0; a framework without one is unknown."""
    return {system: _best_life(known, system, systems.get(system, ())) for system in FRAMEWORKS}


def lives_for(known: Known, role: str) -> Scores:
    """The best state of the projects with a role that serve each framework; Keras spans its backends'."""
    own = {
        backend: _best_life(
            known, backend, [row.system.slug for row in known.board.values() if _serves(row, role, backend)]
        )
        for backend in BACKENDS
    }
    return with_keras(own)


def _serves(row: Row, role: str, backend: str) -> bool:
    return row.system.role == role and backend in row.system.serves


def _best_life(known: Known, system: str, slugs: Sequence[str]) -> Range:
    rows = [known.board[slug] for slug in slugs if slug in known.board]
    if not rows:
        return unknown(f"a project of {NAMES[system]} for it that is tracked")
    return best_of([_life(row) for row in rows])


def _life(row: Row) -> Range:
    score = STATES.get(row.state.state)
    if score is None:
        return unknown(f"the state of {row.system.name}: {row.state.why}", "framescope collect github package_index")
    says = f"{row.system.name}: {row.state.state}, {row.state.why}"
    return exactly(score, Shown("life", row.system.slug, row.state.state, says, row.state.on))


def platforms(known: Known) -> Scores:
    """The part of the six platforms that the newest final version has wheels for; a package for any has all."""
    return with_keras({backend: _platforms(known, backend) for backend in BACKENDS})


def _platforms(known: Known, backend: str) -> Range:
    package = PACKAGES[backend]
    counted = [wheel for wheel in known.wheels if wheel.package == package and _final(wheel)]
    if not counted:
        return unknown(f"the wheels of {package}", CHECK_WHEELS)
    newest = max((wheel.version for wheel in counted), key=_order)
    files = [wheel for wheel in counted if wheel.version == newest]
    there = [name for name in PLATFORMS if any(name in platforms_of(wheel) for wheel in files)]
    day = max((wheel.uploaded.date() for wheel in files if wheel.uploaded), default=None)
    says = f"{package} {newest}: wheels for {', '.join(there) or 'none of the six platforms'}"
    return exactly(len(there) / len(PLATFORMS), Shown("wheels", package, len(there), says, day))


def new_python(known: Known) -> Scores:
    """From 1 for a wheel on the day of the newest Python down to 0 a year later; while there is none, what is left."""
    return with_keras({backend: _new_python(known, backend) for backend in BACKENDS})


def _new_python(known: Known, backend: str) -> Range:
    package, at = PACKAGES[backend], known.facts.at
    days = {one.version: one.date.first for one in known.facts.catalog.pythons if one.date.first <= at}
    wheels = [wheel for wheel in known.wheels if wheel.package == package]
    if not wheels or not days:
        return unknown(f"the wheels of {package}", CHECK_WHEELS)
    newest = max(days, key=lambda version: days[version])
    (wait,) = waits(wheels, {newest: days[newest]}, PLATFORMS[0])
    if wait.days is not None:
        says = f"{package}: first wheel for Python {newest} after {wait.days} days"
        return exactly(_left(wait.days), Shown("wheels", package, wait.days, says, wait.first))
    since = (at - days[newest]).days
    says = f"{package}: no wheel for Python {newest} in {since} days"
    return Range(0.0, _left(since), (Shown("wheels", package, None, says, at),))


def _left(days: int) -> float:
    return min(1.0, max(0.0, 1 - days / YEAR))


def supported(known: Known, *needles: str) -> Scores:
    """The mean over platforms of who answers for each: its makers 1, others or not for long 0.5, nobody any more 0."""
    return with_keras({backend: mean_of([_support(known, backend, one) for one in needles]) for backend in BACKENDS})


def _support(known: Known, backend: str, needle: str) -> Range:
    found = [
        one
        for one in known.facts.catalog.platforms
        if one.system in PLACES[backend] and needle.lower() in one.platform.lower()
    ]
    if not found or known.facts.at < LOOKED_UP:
        return unknown(f"a cited statement on {NAMES[backend]} and {needle}")
    return best_of([_answers(one) for one in found])


def _answers(one: Support) -> Range:
    told = one.until or one.since or ("by its makers" if one.official else "by others")
    shown = Shown("catalogue", one.url, told, f"{one.system} on {one.platform}, {one.how}: {told}", LOOKED_UP)
    over = one.how == "none" or one.until[:1].isdigit() or (bool(one.until) and not one.official)
    if "announced" in one.since:
        return Range(0.0, 1.0, (shown,), (f"a release of {one.how}",))
    return exactly(0.0 if over else 1.0 if one.official and not one.until else 0.5, shown)


def languages(known: Known, wanted: Sequence[str]) -> Scores:
    """The mean over languages of the best binding's state: active 1, limited or maintained only 0.5, over 0."""
    return with_keras({backend: mean_of([_binding(known, backend, one) for one in wanted]) for backend in BACKENDS})


def _binding(known: Known, backend: str, language: str) -> Range:
    found = [
        one
        for one in known.facts.catalog.bindings
        if one.system in PLACES[backend]
        and one.language.startswith(language)
        and (language != "Java" or not one.language.startswith("JavaScript"))
    ]
    if not found or known.facts.at < LOOKED_UP:
        return unknown(f"a cited binding of {NAMES[backend]} to {language}")
    return best_of([_bound(one.name, one.language, one.state, one.last, one.url) for one in found])


def _bound(name: str, language: str, state: str, last: str, url: str) -> Range:
    shown = Shown("catalogue", url, state, f"{name} ({language}): {state}, {last}", LOOKED_UP)
    score = BINDINGS.get(state)
    return Range(0.0, 1.0, (shown,), (f"the state of {name}",)) if score is None else exactly(score, shown)


def ahead(known: Known, claim: str, who: str, other: str) -> Scores:
    """A claim that one is ahead of another: as said 1 and 0; where it is not so, the other is level or ahead."""
    scores = {system: unknown(f"the claim {claim} says nothing of {NAMES[system]}") for system in FRAMEWORKS}
    found = known.findings.get(claim)
    if found is None or found.now.met is None:
        missing = "; ".join(found.now.missing) if found else f"the claim {claim}"
        command = found.now.command if found else "framescope claims"
        return scores | dict.fromkeys((who, other), unknown(missing or f"the claim {claim}", command))
    day = max((one.day for one in found.now.evidence if one.day is not None), default=None)
    shown = (Shown("claim", claim, found.verdict, found.now.says, day),)
    ends = ((1.0, 1.0), (0.0, 0.0)) if found.now.met else ((0.0, 0.5), (0.5, 1.0))
    return scores | {who: Range(*ends[0], shown), other: Range(*ends[1], shown)}


def _final(wheel: WheelRow) -> bool:
    return not wheel.prerelease and not wheel.yanked


def _order(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")


def oldest(days: Sequence[date | None]) -> date | None:
    """The oldest of the days that are known."""
    return min((day for day in days if day is not None), default=None)
