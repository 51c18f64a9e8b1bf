"""What works on this machine and what does not: one short check each, which says what to do."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from collectors import jobs
from collectors.run_rules import load_rules, load_sign_in
from collectors.settings import SettingsError, load_settings
from db import clock, read
from db.engine import Engine, database_facts, default_url, home, open_database, reading, sqlite_path
from db.errors import StoreError
from db.looking import revision_of, seconds_ahead
from db.migrations import REVISIONS
from framescope.logs import without_secrets
from language.catalogues import LANGUAGES

log = logging.getLogger(__name__)
State = Literal["ok", "warn", "fail"]
LEAST_BYTES, FEW_BYTES = 100 << 20, 2 << 30
CLOCK_S = 60.0
WAITED = timedelta(minutes=10)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; ``message`` says what to do where the state is not ok."""

    check: str
    state: State
    message: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the checks share: the database, or None and why it cannot be used."""

    engine: Engine | None
    why: str


Check = Callable[[Seen], tuple[State, str]]


def look() -> Iterator[Finding]:
    """Make every check, one after another; none changes anything."""
    try:
        seen = Seen(open_database(), "")
    except StoreError as error:
        seen = Seen(None, str(error))
    except Exception as error:  # as in _found
        log.exception("opening the database died")
        seen = Seen(None, f"It cannot be opened, please report it: {type(error).__name__}: {error}")
    try:
        for name, check in CHECKS:
            found = _found(name, check, seen)
            yield replace(found, message=without_secrets(found.message))
    finally:
        if seen.engine is not None:
            seen.engine.dispose()


def _found(name: str, check: Check, seen: Seen) -> Finding:
    try:
        return Finding(name, *check(seen))
    except StoreError as error:
        return Finding(name, "fail", str(error))
    except Exception as error:  # one check that dies must not take the others' answers with it
        log.exception("the check %s died", name)
        return Finding(name, "fail", f"This check itself failed, please report it: {type(error).__name__}: {error}")


def settings(_seen: Seen) -> tuple[State, str]:
    """Whether what is set from outside can be used, everything that a collection, a worker or the site reads."""
    wrong = list(_unusable())
    if wrong:
        return "fail", f"{'; '.join(wrong)}. docs/settings.md explains each."
    told = [tag.strip() for tag in os.environ.get("FRAMESCOPE_LANGUAGES", "").split(",")]
    unknown = [tag for tag in told if tag and tag not in LANGUAGES]
    if unknown:
        known = ", ".join(LANGUAGES)
        return "warn", f"FRAMESCOPE_LANGUAGES names {', '.join(unknown)}, which the site passes over; it knows {known}."
    given = sorted(name for name in os.environ if name.startswith("FRAMESCOPE_") and os.environ[name])
    offline = " Nothing is collected: FRAMESCOPE_OFFLINE is set." if load_settings().offline else ""
    return "ok", f"{', '.join(given) or 'nothing'} set.{offline}"


def _unusable() -> Iterator[str]:
    """What the readers of settings say of those that cannot be used, each thing once."""
    from dashboard.served import address

    def sign_in() -> None:
        load_sign_in().section(os.environ.get("FRAMESCOPE_PUBLIC_URL", ""))

    told: set[str] = set()
    for reader in (load_settings, address.look, load_rules, sign_in):
        try:
            reader()
        except SettingsError as error:
            for one in str(error).removesuffix(".").split("; "):
                if one not in told:
                    told.add(one)
                    yield one


def database(seen: Seen) -> tuple[State, str]:
    """Whether the database can be opened."""
    if seen.engine is None:
        return "fail", seen.why
    return "ok", str(database_facts(seen.engine)["database"])


def revision(_seen: Seen) -> tuple[State, str]:
    """Whether database and program are of one revision."""
    found = revision_of(default_url())
    if found == REVISIONS[-1]:
        return "ok", f"{found}, this program's."
    if found is None:
        return "fail", "There is no database yet: run `framescope init`."
    known = found in REVISIONS
    todo = "run `framescope init`, which backs it up first" if known else "upgrade Framescope, or restore a backup"
    return "fail", f"{found}, where this program needs {REVISIONS[-1]}: {todo}."


def disk(_seen: Seen) -> tuple[State, str]:
    """Whether there is space, and the home can be written to."""
    there = next(path for path in (home(), *home().parents) if path.exists())
    if not there.is_dir():
        return "fail", f"{there} is no directory: set FRAMESCOPE_HOME to one, or to one that can be made."
    free, path = shutil.disk_usage(there).free, sqlite_path(default_url())
    size = path.stat().st_size if path is not None and path.exists() else 0
    said = f"{free / 1e9:.1f} GB free at {home()}"
    if not os.access(there, os.W_OK):
        return "fail", f"{there} cannot be written to: set FRAMESCOPE_HOME to a directory you own."
    if free < LEAST_BYTES:
        return "fail", f"{said}: free some, or give up what is old with `framescope retention`."
    if free < max(FEW_BYTES, 2 * size):
        return "warn", f"{said}; a backup needs up to twice the database's {size / 1e9:.1f} GB while it is made."
    return "ok", f"{said}."


def time(seen: Seen) -> tuple[State, str]:
    """Whether this machine's clock agrees with what was stored by it, and with the server's."""
    if seen.engine is None:
        return "warn", "Nothing to compare the clock with: the database cannot be used."
    with reading(seen.engine) as session:
        last = read.runs(session, limit=1)
    if last and (last[0].started - clock.now()).total_seconds() > CLOCK_S:
        return (
            "fail",
            f"A run began {last[0].started:%Y-%m-%d %H:%M} UTC, which is yet to come: set this machine's clock.",
        )
    ahead = seconds_ahead(seen.engine)
    if ahead is not None and abs(ahead) > CLOCK_S:
        return "fail", f"The database server's clock is {ahead:+.0f} s from this machine's: set both by NTP."
    return "ok", f"{clock.now():%Y-%m-%d %H:%M} UTC."


def workers(seen: Seen) -> tuple[State, str]:
    """Whether somebody works on what waits."""
    if seen.engine is None:
        return "warn", "Not known: the database cannot be used."
    with reading(seen.engine) as session:
        queue, running = read.queue_state(session), read.jobs(session, states=("running",))
    now = clock.now()
    lost = [row.job for row in running if row.abandoned(now)]
    if lost:
        return "warn", f"Nobody works on job {lost[0]} any more: start `framescope worker`, which takes it up."
    waiting = sum(many for (_, state), many in queue.counts.items() if state == "queued")
    oldest = queue.oldest_queued
    if oldest is not None and now - oldest > WAITED and not running:
        return "warn", f"{waiting} jobs wait, the oldest since {oldest:%m-%d %H:%M} UTC: start `framescope worker`."
    taken = f"the last was taken {queue.taken:%Y-%m-%d %H:%M} UTC" if queue.taken else "none was ever taken"
    return "ok", f"{len(running)} jobs run, {waiting} wait; {taken}."


def sources(seen: Seen) -> tuple[State, str]:
    """Whether the sources bring what they should."""
    if seen.engine is None:
        return "warn", "Not known: the database cannot be used."
    try:
        rows = jobs.source_list(seen.engine)
    except SettingsError as error:
        return "fail", str(error)
    bad = [f"{row['source']} ({row['state']})" for row in rows if row["state"] in ("failing", "stale")]
    never = sum(row["state"] == "never" for row in rows)
    if bad:
        return "warn", f"{', '.join(bad)}: `framescope sources` says why."
    asked = f"{never} of {len(rows)} never asked: run `framescope collect`." if never else f"{len(rows)}, none failing."
    return ("warn" if never else "ok"), asked


def browser(_seen: Seen) -> tuple[State, str]:
    """Whether there is a browser for tests and pictures."""
    chosen = os.environ.get("FRAMESCOPE_CHROMIUM")
    found = next(filter(None, map(shutil.which, [chosen] if chosen else BROWSERS)), None)
    if found is None:
        named = f"{chosen} is not there" if chosen else "No Chromium on the path"
        return (
            "warn",
            f"{named}; the tests and pictures need one, the site does not: install it or set FRAMESCOPE_CHROMIUM.",
        )
    return "ok", found


def frameworks(_seen: Seen) -> tuple[State, str]:
    """Which frameworks can be measured and probed here."""
    rows = [row for row in jobs.variant_list() if row["framework"] != "numpy"]
    there = {row["framework"]: row["version"] for row in rows if row["available"]}
    lacking = {row["framework"]: row["why_not"] for row in rows if row["framework"] not in there}
    have = ", ".join(f"{name} {version or '(version unknown)'}" for name, version in sorted(there.items()))
    if lacking:
        why = "; ".join(f"{name}: {reason}" for name, reason in sorted(lacking.items()))
        return "warn", f"{have or 'None'}. {why} (pip install 'framescope[bench]')."
    return "ok", f"{have}."


def gpu(_seen: Seen) -> tuple[State, str]:
    """Which GPUs can be measured on; having none is no fault."""
    rows = [row for row in jobs.device_list() if row["device"] != "cpu"]
    usable = [f"{row['device']} {row['name'] or ''}".strip() for row in rows if row["available"]]
    if usable:
        return "ok", f"{', '.join(usable)}."
    return "ok", f"None ({'; '.join(str(row['why_not']) for row in rows)}): the processor is measured."


CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", settings),
    ("database", database),
    ("revision", revision),
    ("disk", disk),
    ("clock", time),
    ("workers", workers),
    ("sources", sources),
    ("browser", browser),
    ("frameworks", frameworks),
    ("gpu", gpu),
)
