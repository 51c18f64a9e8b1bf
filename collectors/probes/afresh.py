"""A program run by a Python process of its own, which knows nothing of this one: what was written has to be enough."""

import json
import subprocess
import sys
from typing import Any

LIMIT_S = 45.0


def afresh(program: str, *arguments: str, limit_s: float = LIMIT_S) -> Any:
    """Run `program` in the current folder and give what its last line of output says, as JSON.

    What it writes to standard error is kept with the check's own output. It ends with
    this process, or after `limit_s` seconds.

    Raises:
        subprocess.CalledProcessError: it ended with another code than 0.
        subprocess.TimeoutExpired: it did not end in time, and was ended.
        ValueError: its last line is not JSON.
    """
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=limit_s, check=True
    )
    return json.loads((done.stdout.splitlines() or [""])[-1])
