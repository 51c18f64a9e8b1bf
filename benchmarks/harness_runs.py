"""Whole runs of the harness on the product workload, one a seed, each kept as a line of JSON as soon as it is there.

A part that was stopped goes on where it was; seeds are the part's own, the same in every repetition of it.
"""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from harness_outcome import Progress

from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec

BENCHMARKS = Path(__file__).resolve().parent
Row = dict[str, Any]


def request(variants: tuple[str, ...], seed: int, seconds: float, threads: int | None, **more: Any) -> BenchSpec:
    """Ask for the product workload with some variants; the guard against a busy machine is off, to see what is said."""
    return BenchSpec(
        workloads=("products",),
        variants=variants,
        seconds=seconds,
        seed=seed,
        threads=threads,
        ceilings=False,
        busiest=1.0,
        registry="harness_registry",
        environment={"PYTHONPATH": f"{BENCHMARKS.parent}:{BENCHMARKS}"},
        **more,
    )


def judged(asked: BenchSpec) -> Row:
    """Run, and give what was said of the one pair, with its raw samples. RuntimeError where it was not measured."""
    document = run(asked)
    failed = [f"{row['variant']}: {row['message']}" for row in document["results"] if row["status"] != "ok"]
    if failed or not document["comparisons"]:
        raise RuntimeError("; ".join(failed) or "no round was complete")
    workload, samples = document["workloads"][0], [row["samples"] for row in document["results"]]
    facts = {"seconds": document["seconds"], "ended": workload["stopped_because"]}
    compared: Row = document["comparisons"][0]
    return compared | facts | {"disturbance": workload["disturbance"], "samples": samples}


def repeated(
    path: Path, seeds: Sequence[int], one: Callable[[int], Row], progress: Progress, say: Callable[[Row], str]
) -> list[Row]:
    """Do `one` for each seed that `path` holds no row of, and keep its row there; give the rows of all seeds."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows: dict[int, Row] = {row["seed"]: row for row in map(json.loads, lines)}
    path.parent.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        if seed not in rows:
            rows[seed] = one(seed) | {"seed": seed}
            with path.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(rows[seed]) + "\n")
            progress(f"{seed - seeds[0] + 1} of {len(seeds)}: {say(rows[seed])}")
    return [rows[seed] for seed in seeds]


def versions(framework: str) -> dict[str, str]:
    """Name what measured."""
    return {name: version(name) for name in dict.fromkeys((framework, "numpy"))}
