"""Which GPUs there are and which a child sees, by a fake NVML, a fake nvidia-smi and made driver files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.bench import devices, environment, listing
from collectors.bench.__main__ import main
from collectors.bench.nvml import Gpu, NoNvmlError, Nvml
from collectors.bench.process import Launch
from collectors.bench.runner import run
from collectors.bench.spec import BenchSpec, SpecError
from tests.bench import fake_nvml
from tests.bench.fake_nvml import GB, Card

SMI = """0, GPU-aaaa, NVIDIA H200, 143771, 143000, 580.65.06, 9.0
1, GPU-bbbb, "NVIDIA, of another kind", [N/A], 40000, 580.65.06, [N/A]
"""


def _program(folder: Path, body: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without NVML, nvidia-smi and driver; the folder is all there is on the path."""
    fake_nvml.remove(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(devices, "DRIVER", tmp_path / "driver")
    return tmp_path


def test_gpus_are_listed_after_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = fake_nvml.install(monkeypatch, Card(), Card(name=b"Tesla T4", uuid="GPU-bbbb", mig=None))
    cpu, first, second = listing.devices()
    assert (cpu["device"], cpu["available"], cpu["driver"]) == ("cpu", True, None)
    assert (first["device"], first["name"], first["memory_bytes"]) == ("cuda:0", "NVIDIA H200", 141 * GB)
    assert (first["driver"], first["compute_capability"], first["mig"]) == ("580.65.06", "9.0", False)
    assert (second["device"], second["name"], second["mig"]) == ("cuda:1", "Tesla T4", None)
    assert json.loads(json.dumps([cpu, first, second])) == [cpu, first, second]
    assert driver.opened == 0


def test_a_machine_without_a_gpu_says_what_was_looked_for(bare: Path) -> None:
    cpu, none = listing.devices()
    assert cpu["available"]
    assert (none["device"], none["available"]) == ("cuda", False)
    for reason in ("nvidia-ml-py is not installed", "no nvidia-smi on the path", "there is no"):
        assert reason in none["why_not"]


def test_a_driver_that_cannot_be_opened_is_a_reason(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    fake_nvml.install(monkeypatch, broken="Driver/library version mismatch")
    assert "NVML could not be opened: Driver/library version mismatch" in listing.devices()[1]["why_not"]


@pytest.mark.parametrize("known", ["all", "no compute_cap"])
def test_nvidia_smi_is_asked_where_nvml_cannot_be(bare: Path, known: str) -> None:
    (bare / "answer").write_text(SMI)
    refuse = 'case "$1" in *compute_cap*) echo "Field \\"compute_cap\\" is not valid"; exit 2;; esac\n'
    _program(bare, (refuse if known != "all" else "") + f'while read -r line; do echo "$line"; done < {bare}/answer')
    first, second = devices.gpus()
    assert (first.name, first.memory_bytes, first.compute_capability) == ("NVIDIA H200", 143771 * 1024 * 1024, "9.0")
    assert (second.name, second.memory_bytes, second.compute_capability) == ("NVIDIA, of another kind", None, None)


def test_nvidia_smi_that_fails_or_hangs_is_a_reason(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare, "echo 'NVIDIA-SMI has failed because it could not talk to the driver'; exit 9")
    assert "status 9: NVIDIA-SMI has failed" in listing.devices()[1]["why_not"]
    monkeypatch.setattr(devices, "SMI_LIMIT_S", 0.3)
    _program(bare, "exec /bin/sleep 30")
    assert "timed out" in listing.devices()[1]["why_not"]


def test_the_drivers_own_files_are_read_last(bare: Path) -> None:
    for address, model in (("0000:41:00.0", "NVIDIA A100"), ("0000:01:00.0", "NVIDIA L4")):
        folder = bare / "driver" / address
        folder.mkdir(parents=True)
        (folder / "information").write_text(f"Model: \t\t {model}\nIRQ: 5\n")
    assert [(gpu.index, gpu.name) for gpu in devices.gpus()] == [(0, "NVIDIA L4"), (1, "NVIDIA A100")]


@pytest.mark.parametrize(
    ("visible", "seen"),
    [("1,0", [1, 0]), ("GPU-bb", [1]), ("0,7,1", [0]), (" 1 ", [1]), ("MIG-1234", [None])],
)
def test_gpus_are_numbered_among_the_visible_ones(
    monkeypatch: pytest.MonkeyPatch, visible: str, seen: list[int | None]
) -> None:
    fake_nvml.install(monkeypatch, Card(), Card(uuid="GPU-bbbb"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    found = devices.gpus()
    assert [gpu.index for gpu in found] == seen
    shown = "MIG-1234" if seen[0] is None else str(seen[0])
    assert devices.variables(devices.require("cuda"))["CUDA_VISIBLE_DEVICES"] == shown


@pytest.mark.parametrize("visible", ["", "-1", "GPU-cc"])
def test_hidden_gpus_are_none(monkeypatch: pytest.MonkeyPatch, visible: str) -> None:
    fake_nvml.install(monkeypatch, Card())
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    with pytest.raises(SpecError, match="hides the 1 there are"):
        devices.require("cuda:0")


def test_a_child_sees_the_gpu_it_was_given_and_calls_it_cuda(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_nvml.install(monkeypatch, Card(), Card(uuid="GPU-bbbb"))
    launch = environment.launch(BenchSpec(("matmul",), device="cuda:1"), tmp_path)
    given = {name: launch.environment[name] for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "JAX_PLATFORMS")}
    assert given == {"CUDA_VISIBLE_DEVICES": "1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID", "JAX_PLATFORMS": "cuda"}
    assert launch.device == "cuda:1"
    command = launch.command(sys.executable, "torch.eager")
    assert command[command.index("--device") + 1] == "cuda"
    cpu = environment.launch(BenchSpec(("matmul",)), tmp_path).environment
    assert (cpu["CUDA_VISIBLE_DEVICES"], cpu["JAX_PLATFORMS"]) == ("", "cpu")


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ("cuda:2", r"unknown device 'cuda:2': there are cpu, cuda:0 \(NVIDIA H200\), cuda:1 \(NVIDIA L4\)"),
        ("cuda:x", "unknown device 'cuda:x': one of cpu, cuda, or cuda:N"),
        ("cuda:", "unknown device"),
        ("cpu:0", "unknown device"),
    ],
)
def test_a_device_that_is_not_there_is_refused_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, device: str, says: str
) -> None:
    fake_nvml.install(monkeypatch, Card(), Card(name="NVIDIA L4", uuid="GPU-bbbb"))
    with pytest.raises(SpecError, match=says):
        run(BenchSpec(("matmul",), device=device))


def test_a_gpu_asked_for_where_there_is_none_is_refused_before_anything_starts(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "matmul", "--device", "cuda"]) == 2
    assert "device cuda asked for, but there is no GPU to use: " in capsys.readouterr().err


def test_a_size_too_large_for_the_gpu_is_refused_with_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_nvml.install(monkeypatch, Card(free=200_000_000))
    with pytest.raises(
        SpecError, match=r"matmul at size large needs about 0\.4 GB of GPU memory, and 0\.2 GB are free on"
    ):
        run(BenchSpec(("matmul",), size="large", device="cuda"))
    devices.fits(Gpu(0), "anything where the driver tells nothing", 10**18)
    devices.fits(None, "anything on the processor", 10**18)


def test_a_framework_without_cuda_is_alone_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_nvml.install(monkeypatch, Card())
    registry = "tests.bench.fakes"
    spec = BenchSpec(("nap",), ("fake.plain", "fake.gap"), device="cuda", seed=1, registry=registry, ceilings=False)
    rows = run(spec)["results"]
    assert [(row["status"], row["message"]) for row in rows] == [
        ("unavailable", "NumPy has no cuda device"),
        ("unavailable", "there is nothing to run"),
    ]


def test_the_command_lists_devices(bare: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "collectors.bench", "devices"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["device"] == "cpu"


def test_what_a_gpu_does_not_answer_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(clock=None, reasons=0x04 | 0x40 | 0x01, power_ns=None, processes={7: 5 * GB, 8: None})
    driver = fake_nvml.install(monkeypatch, card)
    nvml = Nvml()
    read = nvml.clocks(0)
    assert (read.share, read.slowed_by) == (None, ("power cap", "temperature (hardware)"))
    assert (read.capped_ns, read.temperature) == ({"temperature": 0}, 55)
    assert nvml.process_bytes(0) == {7: 5 * GB}
    driver.old = True
    assert nvml.clocks(0).slowed_by == ("power cap", "temperature (hardware)")
    card.reasons = None
    assert nvml.clocks(0).slowed_by is None
    with pytest.raises(NoNvmlError, match="GPU 3"):
        nvml.clocks(3)


def test_an_instance_of_a_split_gpu_has_no_number() -> None:
    assert devices.variables(Gpu(None, uuid="MIG-1"))["CUDA_VISIBLE_DEVICES"] == "MIG-1"
    assert Launch("r", "cuda", "matched", None, (), {}).kind == "cuda"
