"""Several real processes for one check: started together, joined by the loopback, ended for certain."""

import importlib
import json
import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.bench.child import _die_with_parent
from collectors.probes.evidence import bounded, cut
from collectors.probes.model import CannotDo

TOGETHER_S = 45.0
MOST_SAID = 1_500
LOOK_EVERY_S = 0.05
LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo0" if sys.platform == "darwin" else "lo"}
"""By which gloo, the communication of torch.distributed, is kept off the machine's other networks."""


@dataclass(frozen=True)
class Place:
    """Where one process stands among those that were started with it.

    rank: its number, from 0.
    ports: of the loopback, one for each process, free when they were chosen.
    """

    rank: int
    ports: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many processes there are."""
        return len(self.ports)

    @property
    def addresses(self) -> list[str]:
        """Where each of them may listen."""
        return [f"127.0.0.1:{port}" for port in self.ports]


Work = Callable[[Place], Mapping[str, Any]]


def together(
    work: Work, count: int = 2, limit_s: float = TOGETHER_S, environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Run `work`, a function of a module, in `count` new processes at once, and give what each returned, by rank.

    The processes start in the folder of this one, with its variables and those of `environment`.

    Raises:
        CannotDo: one of them did.
        RuntimeError: one of them raised something else, or died; the message holds the end of what it printed.
        TimeoutError: they were not done within `limit_s` seconds. All of them are ended in every case.
    """
    here = Path.cwd()
    name = f"{work.__module__}:{work.__name__}"
    answers = [here / f"answer-{work.__name__}-{rank}.json" for rank in range(count)]
    ports = ",".join(map(str, _free_ports(count)))
    commands = [
        [sys.executable, "-m", "collectors.probes.processes", name, str(rank), ports, str(answers[rank])]
        for rank in range(count)
    ]
    with _started(commands, environment or {}) as processes:
        _wait(processes, answers, time.monotonic() + limit_s, limit_s)
    return [_taken(answer) for answer in answers]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


@contextmanager
def _started(commands: list[list[str]], environment: Mapping[str, str]) -> Iterator[list["subprocess.Popen[bytes]"]]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            said = Path(f"{command[-1]}.txt").open("wb")  # noqa: SIM115  # the process keeps it; ours is closed at once
            with said:
                started = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=os.environ | dict(environment)
                )
            processes.append(started)
        yield processes
    finally:
        for each in processes:
            each.kill()
        for each in processes:
            each.wait()


def _wait(processes: list["subprocess.Popen[bytes]"], answers: list[Path], end: float, limit_s: float) -> None:
    """Wait until each has answered; the first that did not end well ends the wait."""
    waiting = dict(zip(answers, processes, strict=True))
    while waiting:
        for answer, process in list(waiting.items()):
            code = process.poll()
            if code is None:
                continue
            if code != 0:
                if answer.exists():
                    _taken(answer)
                rank = answers.index(answer)
                raise RuntimeError(f"process {rank} ended with {code}: {_last_words(answer)}")
            del waiting[answer]
        if waiting and time.monotonic() > end:
            said = "\n".join(_last_words(answer) for answer in waiting)
            raise TimeoutError(f"{len(waiting)} processes were not done within {limit_s:g} s: {said}")
        time.sleep(LOOK_EVERY_S)


def _last_words(answer: Path) -> str:
    return cut(Path(f"{answer}.txt").read_text(encoding="utf-8", errors="replace").strip(), MOST_SAID)


def _taken(answer: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "cannot" in told:
        raise CannotDo(told["cannot"], told["evidence"])
    value: dict[str, Any] = told["value"]
    return value


def _wait_for_the_others(answer: Path, place: Place) -> None:
    """Stay until all have answered: the process the others talk to must not be gone before they are done."""
    stem = answer.name.rpartition("-")[0]
    others = [answer.with_name(f"{stem}-{rank}.json") for rank in range(place.count)]
    end = time.monotonic() + TOGETHER_S
    while time.monotonic() < end and not all(each.exists() for each in others):
        time.sleep(LOOK_EVERY_S)


def main(arguments: list[str]) -> int:
    """Be one of the processes: `MODULE:FUNCTION RANK PORTS ANSWER`; 0 done, 3 cannot, 1 anything else."""
    _die_with_parent()
    name, rank, ports, answer = arguments
    module, _, function = name.partition(":")
    place = Place(int(rank), tuple(map(int, ports.split(","))))
    code = 0
    try:
        told: dict[str, Any] = {"value": bounded(dict(getattr(importlib.import_module(module), function)(place)))}
    except CannotDo as missing:
        told, code = {"cannot": str(missing), "evidence": bounded(missing.evidence)}, 3
    except Exception:  # noqa: BLE001  # whatever a framework throws is told of by the one that waits
        traceback.print_exc()
        return 1
    partial = Path(f"{answer}.part")
    partial.write_text(json.dumps(told), encoding="utf-8")
    partial.replace(answer)
    sys.stdout.flush()
    if code == 0:
        _wait_for_the_others(Path(answer), place)
    os._exit(code)  # a framework's way out may wait for processes that are gone


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
