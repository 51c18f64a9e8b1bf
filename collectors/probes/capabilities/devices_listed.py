"""Devices: which ones the framework sees, and a tensor moved to one that is not the CPU and back."""

from typing import Any

from collectors.probes.model import Evidence, Mode, NotHere, Probe, expect

VALUES = [1.0, 2.0, 3.0]


def pytorch(mode: Mode) -> Evidence:
    """torch.accelerator."""
    import torch

    count = torch.accelerator.device_count() if torch.accelerator.is_available() else 0
    kind = torch.accelerator.current_accelerator() if count else None
    names = ["cpu", *(f"{kind}:{number}" for number in range(count))]
    device = _other(names)
    moved = torch.tensor(VALUES).to(device)
    return _there(names, device, str(moved.device), (moved * 2).cpu().tolist())


def tensorflow(mode: Mode) -> Evidence:
    """tf.config.list_logical_devices and tf.device."""
    import tensorflow as tf

    names = [each.name for each in tf.config.list_logical_devices()]
    device = _other(names)
    with tf.device(device):
        moved = tf.identity(tf.constant(VALUES))
        doubled = moved * 2
    return _there(names, device, moved.device, doubled.numpy().tolist())


def jax(mode: Mode) -> Evidence:
    """jax.devices and jax.device_put."""
    import jax
    import numpy as np

    devices = {str(each): each for each in jax.devices()}
    device = _other(list(devices))
    moved = jax.device_put(np.asarray(VALUES, np.float32), devices[device])
    return _there(list(devices), device, ", ".join(map(str, moved.devices())), (moved * 2).tolist())


def keras(mode: Mode) -> Evidence:
    """keras.device, for the devices that the backend sees: Keras's own list leaves torch out."""
    import keras

    seen = {"tensorflow": _of_tensorflow, "torch": _of_torch, "jax": _of_jax}[mode.backend]()
    device = _other(seen)
    with keras.device(device):
        moved = keras.ops.convert_to_tensor(VALUES, "float32")
        doubled = keras.ops.convert_to_numpy(moved * 2).tolist()
    return _there(seen, device, str(moved.device), doubled)


def _of_tensorflow() -> list[str]:
    import tensorflow as tf

    return [each.name.removeprefix("/device:").lower() for each in tf.config.list_logical_devices()]


def _of_torch() -> list[str]:
    import torch

    count = torch.accelerator.device_count() if torch.accelerator.is_available() else 0
    return ["cpu:0", *(f"gpu:{number}" for number in range(count))]


def _of_jax() -> list[str]:
    import jax

    return [f"{each.platform}:{each.id}" for each in jax.devices()]


def _other(names: list[str]) -> str:
    """Give the first device that is not the CPU.

    Raises:
        NotHere: there is none, or the run hides it (`--device cpu`).
    """
    assert names, "not even the CPU is listed"
    found = next((name for name in names if "cpu" not in name.lower()), None)
    if found is None:
        raise NotHere(f"no device but the CPU is seen: {', '.join(names)}")
    return found


def _there(names: list[str], asked: str, lies: Any, doubled: list[float]) -> Evidence:
    seen = {"devices": names, "asked": asked, "lies_on": str(lies)}
    expect("cpu" not in str(lies).lower(), f"the tensor asked onto {asked} lies on {lies}", **seen)
    expect(doubled == [2.0, 4.0, 6.0], f"back from {asked} it is {doubled}", **seen)
    return seen


PROBE = Probe(
    slug="devices_listed",
    title="Other devices than the CPU",
    axis="hardware",
    question="Does the framework list a device beside the CPU, and does a tensor moved there lie and work there?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="where a tensor lies is the same in every mode",
)
