"""Reads what the tables answer: days of a group of packages, all together or told apart by who downloaded; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, StrictInt

from collectors.clickhouse import Whole, refusal
from collectors.errors import SkipItem, StopSource
from collectors.source import Context, Parsed, read_json
from collectors.sources.clickpy import splits
from collectors.sources.clickpy.packages import Package, name_of, of_item
from db.records import Observation

MAX_DOWNLOADS = 10**11
MAX_READ = 10**9
_DAY = timedelta(days=1)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str
    who: str = ""
    month: date
    days: dict[date, Whole]
    listed: Whole


class _Cost(BaseModel):
    rows_read: Whole = 0


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    data: list[_Row]
    rows: StrictInt
    statistics: _Cost = _Cost()


def parse(body: bytes, context: Context) -> Parsed:
    """Read the days of a group of packages; pure."""
    context = replace(context, url=context.url.partition("?")[0])
    if (refused := refusal(body, context.url)) is not None:
        if context.item.detail.get("split") and isinstance(refused, StopSource):
            raise SkipItem(refused.message, url=context.url)
        raise refused
    answer = read_json(_Answer, body, context)
    packages = of_item(context.item)
    _must_be_whole(answer, packages, context)
    counts = {(row.project, row.who, day): n for row in answer.data for day, n in row.days.items() if n}
    _must_be_plausible(counts, context)
    days = {key: n for key, n in counts.items() if (key[0], splits.UNKNOWN, key[2]) not in counts}
    if not counts and (split := context.item.detail.get("split")):
        month = date.fromisoformat(context.item.detail["since"])
        asked = {splits.empty_key(name_of(list(packages.values())), month): f"{context.day}"}
        said = (f"{context.item.name}: nothing is listed",)
        return Parsed(cursors=asked if split == splits.RUNNERS else {}, notes=said)
    if not counts:
        raise SkipItem("Nothing is listed of these packages, which says nothing about downloads", url=context.url)
    newest = dict(sorted((name, day) for name, _, day in counts))  # of each project the last
    unsure = {name: _unsure_from(day, context) for name, day in newest.items()}
    rows = [_observation(packages[name], who, day, n, unsure[name]) for (name, who, day), n in sorted(days.items())]
    return Parsed(tuple(rows), cursors=_cursors(packages, newest, context))


def _unsure_from(newest: date, context: Context) -> date:
    """From which day on a package's figures may still grow; one that fills what was asked for goes on behind it."""
    eve = context.day - _DAY
    return eve if newest + _DAY == _end(context) else min(newest, eve)


def _end(context: Context) -> date:
    return date.fromisoformat(context.item.detail.get("until", "9999-12-31"))


def _cursors(packages: dict[str, Package], newest: dict[str, date], context: Context) -> dict[str, str]:
    """The newest day of each package; of a month of all packages, when it was read."""
    detail = context.item.detail
    if detail.get("split") == splits.RUNNERS:
        month = date.fromisoformat(detail["since"])
        return {splits.month_key(name_of(list(packages.values())), month): f"{context.day}"}
    return {packages[name].cursor(detail.get("split", "")): f"{day}" for name, day in newest.items()}


def _must_be_whole(answer: _Answer, packages: dict[str, Package], context: Context) -> None:
    """Refuse an answer that was cut off, was not summed up, or is about something else."""
    said = {row.listed for row in answer.data} | {answer.rows}
    detail = context.item.detail
    first, until = date.fromisoformat(detail["since"]), _end(context)
    known = splits.WHO.get(detail.get("split", ""), frozenset({""}))
    problems = {
        f"is cut off: {len(answer.data)} rows where {max(said)} were found": said != {len(answer.data)},
        f"was given after {answer.statistics.rows_read:,} rows were read, where reading is cut off": (
            answer.statistics.rows_read >= MAX_READ
        ),
        "lists a month twice": len({(row.project, row.who, row.month) for row in answer.data}) < len(answer.data),
        "is about other packages": any(row.project not in packages for row in answer.data),
        "tells other installers apart": any(row.who not in known for row in answer.data),
        "puts days into other months or beyond what was asked for": any(
            day.replace(day=1) != row.month or not first <= day < until for row in answer.data for day in row.days
        ),
    }
    for problem, found in problems.items():
        if found:
            raise StopSource(f"The answer {problem}. The interface may have changed", url=context.url)


def _must_be_plausible(days: dict[tuple[str, str, date], int], context: Context) -> None:
    latest = context.day + _DAY
    problems = {
        "days in the future": any(day > latest for _, _, day in days),
        "counts that cannot be": any(not 0 < count <= MAX_DOWNLOADS for count in days.values()),
    }
    for problem, found in problems.items():
        if found:
            raise SkipItem(f"The answer holds {problem}. Nothing of it was kept; look at its receipt", url=context.url)


def _observation(package: Package, who: str, day: date, count: int, unsure: date) -> Observation:
    return Observation(
        metric="downloads",
        system=package.system,
        period_start=day,
        period_end=day + _DAY,
        value=float(count),
        status="partial" if day >= unsure else "ok",
        definition=f"{package.name} by {who}" if who else package.name,
        primary=package.headline and not who,
    )
