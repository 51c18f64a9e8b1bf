"""`sources` and `collect`: what can be collected, and collecting it."""

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import FrameType
from typing import Any

from collectors import jobs
from collectors.report import RunReport
from db import write
from db.engine import Engine, open_database, writing
from framescope.errors import CommandError, WrongUsage
from framescope.output import emit_json, emit_table, say

EARLIEST = date(1990, 1, 1)
STALE_AFTER_CADENCES = 2
_LISTED = ("source", "state", "last success", "data until", "next due", "first", "daily", "key")
_REPORTED = ("source", "status", "requests", "receipts", "observations", "new", "revised", "message")


def sources(*, json: bool) -> None:
    """List every source with its state."""
    rows = jobs.source_list(open_database())
    if json:
        emit_json(rows)
        return
    emit_table([_brief(row) for row in rows], _LISTED)
    say("first, daily: requests of the first run, and of a day after it. UTC. Everything: --json, docs/sources.md")
    for row in rows:
        if row["message"] and row["state"] not in ("ok", "never"):
            say(f"{row['source']}: {row['message']}")


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a source fits into eighty columns."""
    return {
        "source": row["source"],
        "state": row["state"],
        "last success": _short(row["last_success"]),
        "data until": row["newest"],
        "next due": "by hand" if row["imported"] else _short(row["next_due"]),
        "first": row["calls_backfill"],
        "daily": row["calls_daily"],
        "key": {"none": "–", "optional": "may", "required": "must"}[row["key"]],
    }


def _short(when: datetime | None) -> str | None:
    return f"{when.astimezone(UTC):%m-%d %H:%M}" if when else None


def collect(names: list[str], *, due: bool, since: date | None, systems: list[str], dry_run: bool, json: bool) -> None:
    """Run collectors in this process; exit status 1 if one failed.

    With ``due``, for cron: nothing is said on what is no terminal unless it needs somebody, and a source that is
    unavailable for the time being is no failure.
    """
    from collectors.run import collect as run
    from collectors.settings import load_settings
    from framescope.progress import Bars

    settings, engine = load_settings(), open_database()
    _must_be_a_day(since)
    if not dry_run:
        _must_be_writable(engine, settings.directory)
    with _ended_cleanly(), Bars(shown=False if json else None) as bars:
        reports = run(
            names or None,
            engine=engine,
            settings=settings,
            systems=systems or None,
            since=since,
            due_only=due,
            dry_run=dry_run,
            progress=bars if bars.shown else None,
        )
    troubled = _troubled(reports, engine, due=due)
    _tell(reports, troubled, quiet=due and not dry_run and not sys.stdout.isatty(), json=json)
    if troubled:
        sys.exit(1)


def _troubled(reports: Sequence[RunReport], engine: Engine, *, due: bool) -> list[RunReport]:
    """The runs that somebody should look at."""
    failed = [report for report in reports if report.status == "failed"]
    unavailable = [report for report in reports if report.status == "unavailable"]
    if due and unavailable:
        listed = {row["source"]: row for row in jobs.source_list(engine)}
        unavailable = [report for report in unavailable if _is_old(listed[report.source])]
    return [report for report in reports if report in failed or report in unavailable]


def _is_old(row: dict[str, Any]) -> bool:
    """Whether a source has gone without success for longer than a passing trouble explains."""
    last = row["last_success"]
    longest = timedelta(hours=STALE_AFTER_CADENCES * row["cadence_hours"])
    return last is None or datetime.now(UTC) - last > longest


def _tell(reports: Sequence[RunReport], troubled: Sequence[RunReport], *, quiet: bool, json: bool) -> None:
    if json:
        emit_json({"runs": [report.as_dict() for report in reports]})
    elif quiet:
        for report in troubled:
            say(f"framescope: {report.source}: {report.status}: {report.message}")
    else:
        emit_table([report.as_dict() for report in reports], _REPORTED)


def _must_be_a_day(since: date | None) -> None:
    today = datetime.now(UTC).date()
    if since is not None and not EARLIEST <= since <= today:
        raise WrongUsage(f"--since {since} must lie between {EARLIEST} and today, {today}.")


def _must_be_writable(engine: Engine, directory: Any) -> None:
    """Find out before anybody is asked that what would come could not be kept. Raises `StoreError`, `CommandError`."""
    with writing(engine) as session:
        write.must_be_possible(session)
    try:
        (directory / "locks").mkdir(parents=True, exist_ok=True)
        (directory / "receipts").mkdir(parents=True, exist_ok=True)
        probe = directory / "locks" / "writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        advice = "Set FRAMESCOPE_HOME to a directory you may write to. Nobody was asked"
        raise CommandError(f"{directory} cannot be written to ({error.strerror}). {advice}.") from error


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Let a request to terminate end the run at hand as Ctrl-C does: its outcome is noted and its locks are freed."""

    def asked(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
