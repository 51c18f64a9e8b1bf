"""Run in a fresh process: one variant rotates its inputs; prints where the copies lie and what it compiled."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from collectors.bench.session import Session
from collectors.bench.sides import side_of
from collectors.bench.workload import Gap, relative_error

WORKLOADS = ("conv2d", "matmul_bf16", "tree_by_depth", "host_copy", "mlp_train_step", "lstm")
SETS = 4


def leaves(value: Any) -> Iterator[Any]:
    """Give the arrays in tuples, lists and dicts."""
    if isinstance(value, tuple | list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    elif hasattr(value, "shape"):
        yield value


def address(array: Any) -> int:
    """Give where an array's memory begins."""
    if isinstance(array, np.ndarray):
        return int(array.__array_interface__["data"][0])
    if hasattr(array, "data_ptr"):
        return int(array.data_ptr())
    if hasattr(array, "unsafe_buffer_pointer"):
        return int(array.unsafe_buffer_pointer())
    import tensorflow as tf

    array = tf.bitcast(array, tf.uint16) if array.dtype == tf.bfloat16 else array
    return int(np.asarray(memoryview(array)).__array_interface__["data"][0])


def watched(session: Session, slug: str, folder: Path) -> dict[str, Any]:
    """Prepare, rotate, call every copy twice, and tell what became of it."""
    path = folder / f"{slug}.npz"
    session.reference(slug, "tiny", str(path))
    told = session.prepare(slug, str(path))
    graphs = session.throughput(1)["compilations"]
    sets: list[Any] = [session.prepared.arguments]
    copy = session.adapter.copy

    def kept(value: Any) -> Any:
        sets.append(copy(value))
        return sets[-1]

    session.adapter.copy = kept  # type: ignore[method-assign]  # to see the copies that are made
    session.rotate(SETS)
    session.adapter.copy = copy  # type: ignore[method-assign]  # as it was
    session.throughput(2 * SETS)
    arrays = [list(leaves(value)) for value in sets]
    error = told["relative_error"]
    if session.registry.workload(slug).check_calls == 1:
        error = relative_error(session.prepared.result(session.call()), np.load(path)["reference"])
    return {
        "sets": len(sets),
        "arrays": len({address(a) for a in arrays[0]}),
        "places": len({address(a) for each in arrays for a in each}),
        "strides": len({str([a.stride() for a in each if hasattr(a, "stride")]) for each in arrays}),
        "new_graphs": session.throughput(1)["compilations"] - graphs,
        "error": error,
        "tolerance": told["tolerance"],
    }


def main(slug: str) -> None:
    """Print one line of JSON: what was seen, by workload."""
    session = Session("collectors.bench.registry", slug, "cpu", "matched", 1)
    session.start()
    variant = session.registry.variant(slug)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in WORKLOADS:
            if not isinstance(side_of(variant, session.registry.workload(name)), Gap):
                found[name] = watched(session, name, Path(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
