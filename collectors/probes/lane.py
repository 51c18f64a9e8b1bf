"""One target's child, kept for many checks and replaced after a crash: every check ends in one of the five states."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.bench.process import Child, ChildError, Launch, never
from collectors.probes.evidence import MOST_OUTPUT, cut, printed
from collectors.probes.memory import MemoryGuard
from collectors.probes.model import Probe
from collectors.probes.spec import ProbeSpec
from collectors.probes.targets import Target

QUIET_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "JAX_ENABLE_COMPILATION_CACHE": "false",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",  # compiles in its own process and leaves no pool of workers behind
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True)
class ProbeLaunch(Launch):
    """How the children of a run of probes are started."""

    def command(self, python: str, variant: str) -> list[str]:
        """Give the command line that starts a child for the target `variant` with the interpreter `python`."""
        return [python, "-m", "collectors.probes.child", "--target", variant, "--registry", self.registry]


def environment(spec: ProbeSpec, target: Target, scratch: Path) -> dict[str, str]:
    """Give the variables a child starts with: its backend and device, and what it may write kept in `scratch`."""
    root = str(Path(__file__).resolve().parents[2])
    found = QUIET_ENVIRONMENT | {
        "KERAS_BACKEND": target.backend or "tensorflow",
        "JAX_PLATFORMS": spec.device,
        "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "TORCHINDUCTOR_CACHE_DIR": str(scratch / "inductor"),
    }
    if spec.device == "cpu":
        found["CUDA_VISIBLE_DEVICES"] = ""
    return found | dict(spec.environment)


class Lane:
    """The child of one target. Not for two threads at once; a child dies with the thread that started it."""

    def __init__(self, spec: ProbeSpec, target: Target, python: str, scratch: Path) -> None:
        self.spec, self.target, self.python = spec, target, python
        self.launch = ProbeLaunch(spec.registry, spec.device, "", None, (), environment(spec, target, scratch))
        self.child: Child | None = None
        self.served = 0
        self.versions: Mapping[str, str] = {}
        self.broken = ""
        self.should_stop: Callable[[], bool] = never

    def check(self, probe: Probe, mode: str) -> dict[str, Any]:
        """Run one check, once more in a fresh process where the first is in doubt.

        Gives `{state, message, evidence, seconds, output}`, and `first` where there was a second.

        Raises:
            CancelledError: the caller asked to stop.
        """
        if probe.fresh:
            self.end()
        alone = self.served == 0
        found = self._once(probe, mode)
        if probe.fresh:
            self.end()
        doubtful = found["state"] in ("fail", "error") and not alone and not found.pop("final", False)
        if not (doubtful and self.spec.again):
            return found
        self.end()
        return self._once(probe, mode) | {"first": {name: found[name] for name in ("state", "message")}}

    def end(self) -> None:
        """End the child and everything it started; safe to repeat."""
        if self.child is not None:
            self.child.end()
        self.child, self.served = None, 0

    def _once(self, probe: Probe, mode: str) -> dict[str, Any]:
        limit = probe.limit_s if self.spec.limit_s is None else self.spec.limit_s
        child = self._started()
        if child is None:
            return _error(self.broken, 0.0)
        since = os.fstat(child.errors.fileno()).st_size
        started = time.monotonic()
        try:
            found = child.ask("check", limit, capability=probe.slug, mode=mode)
            self.served += 1
            return found | {"output": printed(child.errors.fileno(), since)}
        except ChildError as error:
            said = f"timed out after {limit:g} s" if error.status == "timed out" else str(error)
            output = printed(child.errors.fileno(), since)
            self.end()
            final = error.status == "timed out"
            return _error(said, time.monotonic() - started, output) | ({"final": True} if final else {})

    def _started(self) -> Child | None:
        """Give the child, with the framework imported; None where it cannot be, and `broken` says why."""
        if self.child is not None or self.broken:
            return self.child
        guard = MemoryGuard(self.spec.memory_limit, lambda: self.should_stop())
        child = self.child = Child(self.launch, self.target.slug, self.python, guard)
        guard.pid = child.pid
        try:
            self.versions = child.ask("start", self.spec.start_limit_s)["versions"]
        except ChildError as error:
            self.broken = f"{self.target.slug} could not be started: {error}"
            self.end()
        return self.child


def _error(message: str, seconds: float, output: str = "") -> dict[str, Any]:
    message = cut(message, MOST_OUTPUT)
    return {"state": "error", "message": message, "evidence": {}, "seconds": seconds, "output": output}
