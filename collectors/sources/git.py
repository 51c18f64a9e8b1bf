"""Local clones: commits, their authors, first-time authors and version tags by month, read by git itself.

What the number means. ``commits`` counts the commits that are reachable from the main branch and are no merges, by the
month (UTC) of the *committer* date: that is when a change was put onto a branch, while the author date may be years
older and is chosen freely. ``commit_authors`` are the different author addresses of a month, ``first_time_authors``
those of which no earlier month has a commit. ``tags`` are tags named like a version (a number, a dot, a number, no
slash), by the day they were made, or of their commit where they have no day of their own. The main branch is what the
remote called so when it was cloned (``origin/HEAD``), or what the clone stands on.

What it does not mean. An address is no person: people have several, and a ``.mailmap`` is not applied, as few
repositories have one and a change to it would rewrite every figure. Robots commit too; projects that squash have fewer
commits. Commits merged late bring earlier dates along, so finished months may still be revised.

Limits. Only what the clone has: it is not updated here, and nothing after its newest commit is known, so that commit's
month is ``partial`` and later ones have no value; earlier months without a commit are true zeros. A shallow clone is
refused, as everybody would be a first-time author in it. A clone of one branch lacks tags: ``lower_bound``. Commits
dated before 2000 or after the month of the reading are in no month. The receipt holds no name and no address: authors
are numbered by their first commit, and each month says how often which number committed, from which all is counted.
Where the clones lie: FRAMESCOPE_GIT_CLONES, see docs/settings.md. Documentation: https://git-scm.com/docs/git-rev-list.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from catalog.load import load_catalog
from collectors.budget import Calls
from collectors.errors import SkipItem
from collectors.http import HttpClient
from collectors.local_git import Clone
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from db.records import Observation, Status

EARLIEST = date(2000, 1, 1)
_VERSION = re.compile(rb"[^/]*\d\.\d[^/]*")
Found = TypeVar("Found")
_MAIN = ("refs/remotes/origin/HEAD", "HEAD")
Count = Annotated[StrictInt, Field(ge=1)]
Month = Annotated[StrictStr, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class _History(BaseModel):
    """What a receipt holds: commits by month and numbered author, and tags by month."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    commit: StrictStr
    all_branches: StrictBool
    authors: dict[Month, dict[StrictStr, Count]]
    tags: dict[Month, Count]


def base_url() -> str:
    """No address: nobody is asked."""
    return ""


def plan(request: Request) -> Sequence[Item]:
    """One item for each system whose repository has something in the directory of clones."""
    items = []
    for system in request.systems:
        for repository in system.github[:1]:
            if request.folder is not None and any(os.path.exists(path) for path in places(request.folder, repository)):
                items.append(Item(repository, system.slug, {"repository": repository}))
    return items


def places(folder: Path, repository: str) -> Iterator[Path]:
    """Where a clone may lie; under its bare name only where no other tracked repository has it."""
    owner, _, name = repository.partition("/")
    yield from (folder / owner / name, folder / owner / f"{name}.git")
    tracked = [known for system in load_catalog().systems.values() for known in system.github]
    if sum(known.partition("/")[2] == name for known in tracked) == 1:
        yield from (folder / name, folder / f"{name}.git")


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Let git read the history, and keep what is counted from it."""
    repository = item.detail["repository"]
    found = (Clone.at(path) for path in places(request.folder or Path(), repository))
    clone = next((each for each in found if each is not None), None)
    if clone is None:
        raise SkipItem("What lies in its place is no git repository. Clone it there")
    body = json.dumps(read_history(clone), sort_keys=True, separators=(",", ":")).encode()
    yield http.keep(f"clone:{repository}", body, method="GIT", content_type="application/json")


def read_history(clone: Clone) -> dict[str, object]:
    """The history of the main branch, without names and addresses. Raises `SkipItem`."""
    if clone.answer("rev-parse", "--is-shallow-repository").strip() != b"false":
        raise SkipItem("The clone is shallow: its history is cut off. Run git fetch --unshallow in it")
    heads = (clone.answer("rev-parse", "--verify", "-q", f"{name}^{{commit}}", or_code=1) for name in _MAIN)
    commit = next((head.decode().strip() for head in heads if head), None)
    if commit is None:
        raise SkipItem("The clone has no commit yet. Fetch it")
    log = clone.answer("rev-list", "--no-merges", "--no-commit-header", "--format=%ct%x00%ae", commit)
    tags = clone.answer("for-each-ref", "--format=%(creatordate:unix)%00%(refname:lstrip=2)", "refs/tags")
    branches = clone.answer("config", "--local", "--get-all", "remote.origin.fetch", or_code=1)
    return {
        "commit": commit,
        "all_branches": not branches or b"*" in branches,
        "authors": by_month_and_author(_dated(log)),
        "tags": Counter(month for month, name in _dated(tags) if _VERSION.fullmatch(name)),
    }


def _dated(lines: bytes) -> list[tuple[str, bytes]]:
    """The month of each line and what stands behind it, the earliest first; lines without a time are left out."""
    parted = (line.partition(b"\0") for line in lines.split(b"\n"))
    timed = sorted((int(seconds), text) for seconds, _, text in parted if seconds.isdigit() and len(seconds) < 12)
    return [(f"{datetime.fromtimestamp(seconds, UTC):%Y-%m}", text) for seconds, text in timed]


def by_month_and_author(commits: Iterable[tuple[str, bytes]]) -> dict[str, dict[str, int]]:
    """Commits of each month by author, each author a number in the order of their first commits."""
    numbers: dict[bytes, str] = {}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for month, address in commits:
        counted[month][numbers.setdefault(address, str(len(numbers)))] += 1
    return {month: dict(found) for month, found in counted.items()}


def parse(body: bytes, context: Context) -> Parsed:
    """Count a history by month; pure."""
    history = read_json(_History, body, context)
    authors = dict(_believable(history.authors, context))
    if not authors:
        raise SkipItem("No commit of the clone has a date that can be true", url=context.url)
    newest = max(authors)
    rows: list[Observation] = []
    seen: set[str] = set()
    for month in _months(min(authors), newest):
        found = authors.get(month, {})
        status: Status = "partial" if month == newest else "ok"
        rows.append(_observation(context, "commits", month, sum(found.values()), status))
        rows.append(_observation(context, "commit_authors", month, len(found), status))
        rows.append(_observation(context, "first_time_authors", month, len(found.keys() - seen), status))
        seen |= found.keys()
    return Parsed((*rows, *_tags(history, newest, context)))


def _tags(history: _History, newest: date, context: Context) -> Iterator[Observation]:
    tags = dict(_believable(history.tags, context))
    for month in _months(min(tags), max(newest, *tags)) if tags else ():
        whole: Status = "ok" if history.all_branches else "lower_bound"
        yield _observation(context, "tags", month, tags.get(month, 0), whole if month < newest else "partial")


def _believable(by_month: Mapping[str, Found], context: Context) -> Iterator[tuple[date, Found]]:
    for name, found in by_month.items():
        if EARLIEST <= (month := date.fromisoformat(f"{name}-01")) <= context.day:
            yield month, found


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = following_month(first)


def _observation(context: Context, metric: str, month: date, value: int, status: Status) -> Observation:
    return Observation(
        metric=metric,
        system=context.item.system,
        period_start=month,
        period_end=following_month(month),
        value=float(value),
        status=status,
        granularity="month",
        definition=context.item.detail["repository"],
    )


def calls(_item: Item) -> Calls:
    """None: it is read on this machine."""
    return Calls()


SOURCE = Source(
    name="git",
    title="Local clone of the repository",
    metrics=("commits", "commit_authors", "first_time_authors", "tags"),
    cadence_hours=24,
    licence="facts; each project's own licence",
    docs="https://git-scm.com/docs/git-rev-list",
    calls_backfill=0,
    calls_daily=0,
    interval_s=0.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    folder="git_clones",
    calls=calls,
)
