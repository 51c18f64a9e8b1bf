"""What every framework adapter offers the child process, and the settings it is started with."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class UnavailableError(Exception):
    """The variant cannot run here (no such device, a part missing); the message is the reason shown."""


@dataclass(frozen=True)
class Setting:
    """What a variant is started with; `threads` is None where the framework's own default is wanted."""

    mode: str
    device: str
    preset: str
    threads: int | None

    @property
    def matched(self) -> bool:
        """Whether threads and precision are set alike for all frameworks."""
        return self.preset == "matched"


class Adapter(Protocol):
    """A framework in one execution mode. Constructing it imports the framework and applies the setting."""

    setting: Setting

    def __init__(self, setting: Setting) -> None:
        """Import and set up the framework.

        Raises:
            UnavailableError: the device or a part of the framework is missing.
        """

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Give `step` in this adapter's execution mode."""

    def wait(self, outputs: Any) -> None:
        """Return when `outputs` are ready on the device, copying nothing to the host."""

    def copy(self, value: Any) -> Any:
        """Give `value` with every array in its tuples, lists and dicts copied on its device, layout and all."""

    def compilations(self) -> int:
        """Count the graphs compiled or traced so far from wrapped steps; 0 in an eager mode."""

    def reset_peak(self) -> None:
        """Count the allocator's peak anew from here, where the framework can; a fresh process needs no more."""

    def peak_bytes(self) -> int | None:
        """Give the most bytes the framework's own allocator had in use; None where memory is the process's."""

    def reserved_bytes(self) -> int | None:
        """Give the most bytes that allocator had taken from the device; None where it does not say."""

    def facts(self) -> dict[str, Any]:
        """Give what is in force, as resolved by the framework: version, device_name, threads, precision …"""


def copied(value: Any, copy: Callable[[Any], Any]) -> Any:
    """Give `value` with `copy` applied to whatever lies in its tuples, lists and dicts; one array twice stays one."""
    made: dict[int, Any] = {}

    def walk(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)([walk(item) for item in value])
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        if id(value) not in made:
            made[id(value)] = copy(value)
        return made[id(value)]

    return walk(value)


def threads_named(*names: str) -> int:
    """Count this process's threads whose system name is one of `names`; 0 where the system does not say."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return 0
    return sum(_comm(task) in names for task in tasks.iterdir())


def _comm(task: Path) -> str:
    try:
        return (task / "comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def schedulable() -> int:
    """Count the processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
