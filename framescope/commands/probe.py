"""`probe`: running capability probes and printing what they came to."""

import sys
from typing import Any

from collectors.probes.registry import UnknownCapability
from collectors.probes.spec import ProbeSpec
from collectors.probing import probe as run_probes
from db.engine import open_database
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say

SHOWN = ("capability", "system", "mode", "state", "seconds", "version", "message")
LONGEST = 120


def probe(capabilities: list[str], *, systems: list[str], device: str, again: bool, json: bool) -> None:
    """Run probes, keep and print their results; exit status 1 where one could not be run to its end."""
    spec = ProbeSpec(tuple(capabilities), tuple(systems), device=device, again=again)
    try:
        document = run_probes(open_database(), spec, _tell)
    except UnknownCapability as error:
        raise WrongUsage(str(error)) from error
    results = document["results"]
    if json:
        emit_json(document)
    else:
        emit_table([row | {"message": _first_line(row["message"])} for row in results], SHOWN)
    sys.stdout.flush()
    say(f"run {document['run']}: {len(results)} results in {document['seconds']:.0f} s")
    if any(row["state"] == "error" for row in results):
        sys.exit(1)


def _tell(result: dict[str, Any]) -> None:
    if sys.stderr.isatty():
        say(f"{result['capability']} {result['system']} {result['mode']}: {result['state'].replace('_', ' ')}")


def _first_line(message: str) -> str:
    line = message.partition("\n")[0]
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
