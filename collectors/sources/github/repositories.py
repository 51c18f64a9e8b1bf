"""The repositories that are asked about, what was last seen of each, and the rows that follow from how one stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from catalog.models import System
from collectors.source import Context, Item, Parsed, Request
from db import clock
from db.records import Observation

DAY = timedelta(days=1)
_WATCHED_AT_ALL = 100


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository by the name the catalogue has, which stays when GitHub renames it; ``headline`` of its system."""

    name: str
    system: str
    headline: bool
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What was last seen: GitHub's number of the repository, the day, the stars, and those of the day before that.

    ``called`` is the name it answers by where that is another than the catalogue's: it was renamed or moved.
    """

    id: int
    day: str
    stars: int
    earlier_day: str = ""
    earlier_stars: int = 0
    called: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a repository stands; None where the answer does not tell. ``issues_note`` says what is counted as issues."""

    id: int
    stars: int
    forks: int
    archived: bool
    pushed_at: datetime | None
    watchers: int | None = None
    open_issues: int | None = None
    issues_note: str = ""
    called: str = ""
    others: dict[str, int] = field(default_factory=dict)


def tracked(systems: Sequence[System]) -> tuple[Repository, ...]:
    """Every repository of the systems once, those first whose stars are followed."""
    found: dict[str, Repository] = {}
    for system in systems:
        for number, name in enumerate(system.github):
            followed = system.star_history and number == 0
            found.setdefault(name.lower(), Repository(name, system.slug, number == 0, followed))
    return tuple(sorted(found.values(), key=lambda repository: not repository.followed))


def today() -> date:
    """The UTC day."""
    return clock.today()


def cursor_key(name: str) -> str:
    """Where `Seen` is kept between runs."""
    return f"repository {name}"


def last_seen(request: Request, name: str) -> Seen | None:
    """What an earlier run saw."""
    kept = request.cursor(cursor_key(name))
    return None if kept is None else Seen(**json.loads(kept))


def as_detail(request: Request, repositories: Sequence[Repository]) -> str:
    """Repositories with what was last seen of them, as an item carries them to `parse`."""
    rows = []
    for repository in repositories:
        seen = last_seen(request, repository.name)
        rows.append({"repository": asdict(repository), "seen": None if seen is None else asdict(seen)})
    return json.dumps(rows)


def of_item(item: Item) -> list[tuple[Repository, Seen | None]]:
    """What `as_detail` put there."""
    rows: list[dict[str, Any]] = json.loads(item.detail["repositories"])
    return [(Repository(**row["repository"]), Seen(**row["seen"]) if row["seen"] else None) for row in rows]


def impossible(standing: Standing, seen: Seen | None) -> str | None:
    """Why nothing of an answer is kept, if so."""
    if seen is not None and seen.id != standing.id:
        return "another repository stands under this name now. Check the catalogue"
    if seen is not None and seen.stars > 0 and standing.stars == 0:
        return f"0 stars after {seen.stars:,} cannot be true. Nothing of it was kept"
    return None


def observe(repository: Repository, standing: Standing, seen: Seen | None, context: Context) -> Parsed:
    """The rows of how one repository stands on the day of the answer."""
    why = impossible(standing, seen)
    if why is not None:
        return Parsed(missing={repository.name: why})
    day = context.day
    moved = bool(standing.called) and standing.called.lower() != repository.name.lower()
    now = Seen(standing.id, day.isoformat(), standing.stars, called=standing.called if moved else "")
    if seen is not None:
        earlier = (seen.earlier_day, seen.earlier_stars) if seen.day == now.day else (seen.day, seen.stars)
        now = replace(now, earlier_day=earlier[0], earlier_stars=earlier[1])
    rows = (*_standing(repository, standing, day, context.fetched_at), *_observed_gain(repository, now, day))
    notes = (f"{repository.name} is called {standing.called[:200]} now; change the catalogue",) if moved else ()
    return Parsed(rows, cursors={cursor_key(repository.name): json.dumps(asdict(now))}, notes=notes)


def _standing(repository: Repository, standing: Standing, day: date, at: datetime) -> Iterator[Observation]:
    values: dict[str, int | None] = {
        "stars": standing.stars,
        "forks": standing.forks,
        "archived": int(standing.archived),
        "days_since_push": _age(standing.pushed_at, at),
        **standing.others,
    }
    # a list that GitHub has closed may read as nobody
    values["watchers"] = standing.watchers if standing.watchers or standing.stars < _WATCHED_AT_ALL else None
    for metric, value in values.items():
        if value is not None:
            yield _row(metric, repository, day, value, repository.name, primary=repository.headline)
    if standing.open_issues is not None:
        definition = f"{repository.name} {standing.issues_note}".strip()
        primary = repository.headline and not standing.issues_note
        yield _row("open_issues", repository, day, standing.open_issues, definition, primary=primary)


def _age(pushed_at: datetime | None, at: datetime) -> int | None:
    """Whole days since the last push; None where it is unknown or lies in the future."""
    if pushed_at is None or pushed_at > at + DAY:
        return None
    return max(0, (at - pushed_at).days)


def _observed_gain(repository: Repository, now: Seen, day: date) -> Iterator[Observation]:
    """Stars won and lost between two days in a row, as those of the earlier day."""
    if now.earlier_day and date.fromisoformat(now.earlier_day) == day - DAY:
        gain = now.stars - now.earlier_stars
        yield _row("stars_gained", repository, day - DAY, gain, f"{repository.name} observed", primary=False)


def _row(metric: str, repository: Repository, day: date, value: int, definition: str, *, primary: bool) -> Observation:
    return Observation(metric, repository.system, day, day + DAY, float(value), definition=definition, primary=primary)
