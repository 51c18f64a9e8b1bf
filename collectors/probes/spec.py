"""What to probe: the request that the runner takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.bench.spec import DEVICES

__all__ = ["DEFAULT_REGISTRY", "DEVICES", "ProbeSpec"]

DEFAULT_REGISTRY = "collectors.probes.registry"


@dataclass(frozen=True)
class ProbeSpec:
    """One request to probe.

    capabilities, systems: empty takes all there are; `keras` is Keras on every backend.
    again: whether a fail or an error seen in a process that had run other checks before is looked at once more in a
        process of its own, whose answer then counts.
    lanes: how many child processes work at the same time; None takes one for each two processors, and at least two.
    limit_s: takes the place of every probe's own time limit; None leaves them.
    start_limit_s: for the import of a framework.
    memory_limit: bytes a child and what it started may hold together.
    registry: the module whose PROBES and TARGETS are meant; children import it by this name.
    environment: variables for the children, on top of this process's and of those the runner sets.
    without: cells that are left out, as (capability, system, mode).
    """

    capabilities: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    device: str = "cpu"
    again: bool = True
    lanes: int | None = None
    limit_s: float | None = None
    start_limit_s: float = 180.0
    memory_limit: int = 6 * 1024**3
    registry: str = DEFAULT_REGISTRY
    environment: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[tuple[str, str, str]] = frozenset()
