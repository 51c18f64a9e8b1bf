"""What to measure: the request that the harness takes, checked before anything starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PRESETS = ("matched", "defaults")
DEVICES = ("cpu", "cuda")
CACHES = ("hot", "cold")
DEFAULT_REGISTRY = "collectors.bench.registry"
MOST_PROCESSES = 10


class SpecError(ValueError):
    """The request names something that does not exist or cannot be; the message says what would be right."""


@dataclass(frozen=True)
class BenchSpec:
    """One request to measure.

    seconds: the time for warm-up and rounds, shared evenly among the workloads; starting the frameworks and their
        first calls come on top and are reported as `preparation_s`, those of the later processes excepted.
    processes: the most fresh processes a variant is measured in, one after the other; fewer where preparing the later
        ones would take more than half of the workload's share of the seconds.
    size: None takes each workload's own default.
    variants: empty takes all that are known.
    threads: None takes one for each physical core this process may run on; only `matched` sets it.
    seed: of the order within rounds and of the resampling; None draws one, and the document records it.
    cache: `cold` takes the next of many copies of the inputs in each call; `hot` takes the same ones again.
    busiest: the share of the processors that others may take during the rounds; above it no verdict is given.
    ceilings: whether to measure the machine's own, which takes two seconds; without, no share of them is given.
    registry: the module whose WORKLOADS and VARIANTS are measured; children import it by this name.
    target: an interval's half width, as a share, at which a workload's rounds may end early.
    time_limit_s: for one start or one preparation of a variant; a block has a tighter limit of its own.
    environment: variables for the children, on top of this process's and of those the harness sets.
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

    def __post_init__(self) -> None:
        """Refuse what no registry could make right.

        Raises:
            SpecError: an unknown preset, device or cache, no workload, or a figure out of range.
        """
        if not self.workloads:
            raise SpecError("name at least one workload")
        if self.preset not in PRESETS:
            raise SpecError(f"unknown preset {self.preset!r}: one of {', '.join(PRESETS)}")
        if self.device not in DEVICES:
            raise SpecError(f"unknown device {self.device!r}: one of {', '.join(DEVICES)}")
        if self.cache not in CACHES:
            raise SpecError(f"unknown cache {self.cache!r}: one of {', '.join(CACHES)}")
        if not 0 < self.seconds < float("inf"):
            raise SpecError(f"seconds must be above zero, not {self.seconds}")
        if self.threads is not None and self.threads < 1:
            raise SpecError(f"threads must be at least 1, not {self.threads}")
        if not 1 <= self.processes <= MOST_PROCESSES:
            raise SpecError(f"processes must be from 1 to {MOST_PROCESSES}, not {self.processes}")
