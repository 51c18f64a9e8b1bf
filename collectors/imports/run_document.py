"""What the document of a benchmark run must hold: the models from which its published JSON schema is made.

Further keys are allowed everywhere and kept: a run says more than is demanded here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from collectors.bench.document import FORMAT

SCHEMA_ID = f"framescope-benchmark-run-{FORMAT}"
MOST_RESULTS, MOST_COMPARISONS, MOST_SAMPLES, MOST_NAMES = 20_000, 40_000, 20_000, 200
EARLIEST_YEAR = 2015


def _with_zone(text: str) -> str:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone")
    if time.year < EARLIEST_YEAR:
        raise ValueError("a time before there was anything to measure")
    return text


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$")]
Code = Annotated[str, Field(max_length=100_000)]
Text = Annotated[str, Field(max_length=20_000)]
Positive = Annotated[float, Field(gt=0, le=1e30)]
Duration = Annotated[float, Field(gt=0, le=10_000_000)]
Amount = Annotated[float, Field(ge=0, le=1e30)]
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
Time = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"}), AfterValidator(_with_zone)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)


class _Closed(BaseModel):
    """What holds figures alone: a further key would be a figure that is not read, and so raises the format."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Estimate(_Closed):
    """Seconds per call: the median over rounds and its 95 % interval, null where the rounds were too few for one."""

    median: Positive
    low: Positive | None
    high: Positive | None
    samples: Count = Field(description="How many rounds it rests on")


class Samples(_Closed):
    """One entry per round, in the same order in all lists."""

    latency: list[Positive | None] = Field(default_factory=list, max_length=MOST_SAMPLES)
    throughput: list[Positive | None] = Field(default_factory=list, max_length=MOST_SAMPLES)
    again: list[Positive | None] = Field(default_factory=list, max_length=MOST_SAMPLES)
    rounds: list[Count] = Field(default_factory=list, max_length=MOST_SAMPLES)
    process: list[Count] = Field(default_factory=list, max_length=MOST_SAMPLES)


class Machine(_Model):
    """The machine; what it did not tell is null."""

    processor: Text | None = None
    architecture: Text | None = None
    processors: Count | None = None
    physical_cores: Count | None = None
    memory_bytes: Count | None = None
    system: Text | None = None
    python: Text | None = None


class Passport(_Model):
    """What was in force, as it was resolved."""

    framework: Text | None = None
    version: Text | None = None
    jit: dict[str, Any] | None = Field(default=None, description="Whether it was to be compiled, and whether it was")


class Memory(_Model):
    """Peaks in bytes; null where not known, and ``said`` tells what each counts or why it is not known."""

    process_bytes: Count | None = Field(
        default=None, description="Most resident memory of the process, its framework included"
    )
    framework_bytes: Count | None = Field(
        default=None, description="Resident memory right after the import, before the inputs"
    )
    allocator_bytes: Count | None = Field(
        default=None, description="Most that the framework's own allocator had in use"
    )
    allocator_reserved_bytes: Count | None = Field(default=None, description="Most that allocator took from the device")
    device_bytes: Count | None = Field(default=None, description="Most GPU memory the process was seen to hold")
    said: dict[str, Text] = Field(default_factory=dict)


class ResultProcess(_Model):
    """One fresh process of a variant; what it did not reach is null."""

    first_call_s: Amount | None = None
    import_s: Amount | None = Field(default=None, description="Import and set-up of the framework")
    import_alone: bool = Field(default=True, description="Whether no other process was starting meanwhile")
    prepare_s: Amount | None = Field(default=None, description="First call, check and calibration")
    peak_bytes: Count | None = None
    rounds: Count = 0
    warm_up_blocks: Count = 0


class Result(_Model):
    """What became of one variant of one workload; times are there only where ``status`` is ``ok``."""

    workload: Name
    size: Name
    variant: Name
    device: Name
    preset: Literal["defaults", "matched"]
    status: Literal["ok", "wrong", "failed", "timed out", "out of memory", "unavailable"]
    message: Text | None = None
    latency_s: Estimate | None
    throughput_s: Estimate | None
    first_call_s: Amount | None = Field(default=None, description="The median over its processes")
    peak_bytes: Count | None = Field(default=None, description="One of ``memory``, the same one in the whole run")
    memory: Memory | None = None
    relative_error: Amount | None = None
    tolerance: Amount | None = None
    share_of_ceiling: Amount | None = None
    flops: Amount | None = Field(default=None, description="Floating-point operations of one call")
    bytes: Amount | None = Field(default=None, description="Bytes that one call must move")
    passport: Passport
    samples: Samples | None = Field(default=None, description="Raw seconds per call")
    processes: list[ResultProcess] = Field(default_factory=list, max_length=MOST_SAMPLES)

    @model_validator(mode="after")
    def _only_what_is_right_has_a_speed(self) -> Result:
        if self.status != "ok" and (self.latency_s or self.throughput_s):
            raise ValueError("a variant that is not ok has no speed")
        return self


class Comparison(_Model):
    """Time of ``variant`` over time of ``baseline``: 2.0 means twice as slow; ``low`` and ``high`` bound 95 %."""

    workload: Name
    size: Name
    baseline: Name
    variant: Name
    ratio: Positive | None
    low: Positive | None
    high: Positive | None
    verdict: Literal["faster", "slower", "too close to call", "not comparable"]
    floor: Amount | None
    why: Text | None
    rounds: Count | None = Field(default=None, description="How many rounds both have")


class Ceilings(_Model):
    """The most that the device was seen to do."""

    flops_per_s: Amount | None = Field(description="In float32")
    bytes_per_s: Amount | None
    by_precision: dict[str, dict[str, Any]] | None = Field(
        default=None, description="For each precision mode `flops_per_s`, and `from`, what reached it"
    )
    datasheet: dict[str, Any] | None = Field(default=None, description="What the maker promises, where that is known")


class Throttle(_Model):
    """In how many rounds the device was held back by heat or power; ``known`` is false where it does not tell."""

    known: bool
    rounds_throttled: Count | None
    rounds: Count
    share: Amount | None
    min_clock_share: Amount | None = Field(default=None, description="Lowest clock seen, over the device's highest")
    why: Text | None


class Sentinel(_Model):
    """A fixed work timed between rounds; ``drift`` is by how much it slowed down, as a share."""

    known: bool
    drift: Amount | None
    changed: bool | None
    why: Text | None


class WorkloadProcesses(_Model):
    """How many fresh processes each variant of a workload was measured in."""

    wanted: Count
    done: Count
    why: Text
    preparation_s: list[Amount] = Field(default_factory=list, max_length=MOST_SAMPLES)


class MeasuredWorkload(_Model):
    """How one workload was measured, and why it ended."""

    workload: Name | None = None
    size: Name | None = None
    rounds: Count | None = None
    seconds: Amount | None = Field(default=None, description="What the rounds took")
    stopped_because: Text | None = None
    disturbance: dict[str, Any] | None = Field(default=None, description="What others took of the processors")
    processes: WorkloadProcesses | None = None
    preparation_s: Amount | None = Field(
        default=None, description="What came on top of its share: the reference, starts and first calls"
    )
    throttle: Throttle | None = None
    sentinel: Sentinel | None = None


class Asked(_Model):
    """What was asked for, where the rest tells only what came of it; no variants are all, no size the usual ones."""

    workloads: list[Name] = Field(min_length=1, max_length=MOST_NAMES)
    variants: list[Name] = Field(max_length=MOST_NAMES)
    size: Name | None
    processes: Count | None
    threads: Count | None


class RunDocument(_Model):
    """One benchmark run of Framescope, whole: what `framescope bench export` writes and `framescope import` reads."""

    kind: Literal["framescope benchmark run"] = Field(description="Says what the document is")
    format: Literal[1] = Field(description="Raised where an older reader would misread the document")
    run: Count | None = Field(default=None, description="The run's number in the store that it was exported from")
    started: Time
    machine: Machine
    seconds: Duration = Field(description="What the whole run took")
    budget_s: Positive | None = None
    rounds: Count
    stopped_because: Text
    seed: Count
    preset: Literal["defaults", "matched"]
    device: Name
    cache: Literal["hot", "cold"] = Field(
        default="hot", description="Whether each call took other copies of its inputs"
    )
    asked: Asked | None = None
    without: list[Text] = Field(default_factory=list, max_length=0, description="Guards that were off: none may be")
    ceilings: Ceilings
    workloads: list[MeasuredWorkload] = Field(default_factory=list, max_length=MOST_RESULTS)
    code: dict[Name, dict[Name, Code]] = Field(
        default_factory=dict,
        max_length=MOST_RESULTS,
        description="The source of each side as it ran, by workload and framework",
    )
    results: list[Result] = Field(min_length=1, max_length=MOST_RESULTS)
    comparisons: list[Comparison] = Field(max_length=MOST_COMPARISONS)

    @model_validator(mode="after")
    def _each_is_told_once(self) -> RunDocument:
        rows = [(r.workload, r.size, r.variant, r.device, r.preset) for r in self.results]
        _once("result", rows)
        _once("comparison", [(c.workload, c.size, c.baseline, c.variant) for c in self.comparisons])
        return self


def schema() -> dict[str, Any]:
    """The published JSON schema of the document."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return head | RunDocument.model_json_schema()


def _once(what: str, keys: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"one {what} is told twice")
        seen.add(key)
