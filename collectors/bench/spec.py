"""What to measure: the request that the harness takes, checked before anything starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.bench.guards import GUARDS

PRESETS = ("matched", "defaults")
DEVICES = ("cpu", "cuda")
"""The kinds of device; a GPU may carry its number, as in `cuda:1`, and is the first where it carries none."""
_DEVICE = re.compile(r"cpu|cuda(:\d{1,3})?")
CACHES = ("hot", "cold")
DEFAULT_REGISTRY = "collectors.bench.registry"
MOST_PROCESSES = 10
MOST_SEED = 2**32 - 1


class SpecError(ValueError):
    """The request names something that does not exist or cannot be; the message says what would be right."""


@dataclass(frozen=True)
class BenchSpec:
    """One request to measure.

    seconds: the time for warm-up and rounds, shared evenly among the workloads; starting the frameworks and their
        first calls come on top and are reported as `preparation_s`, those of the later processes excepted.
    processes: the fresh processes a variant is measured in, one after the other; fewer where preparing the later ones
        would take more than half of the workload's share of the seconds. From two on, more are added, up to ten, while
        there is time and only how processes differ keeps an interval wider than the target.
    size: None takes each workload's own default.
    device: `cpu`, or a GPU by number (`cuda:1`); `cuda` is the first. See `collectors.bench.devices`.
    variants: empty takes all that are known.
    threads: None takes one for each physical core this process may run on; only `matched` sets it.
    seed: of the order within rounds and of the resampling; None draws one, and the document records it.
    cache: `cold` takes the next of many copies of the inputs in each call; `hot` takes the same ones again.
    busiest: the share of the processors that others may take during the rounds; above it no verdict is given.
    ceilings: whether to measure the device's own, with NumPy and each framework of the run, which takes some seconds
        for each; without, no share of them is given.
    registry: the module whose WORKLOADS and VARIANTS are measured; children import it by this name.
    target: an interval's half width, as a share, at which the rounds of a set of processes may end early.
    time_limit_s: for one start or one preparation of a variant; a block has a tighter limit of its own.
    environment: variables for the children, on top of this process's and of those the harness sets.
    memory_limit: bytes that one child may hold before it is ended; None takes what is free at the start, less a
        reserve.
    without: guards of the harness that are switched off, so that the self-test can be seen failing; such a run is no
        measurement, and is never stored as one.
    """

    workloads: tuple[str, ...]
    variants: tuple[str, ...] = ()
    size: str | None = None
    device: str = "cpu"
    preset: str = "matched"
    cache: str = "hot"
    seconds: float = 40.0
    threads: int | None = None
    seed: int | None = None
    target: float = 0.01
    min_rounds: int = 20
    max_rounds: int = 500
    time_limit_s: float = 300.0
    busiest: float = 0.25
    ceilings: bool = True
    registry: str = DEFAULT_REGISTRY
    processes: int = 3
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_limit: int | None = None
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no registry could make right.

        Raises:
            SpecError: an unknown preset, device, cache or guard, no workload, or a figure out of range.
        """
        if not self.workloads:
            raise SpecError("name at least one workload")
        if self.preset not in PRESETS:
            raise SpecError(f"unknown preset {self.preset!r}: one of {', '.join(PRESETS)}")
        if not _DEVICE.fullmatch(self.device):
            raise SpecError(f"unknown device {self.device!r}: one of {', '.join(DEVICES)}, or cuda:N for GPU number N")
        if self.cache not in CACHES:
            raise SpecError(f"unknown cache {self.cache!r}: one of {', '.join(CACHES)}")
        if not 0 < self.seconds < float("inf"):
            raise SpecError(f"seconds must be above zero, not {self.seconds}")
        if self.threads is not None and self.threads < 1:
            raise SpecError(f"threads must be at least 1, not {self.threads}")
        if not 1 <= self.processes <= MOST_PROCESSES:
            raise SpecError(f"processes must be from 1 to {MOST_PROCESSES}, not {self.processes}")
        if self.seed is not None and not 0 <= self.seed <= MOST_SEED:
            raise SpecError(f"the seed must be from 0 to {MOST_SEED}, not {self.seed}")
        for names in (self.workloads, self.variants):
            if len(set(names)) < len(names):
                raise SpecError(f"{next(name for name in names if names.count(name) > 1)} is named twice")
        if self.memory_limit is not None and self.memory_limit < 1:
            raise SpecError(f"the memory limit must be at least 1 byte, not {self.memory_limit}")
        for name in self.without:
            if name not in GUARDS:
                raise SpecError(f"unknown guard {name!r}: one of {', '.join(GUARDS)}")
