"""What the runs of Speed are called: where one is chosen, and in an address that holds what is shown."""

import re
from collections.abc import Mapping, Sequence

from dashboard import format as fmt
from db.read import BenchHead
from language.lists import commas
from language.words import _

NEWEST, ALL = "newest", "all"
MOST_RUNS = 200
_UNTIL = re.compile(rf"{ALL}~([0-9]{{1,9}})\Z")


def until_of(name: str) -> int | None:
    """The last run that counts among all, if a name of runs says one: ``all~12``."""
    found = _UNTIL.match(name)
    return int(found[1]) if found else None


def named(runs: Mapping[str, BenchHead], current: str) -> dict[str, str]:
    """Every name of runs that can be chosen, with its words; ``runs`` holds the newest first."""
    told = {NEWEST: _("Newest run: {run}", run=_told(next(iter(runs.values()))))}
    told[ALL] = _("All runs: the newest of each")
    if (last := until_of(current)) is not None:
        told[current] = _("All runs up to {run}: the newest of each", run=last)
    listed = list(runs)[:MOST_RUNS]
    listed += [current] if current in runs and current not in listed else []
    return told | {number: _told(runs[number]) for number in listed}


def held(show: str, run: BenchHead | None, until: int | None, heads: Sequence[BenchHead]) -> str:
    """What a link calls what a view shows, so that the next run does not take its place; empty for no run."""
    if show == "claims":
        return ""
    if run is not None and show != "history":
        return str(run.run)
    return f"{ALL}~{max(head.run for head in heads) if until is None else until}"


def _told(head: BenchHead) -> str:
    works, more = commas(head.workloads[:4]), len(head.workloads) - 4
    works = _("{sources} and {n} more", sources=works, n=more) if more > 0 else works
    elsewhere = f" · {_('another machine')}" if head.imported else ""
    return f"{head.run} · {fmt.moment(head.measured_at)} · {works}{elsewhere}"
