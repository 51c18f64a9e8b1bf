"""Clocks, thermal events and the sentinel: made system files, a fake NVML, and made times."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.bench import sentinel, throttle
from collectors.bench.nvml import Gpu
from collectors.bench.sentinel import Sentinel, drift
from collectors.bench.throttle import Processor, Reading, causes, told
from collectors.bench.watch import Watch
from tests.bench import fake_nvml
from tests.bench.fake_nvml import Card


def _cpu(folder: Path, number: int, events: int | None, khz: int | None = None) -> None:
    cpu = folder / f"cpu{number}"
    files = {} if events is None else {"thermal_throttle/core_throttle_count": events}
    files |= {} if khz is None else {"cpufreq/scaling_cur_freq": khz, "cpufreq/cpuinfo_max_freq": 4_000_000}
    for name, value in files.items():
        (cpu / name).parent.mkdir(parents=True, exist_ok=True)
        (cpu / name).write_text(f"{value}\n")


@pytest.fixture
def cpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(throttle, "CPUS", tmp_path)
    return tmp_path


def test_thermal_events_of_the_processors_measured_on_are_counted_in_rounds(cpus: Path) -> None:
    _cpu(cpus, 0, 5, 3_000_000)
    _cpu(cpus, 1, 7, 1_000_000)
    _cpu(cpus, 2, 0, 4_000_000)
    watch = Watch(None, [0, 1])
    for number in range(1, 6):
        if number in (2, 4):
            _cpu(cpus, 1, 7 + number, 2_000_000)
        _cpu(cpus, 2, 100 * number)  # another processor's heat is not ours
        watch.round(number, {})
    found = watch.told()["throttle"]
    assert (found["known"], found["rounds_throttled"], found["rounds"], found["share"]) == (True, 2, 5, 0.4)
    assert (found["throttled"], found["by"]) == ([2, 4], {"temperature": 2})
    assert found["min_clock_share"] == 0.75
    assert found["why"] == "of 5 rounds: temperature in 2"
    assert watch.noise()["warnings"][0] == "the device was throttled in 40% of the rounds (temperature)"


def test_a_machine_that_shows_nothing_is_unknown_not_untroubled(cpus: Path) -> None:
    watch = Watch(None, [0])
    watch.round(1, {})
    found = watch.told()["throttle"]
    assert (found["known"], found["rounds_throttled"], found["share"]) == (False, None, None)
    assert "counts no thermal events" in found["why"]
    assert throttle.warning(found) == []


def test_clocks_alone_are_shown_and_count_for_nothing(cpus: Path) -> None:
    _cpu(cpus, 0, None, 1_000_000)
    meter = Processor([0])
    found = told([meter.read(0), meter.read(1)], [1], meter.why)
    assert (found["known"], found["min_clock_share"]) == (False, 0.25)


def test_a_gpu_that_is_held_back_is_counted_with_its_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card()
    fake_nvml.install(monkeypatch, card)
    watch = Watch(Gpu(0), [])
    watch.round(1, {})
    card.reasons, card.clock = 0x04 | 0x01, 990
    watch.round(2, {})
    card.reasons = 0x40
    watch.round(3, {})
    card.reasons = 0
    watch.round(4, {})
    found = watch.told()["throttle"]
    assert (found["throttled"], found["by"]) == ([2, 3], {"power cap": 1, "temperature (hardware)": 1})
    assert (found["min_clock_share"], found["max_temperature"]) == (0.5, 55)
    watch.close()


def test_a_gpu_that_does_not_say_what_holds_it_back_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_nvml.install(monkeypatch, Card(reasons=None, power_ns=None, thermal_ns=None, clock=500))
    watch = Watch(Gpu(0), [])
    watch.round(1, {})
    found = watch.told()["throttle"]
    assert (found["known"], found["why"]) == (False, "NVML does not say what holds this GPU back")
    assert found["min_clock_share"] == pytest.approx(500 / 1980)


@pytest.mark.parametrize(("held_ns", "named"), [(40_000_000, []), (60_000_000, ["power cap"])])
def test_a_gpu_held_back_between_two_looks_is_seen_by_its_counter(held_ns: int, named: list[str]) -> None:
    before = Reading(10.0, slowed_by=(), capped_ns={"power cap": 5})
    after = Reading(11.0, slowed_by=(), capped_ns={"power cap": 5 + held_ns, "temperature": 9**18})
    assert causes(before, after) == named


def test_few_throttled_rounds_are_shown_and_not_warned_of() -> None:
    readings = [Reading(float(n), events=0 if n < 10 else 1) for n in range(11)]
    found = told(readings, list(range(1, 11)), None)
    assert (found["rounds_throttled"], found["share"]) == (1, 0.1)
    assert throttle.warning(found) == []


def test_no_round_at_all_has_no_share() -> None:
    found = told([Reading(0.0, events=1)], [], None)
    assert (found["rounds"], found["share"], found["why"]) == (0, None, None)


def _looked(seconds: list[float]) -> Sentinel:
    left: Iterator[float] = iter(seconds)
    made = Sentinel((), lambda: next(left))
    for number in range(len(seconds)):
        made.look(number, float(number))
    return made


def test_a_machine_that_becomes_slower_is_noticed() -> None:
    found = _looked([1.0] * 10 + [1.2] * 10).told()
    assert (found["known"], found["changed"]) == (True, True)
    assert found["drift"] == pytest.approx(0.2)
    assert sentinel.warning(found) == ["the machine's speed changed by 20% during the rounds"]
    assert (found["rounds"][-1], found["median_s"]) == (19, 1.1)


def test_a_steady_machine_with_a_hiccup_is_not() -> None:
    found = _looked([1.0, 1.02, 3.0, 1.0, 0.99, 1.05, 2.0, 1.0, 1.01]).told()
    assert found["changed"] is False
    assert sentinel.warning(found) == []


def test_too_few_looks_tell_nothing() -> None:
    found = _looked([1.0, 2.0, 3.0]).told()
    assert (found["known"], found["changed"], found["drift"]) == (False, None, None)
    assert "only 3 looks" in found["why"]
    assert sentinel.warning(found) == []
    assert Sentinel().told()["median_s"] is None


def test_looks_are_half_a_second_apart() -> None:
    made = Sentinel((), lambda: 1.0)
    for tenth in range(21):
        made.look(tenth, tenth / 10)
    assert made.rounds == [0, 5, 10, 15, 20]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes cannot be pinned here")
def test_the_work_is_done_where_the_variants_run_and_the_thread_is_free_again() -> None:
    before = os.sched_getaffinity(0)
    last = max(before)
    seen: list[set[int]] = []

    def work() -> float:
        seen.append(os.sched_getaffinity(0))
        return 1.0

    made = Sentinel((last,), work)
    made.look(0, 0.0)
    assert seen == [{last}]
    assert os.sched_getaffinity(0) == before


def test_the_real_work_takes_a_millisecond_or_so_and_repeats_under_load() -> None:
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(1000))

    load = threading.Thread(target=burn)
    quiet = [sentinel.spin() for _ in range(5)]
    load.start()
    loaded = [sentinel.spin() for _ in range(5)]
    stop.set()
    load.join()
    assert 0.0001 < min(quiet) < 0.05
    assert min(loaded) < 2 * min(quiet), "waiting for a turn must not count"
    assert drift(quiet) == 0


def test_rounds_in_which_others_were_busy_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from collectors.bench import machine, watch

    uses = iter([machine.Use(t, busy, 0.0, 0.0) for t, busy in ((0, 0), (10, 0), (20, 9), (30, 9))])
    monkeypatch.setattr(machine, "use", lambda pids: next(uses))
    monkeypatch.setattr(watch, "WINDOW_S", 0.0)
    looked = Watch(None, [])
    for number in (3, 6, 9, 12):
        looked.round(number, {})
    assert looked.noise()["rounds_busy"] == [7, 8, 9]


def test_load_is_not_judged_over_too_short_a_time() -> None:
    looked = Watch(None, [])
    started = time.monotonic()
    looked.round(1, {})
    first = looked.window
    looked.round(2, {})
    assert looked.window == first or time.monotonic() - started > 0.5
