"""Model parallelism: one weight split over two devices, or its layers on one each, against the model in one piece."""

from datetime import timedelta
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect
from collectors.probes.processes import LOOPBACK, Place, together

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
FIRST = np.linspace(0, 1, 32, dtype=np.float32).reshape(4, 8)
SECOND = np.linspace(1, 2, 16, dtype=np.float32).reshape(8, 2)
PATIENCE = timedelta(seconds=30)


def pytorch(mode: Mode) -> Evidence:
    """DTensor in two processes: the first weight by columns, the second by rows."""
    first, second = together(_on_torch, environment=LOOPBACK)
    assert first["product"] == second["product"]
    return _right(first["product"], [first["part"], second["part"]])


def tensorflow(mode: Mode) -> Evidence:
    """tf.device, with a layer on each of two logical devices."""
    import tensorflow as tf

    _make_two_on_tensorflow()
    with tf.device("/CPU:0"):
        first = tf.Variable(FIRST)
        hidden = tf.nn.relu(tf.constant(X) @ first)
    with tf.device("/CPU:1"):
        second = tf.Variable(SECOND)
        product = hidden @ second
    return _right(product.numpy().tolist(), [first.device[-5:], second.device[-5:]])


def jax(mode: Mode) -> Evidence:
    """jax.sharding over two devices of the CPU."""
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    jax.config.update("jax_num_cpu_devices", 2)
    mesh = jax.make_mesh((2,), ("model",), (jax.sharding.AxisType.Auto,), devices=jax.devices("cpu"))
    first = jax.device_put(FIRST, NamedSharding(mesh, PartitionSpec(None, "model")))
    second = jax.device_put(SECOND, NamedSharding(mesh, PartitionSpec("model", None)))
    whole = NamedSharding(mesh, PartitionSpec())
    product = jax.jit(lambda x, a, b: jax.nn.relu(x @ a) @ b, out_shardings=whole)(X, first, second)
    return _right(np.asarray(product).tolist(), [list(each.data.shape) for each in first.addressable_shards])


def keras(mode: Mode) -> Evidence:
    """keras.distribution.ModelParallel with a LayoutMap."""
    import keras

    _make_two(mode.backend)
    with cannot(AttributeError, saying="'NoneType' object has no attribute 'list_devices'"):
        devices = keras.distribution.list_devices("cpu")
    assert len(devices) == 2, devices
    mesh = keras.distribution.DeviceMesh((1, 2), ("batch", "model"), devices)
    layouts = keras.distribution.LayoutMap(mesh)
    layouts[".*first/kernel"], layouts[".*second/kernel"] = (None, "model"), ("model", None)
    keras.distribution.set_distribution(keras.distribution.ModelParallel(layout_map=layouts, batch_dim_name="batch"))
    first = keras.layers.Dense(8, activation="relu", use_bias=False, name="first")
    model = keras.Sequential([keras.Input((4,)), first, keras.layers.Dense(2, use_bias=False, name="second")])
    model.set_weights([FIRST, SECOND])
    shards = getattr(first.kernel.value, "addressable_shards", None)
    parts = [list(each.data.shape) for each in shards] if shards else [list(first.kernel.shape)]
    return _right(model.predict(X, verbose=0).tolist(), parts)


def _make_two(backend: str) -> None:
    """Have the backend make two devices of the one CPU, where it can."""
    if backend == "jax":
        import jax

        jax.config.update("jax_num_cpu_devices", 2)
    elif backend == "tensorflow":
        _make_two_on_tensorflow()


def _make_two_on_tensorflow() -> None:
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)


def _on_torch(place: Place) -> Evidence:
    import torch
    from torch import distributed
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Replicate, Shard, distribute_tensor

    address = f"tcp://{place.addresses[0]}"
    distributed.init_process_group("gloo", address, PATIENCE, world_size=place.count, rank=place.rank)
    mesh = init_device_mesh("cpu", (place.count,))
    x = distribute_tensor(torch.from_numpy(X), mesh, [Replicate()])
    first = distribute_tensor(torch.from_numpy(FIRST), mesh, [Shard(1)])
    second = distribute_tensor(torch.from_numpy(SECOND), mesh, [Shard(0)])
    product = (torch.relu(x @ first) @ second).full_tensor()
    return {"product": product.tolist(), "part": list(first.to_local().shape)}


def _right(product: Any, parts: list[Any]) -> Evidence:
    """See the product of the whole, and two parts: columns of the first weight, or the devices its layers lie on."""
    exact = np.maximum(X @ FIRST, 0) @ SECOND
    seen = {"parts": parts, "product": product}
    split = parts == [[4, 4], [4, 4]] or (len(set(map(str, parts))) == 2 and str(parts[0]).startswith("CPU"))
    expect(split, f"the model is not in two parts: {parts}", **seen)
    expect(np.allclose(product, exact, atol=1e-4), f"the result is {product}, not {exact.tolist()}", **seen)
    return seen


PROBE = Probe(
    slug="model_parallel",
    title="One model over two devices",
    axis="scale",
    question="Can a model lie on two devices, its weights or its layers split, and give what it gives in one piece?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="where a model lies is the same in every mode",
    fresh=True,
)
