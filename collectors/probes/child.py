"""The child process: one target, answering one JSON line per request until its input closes."""

import argparse
import json
import queue
import sys
import threading
from typing import Any

from collectors.bench.child import _die_with_parent, _listen, _take_over_pipes

MOST_FILE_BYTES = 256 * 1024**2
"""The largest file a child may write, what it prints included: a check that prints without end gets an error."""


def main(arguments: list[str]) -> int:
    """Serve requests; the answers have a pipe of their own, and all that is printed goes to standard error."""
    parser = argparse.ArgumentParser(prog="collectors.probes.child")
    parser.add_argument("--target", required=True)
    parser.add_argument("--registry", required=True)
    options = parser.parse_args(arguments)
    requests, answers = _take_over_pipes()
    _die_with_parent()
    _limit_files()
    inbox: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    from collectors.probes.session import Session

    session = Session(options.registry, options.target)
    while True:
        request = json.loads(inbox.get())
        try:
            answer: dict[str, Any] = {"ok": True, "value": session.handle(request)}
        except Exception as error:  # noqa: BLE001  # a framework that cannot be imported is its column's outcome
            answer = {"ok": False, "status": "failed", "message": f"{type(error).__name__}: {error}"}
        sys.stdout.flush()
        print(json.dumps(answer), file=answers, flush=True)


def _limit_files() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE_BYTES, MOST_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
