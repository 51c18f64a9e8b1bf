"""Which tasks to run: the request that the runner takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DEFAULT_REGISTRY", "TaskSpec"]

DEFAULT_REGISTRY = "collectors.tasks.registry"


@dataclass(frozen=True)
class TaskSpec:
    """One request to run tasks.

    tasks, systems: empty takes all there are.
    limit_s: takes the place of every task's own time limit; None leaves them.
    start_limit_s: for the start of the process, before the program.
    memory_limit: bytes a program and what it started may hold together.
    registry: the module whose TASKS, APIS and PROGRAMS are meant.
    environment: variables for the programs, on top of this process's and of those the runner sets.
    """

    tasks: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    limit_s: float | None = None
    start_limit_s: float = 60.0
    memory_limit: int = 6 * 1024**3
    registry: str = DEFAULT_REGISTRY
    environment: Mapping[str, str] = field(default_factory=dict)
