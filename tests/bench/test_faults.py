"""Faults around real children: frameworks that break, a full disk, an interrupt, and nobody left behind."""

import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.bench import preparation
from collectors.bench.process import Child
from collectors.bench.runner import run
from tests.bench.test_run import ROOT, _by_variant, _gone, _spec

LIMIT_S = 60.0
MOST_COORDINATOR_BYTES = 150e6
BODY = "import sys; from collectors.bench.runner import run; from tests.bench.test_run import _spec\n"


def _python(code: str, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", BODY + code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def test_frameworks_that_break_at_import_are_results_and_the_others_are_measured() -> None:
    pids: list[int] = []
    started = time.monotonic()
    spec = _spec("broken", "fatal", "asleep", "plain", preset="defaults", threads=None, time_limit_s=8.0)
    rows = _by_variant(run(spec, lambda event: pids.append(event["pid"]) if event["kind"] == "child" else None))
    assert {name: row["status"] for name, row in rows.items()} == {
        "broken": "failed",
        "fatal": "failed",
        "asleep": "timed out",
        "plain": "ok",
    }
    assert rows["broken"]["message"] == "ImportError: libfake.so.2: cannot open shared object file"
    assert "SIGABRT" in rows["fatal"]["message"]
    assert rows["asleep"]["message"].startswith("no answer to 'start' within 8 s")
    assert time.monotonic() - started < 120, "it would have slept for ten minutes"
    assert len(pids) == 4
    assert _gone(pids)


def test_children_start_side_by_side_and_are_used_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many at once as there are processors; from the first call on nobody is asked while another is at work."""
    at_work: dict[int, str] = {}
    together: dict[str, int] = {}
    tell, answer = Child.tell, Child.answer

    def telling(self: Child, do: str, **arguments: Any) -> None:
        at_work[self.pid] = do
        together[do] = max(together.get(do, 0), len(at_work))
        tell(self, do, **arguments)

    def answering(self: Child, do: str, limit_s: float) -> dict[str, Any]:
        try:
            return answer(self, do, limit_s)
        finally:
            del at_work[self.pid]

    monkeypatch.setattr(Child, "tell", telling)
    monkeypatch.setattr(Child, "answer", answering)
    two = _spec("plain", "slow", "lazy", "once", threads=2, max_rounds=2)
    document = run(two)
    assert together.pop("start") == 2
    assert set(together.values()) == {1}
    assert {"reference", "prepare", "null", "latency", "throughput", "passport"} == set(together)
    assert [row["processes"][0]["import_alone"] for row in document["results"]] == [False] * 4
    together.clear()
    document = run(_spec("plain", "slow", max_rounds=2))
    assert set(together.values()) == {1}
    assert [row["processes"][0]["import_alone"] for row in document["results"]] == [True] * 2


def test_one_helper_makes_all_references_and_their_files_go_with_their_workload(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    helpers: list[Child] = []
    made = Child.__init__

    def make(self: Child, launch: Any, variant: str, *more: Any) -> None:
        helpers.extend([self] if variant == "reference" else [])
        made(self, launch, variant, *more)

    monkeypatch.setattr(Child, "__init__", make)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    files: list[set[str]] = []

    def look(event: dict[str, Any]) -> None:
        if event["kind"] == "round":
            files.append({path.name for path in tmp_path.rglob("*.npz")})

    run(_spec("plain", workloads=("nap", "siesta"), ceilings=True, max_rounds=1), look)
    assert len(helpers) == 1
    assert helpers[0].process.poll() is not None
    assert files == [{"nap-tiny.npz"}, {"siesta-tiny.npz"}]
    assert list(tmp_path.iterdir()) == []


def test_a_helper_that_died_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers: list[int] = []
    ask = preparation.Helper.ask

    def kill_the_first(self: preparation.Helper, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        if not helpers:
            self.child = Child(self.launch, "reference", sys.executable, self.should_stop)
            self.child.process.kill()
            self.child.process.wait()
        helpers.append(1)
        return ask(self, do, limit_s, **arguments)

    monkeypatch.setattr(preparation.Helper, "ask", kill_the_first)
    document = run(_spec("plain", workloads=("nap", "siesta"), max_rounds=1))
    assert [row["status"] for row in document["results"]] == ["failed", "ok"]
    assert "the reference could not be computed: the child process was ended by" in document["results"][0]["message"]


def test_a_disk_that_fills_while_the_reference_is_written_is_said() -> None:
    """A limit on the size of files stands for the full disk: writing fails half way all the same."""
    code = "print(run(_spec('plain', size='big'))['results'][0]['message'])"

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    with _python(code, preexec_fn=small_disk) as coordinator:
        out, errors = coordinator.communicate(timeout=LIMIT_S)
    assert coordinator.returncode == 0, errors
    assert "the reference could not be computed: OSError: [Errno 27] File too large" in out


@pytest.mark.parametrize("children", [1, 2, 4])
def test_an_interrupt_while_children_start_leaves_nobody(children: int) -> None:
    """After `children` of four have been started, two at a time, and none of the last has answered."""
    code = (
        "def tell(event):\n"
        "    if event['kind'] == 'child': print(event['pid'], flush=True)\n"
        "run(_spec('plain', 'slow', 'lazy', 'asleep', threads=2, time_limit_s=60.0), tell)"
    )
    with _python(code) as coordinator:
        assert coordinator.stdout is not None
        pids = [int(coordinator.stdout.readline()) for _ in range(children)]
        coordinator.send_signal(signal.SIGINT)
        out, errors = coordinator.communicate(timeout=LIMIT_S)
    assert "KeyboardInterrupt" in errors
    assert coordinator.returncode == -signal.SIGINT
    assert _gone(pids + [int(line) for line in out.split()])


def _program(out: Path) -> "subprocess.Popen[str]":
    """Start the harness's own command line on two workloads, and wait until the first of them is done."""
    options = ["--variant", "fake.plain", "--variant", "fake.slow", "--seconds", "8", "--processes", "1"]
    command = [sys.executable, "-m", "collectors.bench", "run", "nap", "siesta", *options]
    asked = [*command, "--registry", "tests.bench.fakes", "--out", str(out)]
    program = subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert program.stderr is not None
    for line in program.stderr:
        if "nap: done" in line:
            return program
    raise AssertionError("it ended before its first workload was done")


def test_an_interrupt_of_the_command_keeps_the_workload_that_is_done(tmp_path: Path) -> None:
    with _program(tmp_path / "run.json") as program:
        program.send_signal(signal.SIGINT)
        out, errors = program.communicate(timeout=LIMIT_S)
    assert program.returncode == 130, errors
    assert "what is complete is kept" in errors
    document = json.loads((tmp_path / "run.json").read_text())
    assert document["stopped_because"] == "cancelled"
    assert {(row["workload"], row["status"]) for row in document["results"]} == {("nap", "ok")}
    assert [row["workload"] for row in document["comparisons"]] == ["nap"]
    assert "fake.slow" in out


def test_a_second_interrupt_of_the_command_does_not_wait(tmp_path: Path) -> None:
    with _program(tmp_path / "run.json") as program:
        program.send_signal(signal.SIGINT)
        assert program.stderr is not None
        while "what is complete is kept" not in program.stderr.readline():
            pass
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=LIMIT_S)
    assert program.returncode in (130, -signal.SIGINT)  # the first may have ended it just before


def test_cancelling_while_children_start_leaves_nobody() -> None:
    pids: list[int] = []

    def watch(event: dict[str, Any]) -> None:
        if event["kind"] == "child":
            pids.append(event["pid"])

    started = time.monotonic()
    spec = _spec("asleep", "plain", "slow", threads=2, time_limit_s=60.0)
    document = run(spec, watch, lambda: len(pids) >= 2)
    assert document["stopped_because"] == "cancelled"
    assert document["results"] == []
    assert time.monotonic() - started < 50, "before the time limit of a start"
    assert _gone(pids)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of its memory from /proc")
def test_the_coordinator_stays_small_and_imports_no_framework() -> None:
    """Several workloads, with inputs of 40 MB that only the children may hold."""
    code = (
        "run(_spec('plain', 'slow', workloads=('nap', 'siesta'), size='big', seconds=2.0, target=0.0))\n"
        "status = open('/proc/self/status').read()\n"
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))\n"
        "print(sorted({'torch', 'tensorflow', 'jax', 'keras', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    with _python(code) as coordinator:
        out, errors = coordinator.communicate(timeout=LIMIT_S)
    assert coordinator.returncode == 0, errors
    peak, modules = out.splitlines()
    assert int(peak) * 1024 < MOST_COORDINATOR_BYTES
    assert modules == "[]"


def _command(*options: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "collectors.bench", "run", "nap", "--registry", "tests.bench.fakes"]
    return subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False, **more
    )


def test_a_file_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    out = tmp_path / "missing" / "run.json"
    done = _command("--out", str(out))
    assert done.returncode == 2
    assert done.stderr == f"collectors.bench: [Errno 2] No such file or directory: '{out}'\n"


def test_what_is_named_twice_is_measured_once() -> None:
    done = _command(*("--variant", "fake.plain") * 2, "--seconds", "0.1", "--processes", "1", "--json")
    document = json.loads(done.stdout)
    assert [(row["workload"], row["variant"]) for row in document["results"]] == [("nap", "fake.plain")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
def test_a_disk_that_fills_at_the_end_does_not_lose_the_run() -> None:
    done = _command("--out", "/dev/full", "--variant", "fake.plain", "--seconds", "0.1", "--processes", "1")
    assert "No space left on device; the document follows on standard output instead" in done.stderr
    assert done.returncode == 2, "a script must not go on to a file that is not there"
    assert json.loads(done.stdout)["results"][0]["status"] == "ok"
