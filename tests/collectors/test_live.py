"""What a page draws of a running benchmark, folded from the harness's events: states, ratios, seconds left, bounds."""

import json
from typing import Any

from collectors.jobs import variant_list, workload_list
from collectors.live import Watch
from db.write.jobs import MAX_DETAIL_BYTES

A, B = "torch.eager", "numpy"


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def begins(watch: Watch, variant: str, *, workload: str = "lstm", what: str = "starting", **more: Any) -> None:
    watch.see({"kind": "progress", "fraction": 0.1, "message": f"{workload}: {what} {variant}"} | more)


def round_of(watch: Watch, number: int, *, workload: str = "lstm", **seconds: float) -> None:
    now = {{"a": A, "b": B}[name]: value for name, value in seconds.items()}
    watch.see({"kind": "round", "workload": workload, "round": number, "order": [], "latency_s": now})


def ended(
    watch: Watch, variant: str, status: str = "ok", *, workload: str = "lstm", message: str | None = None
) -> None:
    watch.see(
        {"kind": "result", "result": {"workload": workload, "variant": variant, "status": status, "message": message}}
    )


def states(watch: Watch) -> dict[str, str]:
    return {row["variant"]: row["state"] for row in watch.detail()["variants"]}


def of(watch: Watch, variant: str) -> dict[str, Any]:
    return next(row for row in watch.detail()["variants"] if row["variant"] == variant)


def test_a_variant_goes_from_waiting_to_its_outcome() -> None:
    watch = Watch(["lstm"], [A, B], {})
    assert states(watch) == {A: "waiting", B: "waiting"}
    begins(watch, A)
    assert states(watch) == {A: "starting", B: "waiting"}
    begins(watch, B)
    begins(watch, A, what="the first call of")
    assert states(watch) == {A: "first call", B: "starting"}
    begins(watch, B, what="the first call of", process=1, processes=3)
    assert states(watch) == {A: "ready", B: "first call"}
    watch.see({"kind": "progress", "fraction": 0.5, "message": "lstm: warming up"})
    assert states(watch) == {A: "warming up", B: "warming up"}
    round_of(watch, 1, a=0.010, b=0.020)
    round_of(watch, 2, a=0.010)
    assert states(watch) == {A: "measuring", B: "dropped out"}
    assert (of(watch, A)["rounds"], of(watch, B)["rounds"], watch.detail()["round"]) == (2, 1, 2)
    assert (watch.detail()["process"], watch.detail()["processes"]) == (1, 3)
    ended(watch, A)
    ended(watch, B, "failed", message="it " * 1_000)
    assert states(watch) == {A: "ok", B: "failed"}
    assert len(of(watch, B)["message"]) < 200
    assert of(watch, B)["ratio"] is None


def test_the_ratio_so_far_is_the_mean_of_the_rounds_ratios() -> None:
    watch = Watch(["lstm"], [A, B], {})
    round_of(watch, 1, a=0.010, b=0.040)
    round_of(watch, 2, a=0.020, b=0.020)
    assert of(watch, A)["ratio"] == 1.0
    assert abs(of(watch, B)["ratio"] - 2.0) < 1e-9
    assert of(watch, B)["latency_s"] == 0.020


def test_the_next_workload_begins_anew_and_the_one_before_is_done() -> None:
    watch = Watch(["lstm", "gru"], [A, B], {}, {"gru": {B: "no such thing"}})
    begins(watch, A)
    round_of(watch, 1, a=0.010, b=0.040)
    ended(watch, A)
    assert [work["state"] for work in watch.detail()["workloads"]] == ["measuring", "waiting"]
    ended(watch, B)
    assert [work["state"] for work in watch.detail()["workloads"]] == ["done", "waiting"]
    begins(watch, A, workload="gru")
    assert states(watch) == {A: "starting", B: "unavailable"}
    assert of(watch, B)["message"] == "no such thing"
    assert of(watch, A)["rounds"] == 0
    ended(watch, A, "wrong", workload="gru")
    ended(watch, B, "unavailable", workload="gru")
    assert [work["state"] for work in watch.detail()["workloads"]] == ["done", "failed"]


def test_the_seconds_left_follow_how_long_the_others_took() -> None:
    clock = Clock()
    watch = Watch(["lstm", "gru", "conv2d"], [A], {"lstm": 10.0, "gru": 10.0, "conv2d": 20.0}, clock=clock)
    assert watch.detail()["left_s"] == 40.0
    begins(watch, A)
    clock.now = 4.0
    assert watch.detail()["left_s"] == 36.0
    clock.now = 20.0
    assert watch.detail()["left_s"] == 30.0, "late, but never less than nothing"
    ended(watch, A)
    assert watch.detail()["left_s"] == 60.0, "it took twice as long as predicted, so will the others"
    assert Watch(["lstm"], [A], {}).detail()["left_s"] is None


def test_the_largest_run_there_can_be_fits_into_a_job() -> None:
    works, variants = [w["workload"] for w in workload_list()], [v["variant"] for v in variant_list()]
    watch = Watch(works, variants, dict.fromkeys(works, 60.0))
    for work in works:
        for variant in variants:
            ended(watch, variant, "failed", workload=work, message="é" * 10_000)
    assert len(json.dumps(watch.detail())) < MAX_DETAIL_BYTES


def test_events_that_say_nothing_of_a_part_change_nothing() -> None:
    watch = Watch(["lstm"], [A], {})
    before = json.dumps(watch.detail())
    for event in ({"kind": "child", "variant": A, "pid": 1}, {"kind": "begun", "document": {}}, {"kind": "new"}):
        watch.see(event)
    watch.see({"kind": "progress", "fraction": 0.0, "message": "measuring the machine's ceilings"})
    assert json.dumps(watch.detail()) == before


def test_a_run_that_begins_anew_is_watched_from_the_beginning() -> None:
    watch = Watch(["lstm", "gru"], [A, B], {"lstm": 10.0, "gru": 10.0})
    fresh = json.dumps(Watch(["lstm", "gru"], [A, B], {"lstm": 10.0, "gru": 10.0}).detail())
    watch.see({"kind": "begun", "document": {}})
    begins(watch, A)
    round_of(watch, 1, a=0.010, b=0.020)
    ended(watch, A)
    watch.see({"kind": "begun", "document": {}})
    assert json.dumps(watch.detail()) == fresh
