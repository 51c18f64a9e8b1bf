"""Runs many programs in copies of one process that has imported their framework: importing is most of their time."""

import importlib
import json
import os
import signal
import sys
import traceback
from typing import Any

from collectors.tasks import child


def main() -> None:
    """Read `[modules, programs]` from standard input; each program names its path, where to print and to answer."""
    modules, programs = json.load(sys.stdin)
    for name in modules:
        importlib.import_module(name)
    for each in programs:
        copy = os.fork()
        if not copy:
            _run(each)
        os.waitpid(copy, 0)


def _run(each: dict[str, Any]) -> None:
    signal.alarm(each["limit_s"])
    out = os.open(each["printed"], os.O_WRONLY | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    try:
        told = child.run(each["path"], each["needs"], [])
        with open(each["answer"], "w", encoding="utf-8") as file:
            json.dump(told, file)
    except BaseException:  # noqa: BLE001  # a copy must not go on where the first process does
        traceback.print_exc()
    os._exit(0)


if __name__ == "__main__":
    main()
