"""Count the calls of a backfill and of the days after it against the fake servers, and how long they would take.

Every registered source runs through the one loop into a real store; only the servers are on the loopback and the pauses
are left out. Days pass by the store's own clock. Seconds are computed: calls times the source's pace or an answer's
latency, whichever is longer (`LATENCY_S`, an assumption, stated in the table).
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from figures import INTO, Figure, machine, table
from pydantic import SecretStr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the fake servers are the tests' own

from catalog.load import load_catalog  # noqa: E402  # after the path
from collectors.budget import LATENCY_S, seconds  # noqa: E402  # as above
from collectors.history import load_bundled  # noqa: E402  # as above
from collectors.report import RunReport  # noqa: E402  # as above
from collectors.run import collect  # noqa: E402  # as above
from collectors.settings import Settings  # noqa: E402  # as above
from collectors.source import Source  # noqa: E402  # as above
from collectors.sources import SOURCES, github_search, stackexchange  # noqa: E402  # as above
from db import clock  # noqa: E402  # as above
from db.engine import Engine, open_database  # noqa: E402  # as above
from db.receipts import ReceiptStore  # noqa: E402  # as above
from tests.fakes.github import TOKEN  # noqa: E402  # as above
from tests.fakes.populated import World, world  # noqa: E402  # as above

DAILY_LIMIT, REST_LIMIT, DAILY_MINUTES = 110, 90, 10
PAUSE_S = github_search.WITHOUT_TOKEN_S
RECENT = date.today().replace(day=1) - timedelta(days=100)  # noqa: DTZ011  # some months ago, to the day or not
FIVE = ("pytorch", "tensorflow", "keras", "jax", "flax")
KEYS = {
    "github_token": SecretStr(TOKEN),
    "openalex_key": SecretStr("a-key-of-the-rehearsal"),
    "stackexchange_key": SecretStr("a-key-of-the-rehearsal"),
}


@contextmanager
def store(scratch: Path) -> Iterator[tuple[Path, Engine]]:
    """A home with the catalogue in it."""
    with tempfile.TemporaryDirectory(dir=scratch) as made:
        home = Path(made)
        engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
        load_bundled(engine, ReceiptStore(home / "receipts"))
        yield home, engine
        engine.dispose()


def settings(home: Path, servers: World, keys: dict[str, SecretStr]) -> Settings:
    """Every source at its fake server, without pauses."""
    paces = {source.name: 0.0 for source in SOURCES}
    contact = "mailto:rehearsal@example.org"
    return Settings(home=home, contact=contact, source_urls=servers.urls, source_intervals=paces, **keys)  # type: ignore[arg-type]  # keys by name


def must_be_ok(reports: Sequence[RunReport]) -> list[RunReport]:
    """The reports, if none of them tells of trouble; a rehearsal with trouble counts nothing."""
    for report in reports:
        if report.status not in ("ok", "skipped"):
            raise RuntimeError(f"{report.source}: {report.status}: {report.message}")
        least, most = (report.predicted.least, report.predicted.most) if report.predicted else (0, 0)
        if not least <= report.requests - report.again <= most:
            raise RuntimeError(f"{report.source}: {report.requests} calls, {report.again} again, of {report.predicted}")
    return list(reports)


def pace(source: Source, *, keyless: bool) -> float:
    """Seconds between two requests; the search of GitHub adds its own pause where there is no token."""
    return source.interval_s + (PAUSE_S if keyless and source.name == "github_search" else 0.0)


def lasting(calls: dict[str, int], *, keyless: bool = False) -> float:
    """Seconds that so many calls take, one source after the other."""
    return sum(seconds(calls[each.name], pace(each, keyless=keyless), LATENCY_S) for each in SOURCES)


@contextmanager
def shortened() -> Iterator[None]:
    """Let two sources with thousands of settled months, which no later day asks about, begin some months ago."""
    before = stackexchange.FIRST_MONTH, github_search.FIRST_MONTH
    stackexchange.FIRST_MONTH = github_search.FIRST_MONTH = RECENT.replace(day=1)
    github_search.WITHOUT_TOKEN_S = 0.0
    try:
        yield
    finally:
        stackexchange.FIRST_MONTH, github_search.FIRST_MONTH = before
        github_search.WITHOUT_TOKEN_S = PAUSE_S


def predicted(engine: Engine, given: Settings) -> dict[str, int]:
    """The least calls of a first run of everything, told by a dry run."""
    reports = collect(None, engine=engine, settings=given, dry_run=True)
    return {report.source: report.predicted.least if report.predicted else 0 for report in reports}


def day(engine: Engine, given: Settings, servers: World, number: int) -> dict[str, int]:
    """The cron line on a day so many days from now; calls by source."""
    servers.new_day()
    with clock.ahead(timedelta(days=number, minutes=number)):
        reports = must_be_ok(collect(None, engine=engine, settings=given, due_only=True))
    return {report.source: report.requests for report in reports}


def backfill(engine: Engine, given: Settings) -> dict[str, int]:
    """A first run of everything; calls by source."""
    return {r.source: r.requests for r in must_be_ok(collect(None, engine=engine, settings=given, due_only=True))}


def of_days(days: list[dict[str, int]], how: str, *, keyless: bool = False) -> list[Figure]:
    """The worst of some days, in calls and in minutes."""
    most = max(days, key=lambda calls: sum(calls.values()))
    longest = max(lasting(calls, keyless=keyless) for calls in days) / 60
    average = sum(sum(calls.values()) for calls in days) / len(days)
    return [
        Figure(f"calls of the fullest day, {how}", sum(most.values()), "", DAILY_LIMIT, f"of {len(days)} days"),
        Figure(f"calls of a day, {how}", average, "", None, f"mean of {len(days)} days"),
        Figure(f"the longest day, {how}", longest, "min", DAILY_MINUTES, f"pace, or {LATENCY_S:g} s a call"),
    ]


def github(scratch: Path, servers: World) -> list[Figure]:
    """A first run of GitHub for five frameworks, with a token and without."""
    figures = []
    for how, keys, limit in (("with a token", KEYS, REST_LIMIT), ("without a token", {}, None)):
        seen = servers.servers["github"].seen
        before = len(seen)
        with store(scratch) as (home, engine):
            given = settings(home, servers, keys)
            must_be_ok(collect(["github"], engine=engine, settings=given, systems=FIVE))
        asked = [request.path for request in seen[before:]]
        rest = sum(path != "/graphql" for path in asked)
        note = f"and {len(asked) - rest} of GraphQL; histories as long as the repositories are old"
        figures.append(Figure(f"GitHub, five frameworks from the start, REST calls {how}", rest, "", limit, note))
    return figures


def by_source(first: dict[str, int], days: list[dict[str, int]], keyless: list[dict[str, int]]) -> str:
    """A table of the calls of each source beside what it declares."""
    lines = ["| source | backfill | declared | fullest day | fullest day, no keys | mean day | declared |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for source in SOURCES:
        mine, without = [calls[source.name] for calls in days], [calls[source.name] for calls in keyless]
        cells = (source.name, first[source.name], source.calls_backfill, max(mine), max(without))
        mean = f"{sum(mine) / len(mine):.1f}"
        lines.append(f"| {' | '.join(map(str, cells))} | {mean} | {source.calls_daily} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Rehearse, print, write; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=14, help="days after the backfill, with keys")
    parser.add_argument("--keyless-days", type=int, default=7, help="days after those, without keys")
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    where, when = machine(), datetime.now(UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as made, world() as servers, ExitStack() as stack:
        scratch = Path(made)
        figures = github(scratch, servers)
        with store(scratch) as (home, engine):
            given = settings(home, servers, KEYS)
            whole = predicted(engine, given)
            stack.enter_context(shortened())
            made_now = backfill(engine, given)
            first = {name: max(calls, whole[name]) for name, calls in made_now.items()}
            again = backfill(engine, given)
            days = [day(engine, given, servers, number) for number in range(1, asked.days + 1)]
            bare, last = settings(home, servers, {}), asked.days + 1
            keyless = [day(engine, bare, servers, number) for number in range(last, last + asked.keyless_days)]
    figures += [
        Figure("calls of the cron line a second time", sum(again.values()), "", 0, "right after the first"),
        *of_days(days, "with keys"),
        *of_days(keyless, "without keys", keyless=True),
        Figure(
            "backfill of everything, calls", sum(first.values()), "", None, f"{len(load_catalog().systems)} systems"
        ),
        Figure(
            "backfill of everything", lasting(first) / 60, "min", None, f"pace, or {LATENCY_S:g} s a call; with keys"
        ),
    ]
    page = (
        f"# Calls\n\n<!-- Written by `.venv/bin/python benchmarks/calls.py`. -->\n\nCounted {when} on: {where}, "
        f"against the tests' fake servers.\n\n{table(figures)}\n"
        "Backfill: calls made, and where more, the least that a dry run predicts (the settled months of Stack Exchange "
        "and of GitHub's search are not asked for here).\n\n"
        f"{by_source(first, days, keyless)}"
    )
    INTO.mkdir(parents=True, exist_ok=True)
    (INTO / "calls.md").write_text(page, encoding="utf-8")
    print(page, end="")
    return 1 if any(one.verdict == "NOT KEPT" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
