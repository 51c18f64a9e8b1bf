"""The child process: runs one program as `python FILE` would, and tells what it came to and when it first printed."""

import argparse
import builtins
import importlib.metadata
import json
import os
import queue
import runpy
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, TextIO

from collectors.bench.child import _die_with_parent, _listen, _take_over_pipes
from collectors.probes.child import _limit_files
from collectors.probes.evidence import cut
from collectors.probes.model import MESSAGE_LENGTH, State


def main(arguments: list[str]) -> int:
    """Serve one request after another; the answers have a pipe of their own, what is printed goes to a file."""
    parser = argparse.ArgumentParser(prog="collectors.tasks.child")
    parser.add_argument("--printed", required=True)
    options = parser.parse_args(arguments)
    requests, answers = _take_over_pipes()
    _die_with_parent()
    _limit_files()
    printed = os.open(options.printed, os.O_WRONLY | os.O_APPEND)
    os.dup2(printed, 1)
    os.close(printed)
    inbox: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    while True:
        request = json.loads(inbox.get())
        value = {} if request["do"] == "start" else run(request["path"], request["needs"], request["packages"])
        print(json.dumps({"ok": True, "value": value}), file=answers, flush=True)


def run(path: str, needs: list[str], packages: list[str]) -> dict[str, Any]:
    """Run the program at `path` and give `{state, message, seconds, import_s, first_result_s, versions}`.

    `import_s` is spent in the program's own import statements until it first printed; `first_result_s` is from the
    program's first line until then, imports included. Both are None where it printed nothing.
    """
    missing = [name for name in needs if find_spec(name) is None]
    if missing:
        return {
            "state": "not_run",
            "message": f"{' and '.join(missing)} not installed beside it",
            **dict.fromkeys(("seconds", "import_s", "first_result_s")),
            "versions": versions(packages),
        }
    process = os.getpid()
    os.chdir(os.path.dirname(path))
    sys.argv, sys.path[0] = [path], os.path.dirname(path)
    with _watched() as clock:
        state, message = _outcome(path)
    if os.getpid() != process:
        os._exit(0)  # a copy of this process that the program forked and that came back: one answer, from one process
    told: dict[str, Any] = {"state": state, "message": cut(message, MESSAGE_LENGTH), "seconds": clock.seconds()}
    seen = {"import_s": clock.first_import_s, "first_result_s": clock.first_s}
    return told | seen | {"versions": versions(packages)}


def _outcome(path: str) -> tuple[State, str]:
    """Run it; its own check that does not hold is a fail, whatever else ends it early is an error."""
    try:
        runpy.run_path(path, run_name="__main__")
    except AssertionError as unmet:
        traceback.print_exc()
        return "fail", f"its own check does not hold: {unmet}"
    except SystemExit as end:
        return ("pass", "") if end.code in (None, 0) else ("error", f"it ended with status {end.code}")
    except BaseException as error:  # noqa: BLE001  # whatever a program raises is its own outcome
        traceback.print_exc()
        return "error", f"{type(error).__name__}: {error}"
    return "pass", ""


class _Clock:
    """When the program began, what its imports took, and when it first printed."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.began = out, time.perf_counter()
        self.importing_s = 0.0
        self.first_s: float | None = None
        self.first_import_s: float | None = None

    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def write(self, text: str) -> int:
        if self.first_s is None and text.strip():
            self.first_s, self.first_import_s = self.seconds(), self.importing_s
        return self.out.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.out, name)


@contextmanager
def _watched() -> Iterator[_Clock]:
    """Time the program's own imports, not those within them, and its first print."""
    usual, out = builtins.__import__, sys.stdout
    clock = _Clock(out)

    def timed(name: str, globals: Any = None, *rest: Any, **named: Any) -> Any:  # noqa: A002  # as the built-in has it
        if not globals or globals.get("__name__") != "__main__":
            return usual(name, globals, *rest, **named)
        began = time.perf_counter()
        try:
            return usual(name, globals, *rest, **named)
        finally:
            clock.importing_s += time.perf_counter() - began

    builtins.__import__, sys.stdout = timed, clock
    try:
        yield clock
    finally:
        builtins.__import__, sys.stdout = usual, out
        out.flush()


def versions(packages: list[str]) -> dict[str, str]:
    """Give the versions of Python and of those of `packages` that are installed here."""
    found = {"python": sys.version.partition(" ")[0]}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
