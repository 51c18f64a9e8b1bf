"""`sources` and `collect`: what can be collected, and collecting it."""

import sys
from datetime import date

from collectors import jobs
from db.engine import open_database
from framescope.output import emit_json, emit_table, say


def sources(*, json: bool) -> None:
    """List every source with its state."""
    rows = jobs.source_list(open_database())
    if json:
        emit_json(rows)
        return
    emit_table(
        rows,
        (
            "source",
            "state",
            "last_success",
            "newest",
            "held_back",
            "next_due",
            "key",
            "calls_backfill",
            "calls_daily",
            "title",
        ),
    )


def collect(names: list[str], *, due: bool, since: date | None, systems: list[str], dry_run: bool, json: bool) -> None:
    """Run collectors in this process; exit status 1 if one failed."""
    from collectors.run import collect as run
    from collectors.settings import load_settings

    reports = run(
        names or None,
        engine=open_database(),
        settings=load_settings(),
        systems=systems or None,
        since=since,
        due_only=due,
        dry_run=dry_run,
        progress=None if json else say,
    )
    rows = [report.as_dict() for report in reports]
    if json:
        emit_json({"runs": rows})
    else:
        emit_table(rows, ("source", "status", "requests", "receipts", "observations", "new", "revised", "message"))
    if any(report.status in ("failed", "unavailable") for report in reports):
        sys.exit(1)
