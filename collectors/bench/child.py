"""The child process: one variant, started fresh, answering one JSON line per request until its input closes."""

import argparse
import ctypes
import json
import os
import queue
import signal
import sys
import threading
from typing import Any, TextIO


def main(arguments: list[str]) -> int:
    """Serve requests; the processors are fixed before anything is imported that counts them."""
    options = _parse(arguments)
    requests, answers = _take_over_pipes()
    _die_with_parent()
    inbox: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    if options.cpus and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [int(cpu) for cpu in options.cpus.split(",")])
    from collectors.bench.session import Session, explain

    session = Session(options.registry, options.variant, options.device, options.preset, options.threads)
    while True:
        request = json.loads(inbox.get())
        try:
            answer: dict[str, Any] = {"ok": True, "value": session.handle(request)}
        except Exception as error:  # noqa: BLE001  # whatever a framework throws is this variant's outcome
            answer = {"ok": False} | explain(error)
        print(json.dumps(answer), file=answers, flush=True)
        if request["do"] == "quit":
            return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="collectors.bench.child")
    parser.add_argument("--variant", required=True)
    parser.add_argument("--registry", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--preset", required=True)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--cpus", default="")
    return parser.parse_args(arguments)


def _take_over_pipes() -> tuple[TextIO, TextIO]:
    """Keep the pipes for the protocol alone: what a framework prints goes to standard error instead."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _listen(requests: TextIO, inbox: "queue.Queue[str]") -> None:
    """Pass requests on; when the coordinator is gone, end this process and whatever it started, at once."""
    for line in requests:
        inbox.put(line)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _die_with_parent() -> None:
    """On Linux have the kernel end this process with its parent, even inside a call that never lets go."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
