"""What may be asked of a benchmark: refused with the reason before a job is queued, repeated by one exact line."""

import shlex
from typing import Any

import pytest

from collectors import asked, jobs
from collectors.bench import listing, machine
from collectors.bench.document import begun
from collectors.bench.spec import BenchSpec, SpecError
from db import read
from db.engine import Engine, reading

GPU = {"device": "cuda:0", "name": "A GPU", "memory_bytes": 8 << 30, "memory_free": 6 << 30, "available": True}
CPU = {"device": "cpu", "name": "A processor", "memory_bytes": None, "memory_free": None, "available": True}
NO_GPU = {"device": "cuda", "name": None, "available": False, "why_not": "NVML is not installed"}


def ask(engine: Engine, **wanted: Any) -> int:
    return jobs.request_benchmark(engine, **({"workloads": ["matmul"], "requested_by": "a test"} | wanted))


def queued(engine: Engine) -> list[read.JobRow]:
    with reading(engine) as session:
        return read.jobs(session)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"seconds": 0.0}, "between 2 and 1800 seconds"),
        ({"seconds": float("nan")}, "between 2 and 1800 seconds"),
        ({"processes": 0}, "1 to 10 processes"),
        ({"processes": 11}, "1 to 10 processes"),
        ({"threads": 0}, "threads here"),
        ({"threads": 100_000}, "threads here"),
        ({"threads": 1, "preset": "defaults"}, "in the matched preset only"),
        ({"seed": -1}, "between 0 and"),
        ({"workloads": []}, "at least one workload"),
        ({"device": "tpu"}, "no device 'tpu' here; there is cpu"),
    ],
)
def test_what_is_out_of_bounds_is_refused_before_a_job(engine: Engine, wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ask(engine, **wanted)
    assert queued(engine) == []


def test_a_job_holds_what_was_asked_for(engine: Engine) -> None:
    ask(engine, cache="cold", processes=2, threads=1, seed=7, variants=["numpy", "numpy"])
    (job,) = queued(engine)
    kept = {name: job.parameters[name] for name in ("cache", "processes", "threads", "seed", "variants")}
    assert kept == {"cache": "cold", "processes": 2, "threads": 1, "seed": 7, "variants": ["numpy"]}
    assert "confirms" not in job.parameters


def test_a_gpu_that_is_not_there_is_refused_with_the_reason(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "devices", lambda: [CPU, NO_GPU])
    for device in ("cuda", "cuda:0", "cuda:3"):
        with pytest.raises(SpecError, match=f"no {device} here: NVML is not installed. There is cpu"):
            ask(engine, device=device)
    assert queued(engine) == []


def test_a_gpu_is_named_by_its_number_or_is_the_first(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "devices", lambda: [CPU, GPU])
    ask(engine, device="cuda")
    ask(engine, device="cuda:0")
    with pytest.raises(SpecError, match="no device 'cuda:1' here; there is cpu, cuda:0"):
        ask(engine, device="cuda:1")
    assert [job.parameters["device"] for job in queued(engine)] == ["cuda:0", "cuda"]


def test_a_size_that_does_not_fit_is_refused_with_the_estimate(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: 2_000_000_000)
    with pytest.raises(SpecError, match=r"at size large needs about 7\.4 GB of memory, and 2\.0 GB are free"):
        ask(engine, workloads=["batched_matmul"], variants=["numpy"], size="large")
    with pytest.raises(SpecError, match=r"for 9 variants at once, and 2\.0 GB are free .* or fewer variants"):
        ask(engine, workloads=["matmul", "embedding"], size="medium", variants=[v for v in VARIANTS if v != "numpy"])
    assert queued(engine) == []
    ask(engine, workloads=["embedding"], size="medium", variants=["numpy", "torch.eager"])


VARIANTS = [row["variant"] for row in jobs.variant_list()]


def test_memory_that_nobody_tells_refuses_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: None)
    ask(engine, workloads=["batched_matmul"], size="large")
    assert [job.parameters["size"] for job in queued(engine)] == ["large"]


def test_a_gpu_too_small_is_refused_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: 500_000_000_000)
    monkeypatch.setattr(listing, "devices", lambda: [CPU, GPU | {"memory_free": 1_000_000_000}])
    with pytest.raises(SpecError, match=r"memory of cuda:0 for 4 variants at once, and 1\.0 GB are free"):
        ask(engine, workloads=["reduction"], size="large", device="cuda:0", variants=VARIANTS[:4])
    ask(engine, workloads=["reduction"], size="large", variants=VARIANTS[:4])


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({"workloads": ["matmul", "lstm"]}, "framescope bench run matmul lstm"),
        (
            {"workloads": ["lstm"], "variants": [], "size": None, "preset": "matched", "seconds": 60.0},
            "framescope bench run lstm",
        ),
        (
            {
                "workloads": ["lstm"], "variants": ["torch.eager", "numpy"], "size": "tiny", "device": "cuda:1",
                "preset": "defaults", "seconds": 12.5, "cache": "cold", "processes": 1, "threads": 2, "seed": 0,
            },
            "framescope bench run lstm --variant torch.eager --variant numpy --size tiny --device cuda:1 "
            "--preset defaults --seconds 12.5 --cache cold --processes 1 --threads 2 --seed 0",
        ),
        ({"workloads": ["$(rm -rf ~)"]}, "framescope bench run '$(rm -rf ~)'"),
    ],
)  # fmt: skip
def test_a_run_is_repeated_by_one_line(parameters: dict[str, Any], line: str) -> None:
    assert jobs.repeat_command(parameters) == line


def test_the_line_asks_for_exactly_the_same_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is given to the real command, which is stopped where it asks at the door."""
    from typer.testing import CliRunner

    from framescope.cli import app
    from framescope.commands import bench

    wanted = {
        "variants": ["numpy"],
        "size": "tiny",
        "seconds": 1_234.5,
        "processes": 2,
        "threads": 1,
        "seed": 4_000_000_000,
    }
    ask(engine, cache="cold", **wanted)
    (first,) = queued(engine)
    monkeypatch.setattr(bench, "_finish", lambda *_, **__: exit(7))
    result = CliRunner().invoke(app, shlex.split(jobs.repeat_command(first.parameters))[1:])
    assert result.exit_code == 7, result.output
    again = queued(engine)[0]
    assert again.job != first.job
    assert again.parameters == first.parameters


def test_a_document_tells_what_would_ask_for_it_again() -> None:
    document = {
        "budget_s": 20.0, "seed": 5, "device": "cpu", "preset": "defaults", "cache": "cold",
        "workloads": [{"workload": "lstm", "processes": {"wanted": 2, "done": 1, "why": ""}}],
        "results": [{"workload": "lstm", "size": "tiny", "variant": v} for v in ("numpy", "jax.jit")],
    }  # fmt: skip
    line = jobs.repeat_command(jobs.run_parameters(document))
    assert line == (
        "framescope bench run lstm --variant numpy --variant jax.jit --size tiny --preset defaults --seconds 20 "
        "--cache cold --processes 2 --seed 5"
    )
    older = {
        "results": [{"workload": w, "size": s, "variant": v} for w, s in (("a", "x"), ("b", "y")) for v in VARIANTS]
    }
    assert jobs.repeat_command(jobs.run_parameters(older)) == "framescope bench run a b"


ASKED = {"workloads": ["lstm", "gru"], "variants": ["numpy"], "size": None, "processes": 5, "threads": 1}


def test_what_was_asked_counts_before_what_came_of_it() -> None:
    document = {
        "budget_s": 30.0, "seed": 5, "device": "cpu", "preset": "matched", "cache": "hot", "asked": ASKED,
        "workloads": [{"workload": "lstm", "processes": {"wanted": 2, "done": 1, "why": ""}}],
        "results": [{"workload": "lstm", "size": "tiny", "variant": "numpy"}],
    }  # fmt: skip
    whole = jobs.run_parameters(document)
    line = "framescope bench run lstm gru --variant numpy --seconds 30 --processes 5 --threads 1 --seed 5"
    assert jobs.repeat_command(whole) == line
    one = "framescope bench run lstm --variant numpy --size tiny --seconds 15 --processes 5 --threads 1 --seed 5"
    assert jobs.repeat_command(asked.one_of(whole, "lstm", "tiny")) == one


def test_a_document_says_what_was_asked_for() -> None:
    spec = BenchSpec(("lstm", "gru"), ("numpy",), processes=5, threads=1)
    assert begun(spec, 7, "2026-06-01T12:00:00+00:00", {})["asked"] == ASKED


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"),
        (40, "40 s"),
        (60, "1 min"),
        (68, "1 min 10 s"),
        (100, "1 min 40 s"),
        (720, "12 min"),
        (3_599, "1 h 0 min"),
        (7_500, "2 h 5 min"),
    ],
)
def test_a_length_of_time_is_said_as_a_person_says_it(seconds: float, said: str) -> None:
    assert asked.seconds_in_words(seconds) == said
