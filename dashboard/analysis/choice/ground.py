"""Criteria over what a framework stands on: lives of projects, wheels, platforms, languages, claims (pure)."""

from collections.abc import Mapping, Sequence
from datetime import date

from packaging.version import InvalidVersion, Version

from catalog.models import Binding, Support
from dashboard.analysis.board import Row
from dashboard.analysis.choice.model import (
    BACKENDS,
    CITED,
    FRAMEWORKS,
    NAMES,
    OWN,
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
from language.lists import commas, semicolons
from language.words import N_, _, _p
from verdicts.fact_blocks import LOOKED_UP, bound_words
from verdicts.model import Evidence
from verdicts.wording import redated

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
INDEX = ("package_index",)
DATED = (*INDEX, CITED)
"""The days of Pythons are cited, those of wheels the index's."""
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
        return unknown(_("a project of {name} for it that is tracked", name=NAMES[system]))
    return best_of([_life(row) for row in rows])


def _life(row: Row) -> Range:
    score = STATES.get(row.state.state)
    if score is None:
        missing = _("the state of {name}: {why}", name=row.system.name, why=row.state.why)
        return unknown(missing, "framescope collect github package_index")
    told = {"name": row.system.name, "state": _life_words(row.state.state), "why": row.state.why}
    says = _("{name}: {state}, {why}", **told)
    return exactly(score, Shown("life", row.system.slug, row.state.state, says, row.state.on, row.told_by))


def _life_words(state: str) -> str:
    named = {
        LIVES: _p("state of a project", "lives"),
        SLOWS: _p("state of a project", "slows"),
        DORMANT: _p("state of a project", "dormant"),
        DEPRECATED: _p("state of a project", "deprecated"),
        ARCHIVED: _p("state of a project", "archived"),
        ENDED: _p("state of a project", "ended"),
    }
    return named.get(state, state)


def platforms(known: Known) -> Scores:
    """The part of the six platforms that the newest final version has wheels for; a package for any has all."""
    return with_keras({backend: _platforms(known, backend) for backend in BACKENDS})


def _platforms(known: Known, backend: str) -> Range:
    package = PACKAGES[backend]
    counted = [wheel for wheel in known.wheels if wheel.package == package and _final(wheel)]
    if not counted:
        return unknown(_("the wheels of {package}", package=package), CHECK_WHEELS)
    newest = max((wheel.version for wheel in counted), key=_order)
    files = [wheel for wheel in counted if wheel.version == newest]
    there = [name for name in PLATFORMS if any(name in platforms_of(wheel) for wheel in files)]
    day = max((wheel.uploaded.date() for wheel in files if wheel.uploaded), default=None)
    told = {"package": package, "version": newest}
    says = _("{package} {version}: wheels for none of the six platforms", **told)
    if there:
        says = _("{package} {version}: wheels for {platforms}", **told, platforms=commas(there))
    return exactly(len(there) / len(PLATFORMS), Shown("wheels", package, len(there), says, day, INDEX))


def new_python(known: Known) -> Scores:
    """From 1 for a wheel on the day of the newest Python down to 0 a year later; while there is none, what is left."""
    return with_keras({backend: _new_python(known, backend) for backend in BACKENDS})


def _new_python(known: Known, backend: str) -> Range:
    package, at = PACKAGES[backend], known.facts.at
    days = {one.version: one.date.first for one in known.facts.catalog.pythons if one.date.first <= at}
    wheels = [wheel for wheel in known.wheels if wheel.package == package]
    if not wheels or not days:
        return unknown(_("the wheels of {package}", package=package), CHECK_WHEELS)
    newest = max(days, key=lambda version: days[version])
    (wait,) = waits(wheels, {newest: days[newest]}, PLATFORMS[0])
    if wait.days is not None:
        first = N_("{package}: first wheel for Python {version} after {n} days")
        says = _(first, package=package, version=newest, n=wait.days)
        return exactly(_left(wait.days), Shown("wheels", package, wait.days, says, wait.first, DATED))
    since = (at - days[newest]).days
    says = _("{package}: no wheel for Python {version} in {n} days", package=package, version=newest, n=since)
    return Range(0.0, _left(since), (Shown("wheels", package, None, says, at, DATED),))


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
        return unknown(_("a cited statement on {name} and {platform}", name=NAMES[backend], platform=_(needle)))
    return best_of([_answers(one) for one in found])


def _answers(one: Support) -> Range:
    told = one.until or one.since or (N_("by its makers") if one.official else N_("by others"))
    parts = {"system": one.system, "platform": _(one.platform), "how": _(one.how), "told": redated(_(told))}
    shown = Shown("catalogue", one.url, told, _("{system} on {platform}, {how}: {told}", **parts), LOOKED_UP)
    over = one.how == "none" or one.until[:1].isdigit() or (bool(one.until) and not one.official)
    if "announced" in one.since:
        return Range(0.0, 1.0, (shown,), (_("a release of {how}", how=_(one.how)),))
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
        return unknown(_("a cited binding of {name} to {language}", name=NAMES[backend], language=language))
    return best_of([_bound(one) for one in found])


def _bound(one: Binding) -> Range:
    shown = Shown("catalogue", one.url, one.state, bound_words(one), LOOKED_UP)
    score = BINDINGS.get(one.state)
    missing = _("the state of {name}", name=one.name)
    return Range(0.0, 1.0, (shown,), (missing,)) if score is None else exactly(score, shown)


def ahead(known: Known, claim: str, who: str, other: str) -> Scores:
    """A claim that one is ahead of another: as said 1 and 0; where it is not so, the other is level or ahead."""
    silent = N_("the claim {claim} says nothing of {name}")
    scores = {system: unknown(_(silent, claim=claim, name=NAMES[system])) for system in FRAMEWORKS}
    found = known.findings.get(claim)
    if found is None or found.now.met is None:
        missing = semicolons(found.now.missing) if found else ""
        command = found.now.command if found else "framescope claims"
        told = unknown(missing or _("the claim {claim}", claim=claim), command)
        return scores | dict.fromkeys((who, other), told)
    day = max((one.day for one in found.now.evidence if one.day is not None), default=None)
    owed = tuple(dict.fromkeys(_owed(one) for one in found.now.evidence))
    shown = (Shown("claim", claim, found.verdict, found.now.says, day, owed),)
    ends = ((1.0, 1.0), (0.0, 0.0)) if found.now.met else ((0.0, 0.5), (0.5, 1.0))
    return scores | {who: Range(*ends[0], shown), other: Range(*ends[1], shown)}


def _owed(one: Evidence) -> str:
    """The source that a piece of a claim's evidence is owed to."""
    if one.kind == "series":
        return one.ref.split("/")[-1]
    return CITED if one.kind == "catalogue" else OWN


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
