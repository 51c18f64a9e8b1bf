"""Run in a fresh process: variants of one framework rotate their inputs; says where copies lie and what was compiled.

The framework is imported once, which is most of the time, and each variant has a copy of that process for itself.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

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


def told(slug: str) -> str:
    """Give a line: the variant and, as JSON, what was seen, by workload."""
    session = Session("collectors.bench.registry", slug, "cpu", "matched", 1)
    session.start()
    variant = session.registry.variant(slug)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in WORKLOADS:
            if not isinstance(side_of(variant, session.registry.workload(name)), Gap):
                found[name] = watched(session, name, Path(folder))
    return f"{slug} {json.dumps(found)}"


def main(module: str, slugs: list[str]) -> int:
    """Import `module`, then print the line of each variant; 1 where one of them broke off."""
    importlib.import_module(module)
    broke_off = False
    for slug in slugs:
        copy = os.fork()
        if not copy:
            _alone(slug)
        broke_off |= os.waitpid(copy, 0)[1] != 0
    return int(broke_off)


def _alone(slug: str) -> NoReturn:
    try:
        print(told(slug), flush=True)
    except BaseException:  # noqa: BLE001  # a copy must not go on where the first process does
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
