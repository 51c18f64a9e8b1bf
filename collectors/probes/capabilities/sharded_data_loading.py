"""Sharded data: each of two processes reads its own half of a data set, together all of it, once."""

import json
import os
from datetime import timedelta
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect, needs
from collectors.probes.processes import LOOPBACK, Place, together

ROWS = 16
PATIENCE = timedelta(seconds=30)


def pytorch(mode: Mode) -> Evidence:
    """DistributedSampler in a DataLoader."""
    return _split(together(_on_torch, environment=LOOPBACK))


def tensorflow(mode: Mode) -> Evidence:
    """The data set that tf.distribute.MultiWorkerMirroredStrategy distributes."""
    return _split(together(_on_tensorflow))


def jax(mode: Mode) -> Evidence:
    """jax.make_array_from_callback, which asks each process for what its own devices hold."""
    return _split(together(_on_jax))


def keras(mode: Mode) -> Evidence:
    """keras.distribution.DataParallel.distribute_dataset."""
    needs("tensorflow")
    return _split(together(_on_keras))


def _on_torch(place: Place) -> Evidence:
    import torch
    from torch import distributed
    from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

    first = f"tcp://{place.addresses[0]}"
    distributed.init_process_group("gloo", first, PATIENCE, world_size=place.count, rank=place.rank)
    rows = TensorDataset(torch.arange(ROWS))
    loader = DataLoader(rows, batch_size=4, sampler=DistributedSampler(rows, seed=1))
    return _told([int(row) for (batch,) in loader for row in batch])


def _on_tensorflow(place: Place) -> Evidence:
    import tensorflow as tf

    task = {"type": "worker", "index": place.rank}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": place.addresses}, "task": task})
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    batches = strategy.experimental_distribute_dataset(tf.data.Dataset.range(ROWS).batch(8))
    read = [strategy.experimental_local_results(batch) for batch in batches]
    return _told([int(row) for local in read for part in local for row in part])


def _on_jax(place: Place) -> Evidence:
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    jax.distributed.initialize(place.addresses[0], place.count, place.rank)
    mesh = jax.make_mesh((place.count,), ("data",))
    read: list[int] = []

    def rows(index: tuple[slice, ...]) -> Any:
        asked = np.arange(ROWS)[index]
        read.extend(asked.tolist())
        return asked

    whole = jax.make_array_from_callback((ROWS,), NamedSharding(mesh, PartitionSpec("data")), rows)
    assert int(jax.jit(lambda x: x.sum())(whole)) == ROWS * (ROWS - 1) // 2
    return _told(read)


def _on_keras(place: Place) -> Evidence:
    import keras

    with cannot(AttributeError, saying="has no attribute 'initialize'"):
        keras.distribution.initialize(place.addresses[0], place.count, place.rank)
    import tensorflow as tf

    parallel = keras.distribution.DataParallel()
    batches = parallel.distribute_dataset(tf.data.Dataset.range(ROWS).batch(8))
    return _told([int(row) for batch in batches for row in batch])


def _told(rows: list[int]) -> Evidence:
    return {"process": os.getpid(), "rows": rows}


def _split(told: list[dict[str, Any]]) -> Evidence:
    assert len({each["process"] for each in told}) == len(told) == 2, told
    read = [each["rows"] for each in told]
    seen = {"read": read}
    expect([len(each) for each in read] == [ROWS // 2] * 2, "the processes did not read half each", **seen)
    expect(sorted(read[0] + read[1]) == list(range(ROWS)), "together they did not read each row once", **seen)
    return seen


PROBE = Probe(
    slug="sharded_data_loading",
    title="Data split between processes",
    axis="scale",
    question="Does each of two processes read its own half of a data set, so that together they read all of it, once?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="data are read outside of any mode",
)
