"""A child process as the coordinator sees it: started, asked with a time limit, and ended for certain."""

import json
import math
import os
import queue
import secrets
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from collectors.bench.machine import memory_free

QUIT_LIMIT_S = 3.0
TICK_S = 0.1
STDERR_LINES = 6
STDERR_TAIL_BYTES = 8192
RESERVE_BYTES = 1024**3
RESERVE_PART = 10
PADDING = "BENCH_PADDING"
PADDING_BYTES = 4096
"""A child's environment is made longer by fewer bytes than these, by chance.

The length moves the stack and the heap, and with them how arrays lie against cache lines and pages: one that is the
same in every process of a variant made equals differ by 0.4 % in every run, and another length by 1.5 % (Mytkowicz et
al., Producing Wrong Data Without Doing Anything Obviously Wrong!, ASPLOS 2009). By chance it is part of what processes
differ by, which the interval over several of them holds.
"""
ROOT = Path(__file__).resolve().parents[2]


class ChildError(Exception):
    """A child that can no longer be used; `status` and `message` become its variant's result."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class CancelledError(Exception):
    """The caller asked to stop; the children are to be ended and what was measured kept."""


def never() -> bool:
    """Never ask to stop."""
    return False


@dataclass(frozen=True)
class Launch:
    """How children are started: their processors and threads, and the environment on top of ours.

    threads, cpus: None and empty leave both to the framework.
    memory_limit: bytes a child may hold; None sets no bound. memory_reserve: bytes the machine is to keep free.
    without: guards that are switched off, which the self-test alone does.
    """

    registry: str
    device: str
    preset: str
    threads: int | None
    cpus: tuple[int, ...]
    environment: Mapping[str, str]
    memory_limit: int | None = None
    memory_reserve: int = 0
    without: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of device: a child is shown one GPU alone, which is `cuda` to it whatever its number."""
        return self.device.partition(":")[0]

    def command(self, python: str, variant: str) -> list[str]:
        """Give the command line that starts `variant` with the interpreter `python`."""
        command = [python, "-m", "collectors.bench.child", "--variant", variant, "--registry", self.registry]
        command += ["--device", self.kind, "--preset", self.preset]
        command += ["--threads", str(self.threads)] if self.threads is not None else []
        return command + (["--cpus", ",".join(map(str, self.cpus))] if self.cpus else [])


def guarded(launch: Launch, memory_limit: int | None, without: tuple[str, ...]) -> Launch:
    """Bound the children's memory: by `memory_limit` bytes, else by what is free now less a reserve.

    The reserve is a tenth of what is free, at most 1 GiB. Where the machine does not tell, only a given limit holds.
    """
    free = memory_free()
    reserve = 0 if free is None else min(RESERVE_BYTES, free // RESERVE_PART)
    limit = memory_limit if memory_limit is not None or free is None else free - reserve
    if "memory" in without:
        limit = None
    return replace(launch, memory_limit=limit, memory_reserve=reserve, without=without)


def resident_bytes(pid: int) -> int | None:
    """Give what process `pid` holds in memory; None where the system does not tell or the process is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


class Child:
    """One spawned child. Every request has a time limit; a child that breaks it is ended with all it started."""

    def __init__(self, launch: Launch, variant: str, python: str, should_stop: Callable[[], bool] = never) -> None:
        self.should_stop = should_stop
        self.launch = launch
        self.next_look = 0.0
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the child; `end` closes it
        self.process = subprocess.Popen(
            launch.command(python, variant),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, **launch.environment, PADDING: "x" * secrets.randbelow(PADDING_BYTES)},
            start_new_session=True,
        )
        self.inbox: queue.Queue[str | None] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.ended = False
        self.told = time.monotonic()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self.process.pid

    def ask(self, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        """Send one request and give the answer's value.

        Raises:
            ChildError: the child answered with an error, died, did not answer within `limit_s` seconds, or held more
                memory than it may.
            CancelledError: the caller asked to stop meanwhile.
        """
        self.tell(do, **arguments)
        return self.answer(do, limit_s)

    def tell(self, do: str, **arguments: Any) -> None:
        """Send one request without waiting for its answer; its time limit counts from here.

        Raises:
            ChildError: the child died.
        """
        assert self.process.stdin is not None  # noqa: S101  # a pipe was asked for
        self.told = time.monotonic()
        try:
            self.process.stdin.write(json.dumps({"do": do} | arguments) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            if "crash" not in self.launch.without:
                raise self._died() from error

    def ready(self, limit_s: float) -> bool:
        """Whether `answer` would return, or raise, at once."""
        late = time.monotonic() - self.told >= limit_s
        return late or not self.inbox.empty() or self.should_stop()

    def answer(self, do: str, limit_s: float) -> dict[str, Any]:
        """Wait for the answer to what was told last, as `ask` does."""
        line = self._receive(do, limit_s)
        if line is None:
            raise self._died()
        answer = json.loads(line)
        if not answer["ok"]:
            raise ChildError(answer["status"], answer["message"])
        value: dict[str, Any] = answer["value"]
        return value

    def end(self) -> None:
        """End the child and everything it started; safe to repeat."""
        if self.ended:
            return
        self.ended = True
        _kill_group(self.process)
        self.process.wait()
        self.listener.join(QUIT_LIMIT_S)
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # the last request could not be flushed to a child that is gone
                continue

    def _receive(self, do: str, limit_s: float) -> str | None:
        without = self.launch.without
        end = math.inf if "deadline" in without else self.told + limit_s
        while True:
            if self.should_stop():
                raise CancelledError
            self._watch_memory()
            left = end - time.monotonic()
            if left <= 0 and self.inbox.empty():
                _kill_group(self.process)
                raise ChildError("timed out", f"no answer to {do!r} within {limit_s:g} s{self._last_words()}")
            try:
                line = self.inbox.get(timeout=min(TICK_S, max(0.0, left)))
            except queue.Empty:
                continue
            if line is not None or "crash" not in without:
                return line

    def _watch_memory(self) -> None:
        """End the child where it holds too much, looking at most once a tick: most answers come sooner."""
        limit, now = self.launch.memory_limit, time.monotonic()
        if limit is None or now < self.next_look:
            return
        self.next_look = now + TICK_S
        held, free, reserve = resident_bytes(self.pid), memory_free(), self.launch.memory_reserve
        if held is None:
            return
        bound = f"{limit / 1e9:.2g} GB were allowed"
        if free is not None and free < reserve < held:
            bound = f"the machine had {free / 1e9:.2g} GB left"
        elif held <= limit:
            return
        _kill_group(self.process)
        raise ChildError("out of memory", f"ended by the harness: the process held {held / 1e9:.2g} GB, and {bound}")

    def _listen(self) -> None:
        assert self.process.stdout is not None  # noqa: S101  # a pipe was asked for
        for line in self.process.stdout:
            self.inbox.put(line)
        self.inbox.put(None)

    def _died(self) -> ChildError:
        _kill_group(self.process)
        code = self.process.wait()
        how = f"exited with status {code}"
        if code < 0:
            how = f"was ended by signal {-code} ({signal.Signals(-code).name})"
        return ChildError("failed", f"the child process {how}{self._last_words()}")

    def _last_words(self) -> str:
        """Give the last lines the child wrote to standard error."""
        size = self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, size - STDERR_TAIL_BYTES))
        lines: Sequence[str] = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return ": " + "\n".join(lines[-STDERR_LINES:]) if lines else ""


def _kill_group(process: "subprocess.Popen[str]") -> None:
    """Kill the child's process group; where it is already reaped there is nothing left that we know by id."""
    if process.poll() is not None and not hasattr(os, "killpg"):
        return
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        return
