"""`doctor`: what works here and what does not."""

import sys
from dataclasses import asdict

from framescope.doctor import look
from framescope.output import emit_json, emit_table


def doctor(*, json: bool) -> None:
    """Make every check and print what it found; exit status 1 where one failed."""
    found = [asdict(one) for one in look()]
    emit_json(found) if json else emit_table(found, ("check", "state", "message"))
    if any(one["state"] == "fail" for one in found):
        sys.exit(1)
