"""`tasks`: running the same work in each framework's own code, and printing what it came to."""

import sys
from typing import Any

from collectors.tasking import run_tasks
from collectors.tasks.registry import UnknownTask
from collectors.tasks.spec import TaskSpec
from db.engine import open_database
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say

SHOWN = ("task", "system", "state", "first_result_s", "import_s", "lines", "names", "version", "message")
LONGEST = 120


def tasks(wanted: list[str], *, systems: list[str], json: bool) -> None:
    """Run tasks, keep and print their results; exit status 1 where one has a fail or an error."""
    try:
        document = run_tasks(open_database(), TaskSpec(tuple(wanted), tuple(systems)), _tell)
    except UnknownTask as error:
        raise WrongUsage(str(error)) from error
    results = document["results"]
    if json:
        emit_json(document)
    else:
        emit_table([_row(result) for result in results], SHOWN)
    sys.stdout.flush()
    say(f"run {document['run']}: {len(results)} results in {document['seconds']:.0f} s")
    if any(result["state"] in ("fail", "error") for result in results):
        sys.exit(1)


def _row(result: dict[str, Any]) -> dict[str, Any]:
    names, line = result["names"], result["message"].partition("\n")[0]
    short = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return result | {"names": None if names is None else len(names), "message": short}


def _tell(result: dict[str, Any]) -> None:
    if sys.stderr.isatty():
        say(f"{result['task']} {result['system']}: {result['state'].replace('_', ' ')}")
