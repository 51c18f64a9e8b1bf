"""The devices there are to measure on: the processor, and the GPUs that this process may use."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from collectors.bench import machine
from collectors.bench.nvml import Gpu, NoNvmlError, Nvml
from collectors.bench.spec import SpecError

SMI_LIMIT_S = 20.0
DRIVER = Path("/proc/driver/nvidia/gpus")
_FIELDS = ("index", "uuid", "name", "memory.total", "memory.free", "driver_version", "compute_cap")
_ANSWERED = 6  # compute_cap, the last, is unknown to drivers before 510
_MIB = 1024 * 1024


class NoGpuError(Exception):
    """There is no GPU here that can be used; the message is the reason."""


def devices() -> list[dict[str, Any]]:
    """List the devices: name, memory in bytes, driver, compute capability, id, and whether each can be used.

    The processor is always there. Without a GPU there is one row `cuda`, not available, with the reason.
    """
    cpu = machine.describe()
    rows = [_row("cpu", Gpu(0, name=cpu["processor"], memory_bytes=cpu["memory_bytes"]))]
    rows[0]["memory_free"] = machine.memory_free()
    try:
        return rows + [_row(f"cuda:{number}", gpu) for number, gpu in enumerate(gpus())]
    except NoGpuError as error:
        return [*rows, _row("cuda", Gpu(0)) | {"available": False, "why_not": str(error)}]


def require(device: str) -> Gpu | None:
    """Give the GPU that `device` names, None for the processor; `cuda` is the first.

    Raises:
        SpecError: there is no GPU, or none of that number; the message says why, or which there are.
    """
    if device == "cpu":
        return None
    try:
        found = gpus()
    except NoGpuError as error:
        raise SpecError(f"device {device} asked for, but there is no GPU to use: {error}") from error
    number = int(device.partition(":")[2] or 0)
    if number >= len(found):
        named = ", ".join(["cpu", *(f"cuda:{n} ({gpu.name or 'a GPU'})" for n, gpu in enumerate(found))])
        raise SpecError(f"unknown device {device!r}: there are {named}")
    return found[number]


def fits(gpu: Gpu | None, what: str, bytes_needed: int) -> None:
    """See that `what` fits on the GPU; on the processor, and where the free memory is not told, nothing is refused.

    bytes_needed: the estimate for a process on the processor, at least half of which is float64 for the reference.

    Raises:
        SpecError: it does not; the message has the estimate.
    """
    needed = bytes_needed // 2
    if gpu is None or gpu.memory_free is None or needed <= gpu.memory_free:
        return
    estimate = f"needs about {needed / 1e9:,.1f} GB of GPU memory, and {gpu.memory_free / 1e9:,.1f} GB are free on"
    raise SpecError(f"{what} {estimate} {gpu.name or 'the GPU'}: take a smaller size")


def gpus(environment: Mapping[str, str] | None = None) -> list[Gpu]:
    """List the GPUs this process may use, numbered as the frameworks number them.

    Raises:
        NoGpuError: there is none, or CUDA_VISIBLE_DEVICES hides all.
    """
    visible = (os.environ if environment is None else environment).get("CUDA_VISIBLE_DEVICES")
    found = _there()
    if visible is None:
        return found
    kept = _visible(found, visible)
    if not kept:
        raise NoGpuError(f"CUDA_VISIBLE_DEVICES={visible!r} hides the {len(found)} there are")
    return kept


def variables(gpu: Gpu | None) -> dict[str, str]:
    """Give the environment that shows a child this GPU alone, which it then calls `cuda`, or none at all."""
    if gpu is None:
        return {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    name = str(gpu.uuid) if gpu.index is None else str(gpu.index)
    return {"CUDA_VISIBLE_DEVICES": name, "CUDA_DEVICE_ORDER": "PCI_BUS_ID", "JAX_PLATFORMS": "cuda"}


def _there() -> list[Gpu]:
    """Ask NVML, else nvidia-smi, else the driver's own files; the reasons of all go into the error."""
    reasons = []
    for ask in (_by_nvml, _by_smi, _by_files):
        try:
            found = ask()
        except NoGpuError as error:
            reasons.append(str(error))
            continue
        if found:
            return found
        reasons.append(f"{ask.__doc__} lists none")
    raise NoGpuError("; ".join(reasons))


def _by_nvml() -> list[Gpu]:
    """NVML"""
    try:
        nvml = Nvml()
    except NoNvmlError as error:
        raise NoGpuError(str(error)) from error
    try:
        return nvml.gpus()
    except NoNvmlError as error:
        raise NoGpuError(str(error)) from error
    finally:
        nvml.close()


def _by_smi() -> list[Gpu]:
    """nvidia-smi"""
    program = shutil.which("nvidia-smi")
    if program is None:
        raise NoGpuError("there is no nvidia-smi on the path")
    last = ""
    for fields in (_FIELDS, _FIELDS[:_ANSWERED]):
        command = [program, f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SMI_LIMIT_S, check=False)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoGpuError(f"nvidia-smi did not answer: {error}") from error
        if done.returncode == 0:
            return parse_smi(done.stdout)
        last = (done.stdout + done.stderr).strip().splitlines()[0] if (done.stdout + done.stderr).strip() else ""
    raise NoGpuError(f"nvidia-smi failed with status {done.returncode}: {last}")


def _by_files() -> list[Gpu]:
    """the driver"""
    if not DRIVER.is_dir():
        raise NoGpuError(f"there is no {DRIVER}")
    folders = sorted(folder for folder in DRIVER.iterdir() if folder.is_dir())  # named by PCI address
    return [Gpu(index, name=_model(folder / "information")) for index, folder in enumerate(folders)]


def parse_smi(text: str) -> list[Gpu]:
    """Read what `nvidia-smi --query-gpu` answers as CSV without units (memory in MiB); `[N/A]` is not known."""
    found: list[Gpu] = []
    for row in csv.reader(text.splitlines(), skipinitialspace=True):
        if len(row) < _ANSWERED:
            continue
        index, uuid, name, total, free, driver, *more = (None if v.startswith("[") else v.strip() for v in row)
        gpu = Gpu(int(index or len(found)), uuid, name, _mib(total), _mib(free), driver)
        found.append(replace(gpu, compute_capability=more[0] if more else None))
    return found


def _mib(value: str | None) -> int | None:
    return int(value) * _MIB if value and value.isdigit() else None


def _model(path: Path) -> str | None:
    try:
        found = re.search(r"^Model:\s*(.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except OSError:
        return None
    return found.group(1).strip() if found else None


def _visible(found: list[Gpu], value: str) -> list[Gpu]:
    """Read CUDA_VISIBLE_DEVICES as CUDA does: numbers or beginnings of ids, and nothing after one that is not there."""
    kept: list[Gpu] = []
    for name in filter(None, (part.strip() for part in value.split(","))):
        gpu = next((g for g in found if name == str(g.index) or _is_called(g, name)), None)
        if gpu is None and name.startswith("MIG-"):
            gpu = Gpu(None, uuid=name, name="an instance of a split GPU", mig=True)
        if gpu is None:
            break
        kept.append(gpu)
    return kept


def _is_called(gpu: Gpu, name: str) -> bool:
    return name.startswith("GPU-") and bool(gpu.uuid) and str(gpu.uuid).startswith(name)


def _row(device: str, gpu: Gpu) -> dict[str, Any]:
    return {
        "device": device,
        "name": gpu.name,
        "memory_bytes": gpu.memory_bytes,
        "memory_free": gpu.memory_free,
        "driver": gpu.driver,
        "compute_capability": gpu.compute_capability,
        "uuid": gpu.uuid,
        "mig": gpu.mig,
        "available": True,
        "why_not": None,
    }
