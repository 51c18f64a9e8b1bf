"""What a benchmark costs, told before it is asked for: from earlier runs here where there are any, else at a guess."""

from typing import Any

import pytest

from collectors import cost, jobs
from collectors.bench import machine
from collectors.bench.registry import VARIANTS
from db import write
from db.engine import Engine, writing
from db.read import Preparation
from tests.dashboard.conftest import result


def ran(engine: Engine, variant: str, first_call_s: float, *, kind: str = "benchmark", **more: Any) -> None:
    """Let a run have measured one variant, whose framework took two seconds to import."""
    passport = {"version": "1", "import_s": 2.0}
    row = result("lstm", variant, 0.01, first_call_s=first_call_s, passport=passport, **more)
    with writing(engine) as session:
        run = write.start_run(session, kind=kind, source="benchmark")
        write.bench_run(session, run, {"results": [row], "comparisons": []})
        write.finish_run(session, run, status="ok", new=1)


def of_lstm(engine: Engine, *variants: str, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"size": "small", "seconds": 20.0} | more
    return jobs.bench_cost(engine, ["lstm"], list(variants), **asked)


def test_without_a_past_a_start_is_guessed_and_said_to_be(engine: Engine) -> None:
    found = of_lstm(engine, "torch.eager", "numpy")
    starts = cost.USUAL_S["torch.eager"] + cost.USUAL_S["numpy"]
    assert found["preparation_s"] == pytest.approx(starts + cost.REFERENCE_S + cost.CEILINGS_S)
    assert found["seconds"] == found["measured_s"] + found["preparation_s"] == 20.0 + found["preparation_s"]
    assert (found["known"], found["children"], found["refusal"]) == (0.0, 2, "")
    assert "at a guess, since none of it was ever run here" in found["words"]
    assert "20 s of measuring" in found["words"]


def test_earlier_runs_here_tell_what_a_start_takes(engine: Engine) -> None:
    for seconds in (100.0, 3.0, 5.0, 4.0, 9.0, 4.0):
        ran(engine, "torch.compile", seconds)
    found = of_lstm(engine, "torch.compile", "numpy")
    assert found["known"] == 0.5
    told = 4.0 + 2.0 + cost.START_S  # the median of the newest five
    assert found["by_workload"]["lstm"] == pytest.approx(told + cost.USUAL_S["numpy"] + cost.REFERENCE_S)
    assert "1 of them at a guess, the others as earlier runs" in found["words"]
    assert "as earlier runs on this machine took)" in of_lstm(engine, "torch.compile")["words"]


def test_another_machine_another_device_and_what_failed_tell_nothing(engine: Engine) -> None:
    ran(engine, "numpy", 50.0, kind="import")
    ran(engine, "numpy", 50.0, device="cuda:0")
    with writing(engine) as session:
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.bench_run(session, run, {"results": [result("lstm", "numpy", None)], "comparisons": []})
    assert of_lstm(engine, "numpy")["known"] == 0.0


def test_the_same_size_tells_more_than_another() -> None:
    past = [Preparation("lstm", "numpy", size, first, None) for size, first in (("large", 9.0), ("small", 1.0))]
    child = ("lstm", "numpy")
    assert cost.predicted([child], {"lstm": "small"}, past)[child] == (1.0 + cost.START_S, True)
    assert cost.predicted([child], {"lstm": "tiny"}, past[:1])[child] == (9.0 + cost.START_S, True)


def test_a_gap_costs_nothing_and_nothing_chosen_asks_for_a_choice(engine: Engine) -> None:
    found = jobs.bench_cost(engine, ["mlp_train_step"], ["numpy"])
    assert (found["children"], found["known"]) == (0, 1.0)
    assert "None of the variants" in found["words"]
    assert jobs.bench_cost(engine, [])["words"] == "Choose at least one workload."


def test_what_cannot_run_says_so_before_anything_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: 1_000_000)
    assert "needs about" in of_lstm(engine, "numpy")["refusal"]
    monkeypatch.setattr(machine, "memory_free", lambda: None)
    assert of_lstm(engine, "numpy")["refusal"] == ""
    assert "There is no" in of_lstm(engine, "numpy", device="cuda:7")["refusal"]


def test_a_share_too_short_for_a_verdict_is_told_before_it_is_asked_for(engine: Engine) -> None:
    ran(engine, "torch.eager", 1.0)  # a call of 10 ms: two of them in each of twenty rounds take 0.4 s
    ran(engine, "numpy", 1.0, size="large")
    assert of_lstm(engine, "torch.eager", "numpy", seconds=2.0)["no_verdict"] == {}
    needed = cost.rounds_s([("lstm", "torch.eager"), ("lstm", "numpy")], {"lstm": "small"}, [_took(2.0), _took(None)])
    assert needed == {"lstm": pytest.approx(80.0)}
    assert cost.too_short(needed, 60.0) == needed
    assert cost.too_short(needed, 90.0) == {}
    found = cost.Cost(70.0, 60.0, 10.0, 2, 1.0, {}, needed, "", "")
    said = "Too short for a verdict on lstm: the 20 rounds of one need 2 min 40 s of measuring at least, or fewer"
    assert said in cost.words(found, 2, 3)
    assert "verdict" not in cost.words(found._replace(no_verdict={}), 2, 3)


def test_calls_of_earlier_runs_are_read_from_the_store(engine: Engine) -> None:
    ran(engine, "torch.eager", 1.0, latency_s={"median": 3.0, "low": 3.0, "high": 3.0, "samples": 3})
    assert of_lstm(engine, "torch.eager")["no_verdict"] == {"lstm": pytest.approx(120.0)}
    assert of_lstm(engine, "torch.eager", size="large")["no_verdict"] == {}
    assert "2 min of measuring at least" in of_lstm(engine, "torch.eager")["words"]


def _took(latency_s: float | None) -> Preparation:
    return Preparation("lstm", "torch.eager", "small", 1.0, None, latency_s)


def test_every_variant_has_a_usual_start() -> None:
    assert set(cost.USUAL_S) == {variant.slug for variant in VARIANTS}
