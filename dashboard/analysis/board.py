"""The board of systems: every system with its state, the evidence for it, and what it is known by; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from catalog.load import Catalog
from catalog.models import System
from dashboard.analysis.cited import Evidence, Version, cited, release, versions
from dashboard.analysis.lanes import Lane, lanes, seen_on
from dashboard.analysis.life import UNKNOWN, WHOLE, Fact, Sign, Signs, State, cadence, state_of
from db.read import BoardEvidence, LastSaid, SeriesRow
from language.words import _

COLLECTED, BUNDLED, FAKE = "collected", "bundled", "test server"  # untranslated: keys
_BASIS = {"push": "active", "commits": "active", "archived": "closed"}
DAY = timedelta(days=1)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Last:
    """The newest stable release."""

    version: str
    package: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Downloads:
    """Downloads of the headline package in the newest complete month that a source has; ``until`` is inclusive."""

    value: float
    since: date
    until: date
    package: str
    source: str
    origin: str
    receipt: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One system of the board; None is always unknown. ``newer`` is a version that no table here could know of yet."""

    system: System
    state: State
    last: Last | None
    cadence: float | None
    archived: bool | None
    downloads: Downloads | None
    evidence: tuple[Evidence, ...]
    paced: str = ""
    newer: Version | None = None

    @property
    def told_by(self) -> tuple[str, ...]:
        """Every source that the state rests on, the one that ``cadence`` is of (``paced``) last."""
        return tuple(dict.fromkeys(filter(None, [*(one.source for one in self.evidence), self.paced])))

    @property
    def marked(self) -> str:
        """How what the state rests on came here: collected, bundled, cited or from a test server; empty if unknown."""
        basis = self.state.basis
        return next((one.origin for one in self.evidence if one.basis == basis), "") if basis else ""


def board(catalog: Catalog, found: BoardEvidence, today: date) -> list[Row]:
    """Every listed system, in the catalogue's order; a part without signs of its own stands as its whole does."""
    ends = {origin.source: min(origin.covers_until.last, origin.retrieved.last) for origin in catalog.origins.values()}
    rows = {
        system.slug: _row(system, catalog, found, ends, today) for system in catalog.systems.values() if system.shown
    }
    return [_of_whole(row, rows) for row in rows.values()]


def origin_of(source: str, url: str | None) -> str:
    """How a figure came here, by its source and the address of its receipt."""
    if source.startswith("history."):
        return BUNDLED
    return FAKE if url and urlsplit(url).hostname in LOOPBACK else COLLECTED


def newest_month(rows: Iterable[SeriesRow], system: System, today: date, ends: Mapping[str, date]) -> Downloads | None:
    """The newest complete month (or 28 to 31 days) of a system's downloads; what is held back or partial is none."""
    known = [
        row
        for row in rows
        if row.system == system.slug
        and row.value is not None
        and row.status == "ok"
        and row.doubt is None
        and row.period_end <= today
        and 28 <= (row.period_end - row.period_start).days <= 31
    ]
    if not known:
        return None
    best = max(known, key=lambda row: (row.period_end, row.source not in ends, row.source))
    origin, last = origin_of(best.source, None), best.period_end - DAY
    package = best.definition
    return Downloads(best.value or 0.0, best.period_start, last, package, best.source, origin, best.receipt)


def _row(system: System, catalog: Catalog, found: BoardEvidence, ends: Mapping[str, date], today: date) -> Row:
    tracks = lanes(found.releases, system)
    last = _last(tracks, found, ends)
    repositories = [one for one in found.repositories if one.system == system.slug]
    work = _work(repositories, found.read_on, ends)
    closed = _closed(repositories, found.read_on, ends)
    mine = [entry for entry in catalog.milestones if entry.system == system.slug]
    cites = [(Fact(e.date.first, e.life), cited(e, "cited", "cited")) for e in mine if e.life is not None]
    named = versions(catalog.bindings, system.slug, today)
    told = _after(last, release(mine, named, today))
    newer = next((one for one in named if _after(last, one.evidence)), None)
    pace = cadence([r.released for r in tracks[0].releases], _known_for(tracks[0], found, ends)) if tracks else None
    signs = Signs(
        released=_sign(told if (told and told.basis) or last is None else last.evidence),
        active=_sign(work),
        closed=_sign(closed) if closed and closed.kind == "archived" else None,
        facts=tuple(fact for fact, _evidence in cites),
        cadence=pace,
        cited=bool(told or newer),
    )
    dated = [last.evidence if last else None, told, _unless_told(newer, told), work, closed]
    shown = [one for one in dated if one is not None] + [each for _, each in cites]
    return Row(
        system=system,
        state=state_of(signs, today),
        last=last,
        cadence=pace,
        archived=None if closed is None else closed.kind == "archived",
        downloads=newest_month(found.downloads, system, today, ends),
        evidence=tuple(sorted(dict.fromkeys(shown), key=lambda one: one.day, reverse=True)),
        paced="" if pace is None else tracks[0].source,
        newer=newer,
    )


def _after(last: Last | None, one: Evidence | None) -> Evidence | None:
    """What is cited, where the table of releases was last looked at before it and so cannot know of it."""
    return one if one is not None and (last is None or one.day > last.evidence.seen) else None


def _unless_told(named: Version | None, told: Evidence | None) -> Evidence | None:
    """A version whose release another citation of that day tells already is not listed twice."""
    if named is None or (told and (told.kind, told.day) == (named.evidence.kind, named.evidence.day)):
        return None
    return named.evidence


def _sign(evidence: Evidence | None) -> Sign | None:
    """A sign for the rule; of what is cited but tells of nothing within a year, none (it may be out of date)."""
    return Sign(evidence.day, evidence.seen) if evidence is not None and evidence.basis else None


def _known_for(lane: Lane, found: BoardEvidence, ends: Mapping[str, date]) -> date:
    return seen_on(lane, found.asked, found.read_on, ends)


def _last(tracks: Sequence[Lane], found: BoardEvidence, ends: Mapping[str, date]) -> Last | None:
    """The newest stable release of any lane; of two on one day the better lane's."""
    if not tracks:
        return None
    lane = max(tracks, key=lambda one: one.newest.released)
    release, seen = lane.newest, _known_for(lane, found, ends)
    says = _("{package} {version} released", package=lane.package, version=release.version)
    origin = origin_of(lane.source, release.url)
    evidence = Evidence(
        "release", release.released, says, lane.source, origin, seen, release.url or "", release.receipt, "released"
    )
    return Last(release.version, lane.package, evidence)


def _seen(one: LastSaid, read_on: Mapping[str, date], ends: Mapping[str, date]) -> date:
    """The day a repository's word is known for."""
    if one.metric == "commits":
        return ends.get(one.source) or read_on.get(one.source) or one.end
    return one.start


def _work(repositories: Sequence[LastSaid], read_on: Mapping[str, date], ends: Mapping[str, date]) -> Evidence | None:
    """The newest push or month with a commit."""
    found = []
    for one in repositories:
        seen = _seen(one, read_on, ends)
        if one.metric == "days_since_push":
            found.append(_evidence("push", one, one.start - int(one.value) * DAY, seen, _("last push")))
        elif one.metric == "commits":
            found.append(_evidence("commits", one, min(one.end - DAY, seen), seen, _("last month with a commit")))
    return max(found, key=lambda each: each.day, default=None)


def _closed(repositories: Sequence[LastSaid], read_on: Mapping[str, date], ends: Mapping[str, date]) -> Evidence | None:
    """Whether the headline repository is closed, by the newest word on it; closed on the day of its last push."""
    said = [one for one in repositories if one.metric == "archived" and one.headline]
    if not said:
        return None
    newest = max(said, key=lambda one: one.start)
    seen = _seen(newest, read_on, ends)
    pushes = [one.start - int(one.value) * DAY for one in repositories if _is_push(one, newest)]
    if newest.value:
        return _evidence("archived", newest, max(pushes, default=seen), seen, _("repository archived"))
    return _evidence("open", newest, seen, seen, _("repository not archived"))


def _is_push(one: LastSaid, repository: LastSaid) -> bool:
    return (one.metric, one.source, one.repository) == ("days_since_push", repository.source, repository.repository)


def _evidence(kind: str, one: LastSaid, day: date, seen: date, says: str) -> Evidence:
    named = _("{repository}: {what}", repository=one.repository, what=says) if one.repository else says
    origin, basis = origin_of(one.source, one.url), _BASIS.get(kind, "")
    return Evidence(kind, day, named, one.source, origin, seen, one.url or "", one.receipt, basis)


def _of_whole(row: Row, rows: Mapping[str, Row]) -> Row:
    """A part that nothing is known of stands as its whole does."""
    whole = rows.get(row.system.part_of or "")
    if row.state.state != UNKNOWN or row.last is not None or whole is None or whole.last is None:
        return row
    basis = whole.state.basis
    of = next((one for one in whole.evidence if basis and one.basis == basis), whole.last.evidence)
    says = _("part of {system}: {what}", system=whole.system.name, what=of.says)
    evidence = Evidence("whole", of.day, says, of.source, of.origin, of.seen, of.url, of.receipt, WHOLE)
    why = _("part of {system}: {what}", system=whole.system.name, what=whole.state.why)
    state = State(whole.state.state, why, whole.state.on, whole.state.since, WHOLE)
    return Row(row.system, state, None, None, None, row.downloads, (evidence, *row.evidence))
