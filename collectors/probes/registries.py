"""What a framework has registered, asked of itself: operators and kernels; run as a child, prints one JSON document."""

import contextlib
import importlib.metadata
import io
import json
import sys
from collections.abc import Callable
from typing import Any

CPU_KEYS = ("CPU", "CompositeImplicitAutograd", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")


def pytorch() -> dict[str, Any]:
    """The dispatcher: a kernel serves the processor under its own key, or under one that serves every device."""
    import torch

    names = set(torch._C._dispatch_get_all_op_names())
    on_cpu = {name for key in CPU_KEYS for name in torch._C._dispatch_get_registrations_for_dispatch_key(key)}
    operators = {name.partition(".")[0] for name in on_cpu}
    return {
        "version": torch.__version__,
        "implemented": sorted(operators),
        "counts": {
            "operators with a kernel for the processor": len(operators),
            "overloads with a kernel for the processor": len(on_cpu),
            "overloads in the dispatcher": len(names),
        },
    }


def tensorflow() -> dict[str, Any]:
    """The registry of kernels, which has one for each operator, device and choice of data types."""
    import tensorflow as tf
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session
    from tensorflow.python.framework import kernels

    found = kernels.get_all_registered_kernels().kernel
    operators = {each.op for each in found if each.device_type in ("CPU", "DEFAULT")}
    listed = op_def_pb2.OpList()
    listed.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    return {
        "version": tf.__version__,
        "implemented": sorted(operators),
        "counts": {
            "operators with a kernel for the processor": len(operators),
            "kernels for the processor": sum(each.device_type in ("CPU", "DEFAULT") for each in found),
            "kernels for any device": len(found),
            "operators in the registry": len(listed.op),
        },
    }


def jax() -> dict[str, Any]:
    """The rules that lower a primitive for XLA, for every platform or for the processor."""
    import jax
    from jax._src.interpreters import mlir

    lowered = {str(each) for each in mlir._lowerings} | {str(each) for each in mlir._platform_specific_lowerings["cpu"]}
    return {
        "version": jax.__version__,
        "implemented": sorted(lowered),
        "counts": {"primitives that lower for the processor": len(lowered)},
    }


def keras() -> dict[str, Any]:
    """Keras registers no kernels: its operations are the functions of keras.ops, which its backends carry out."""
    import keras

    functions = sorted(
        name for name in dir(keras.ops) if not name.startswith("_") and callable(getattr(keras.ops, name))
    )
    return {
        "version": keras.__version__,
        "implemented": functions,
        "counts": {"functions of keras.ops": len(functions)},
    }


REGISTRIES: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
    ("pytorch", pytorch),
    ("tensorflow", tensorflow),
    ("jax", jax),
    ("keras", keras),
)


def main(framework: str) -> None:
    """Print what one framework has registered, on the last line; what it prints itself goes to standard error."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        document = {"numpy": importlib.metadata.version("numpy")} | dict(REGISTRIES)[framework]()
    sys.stderr.write(said.getvalue())
    print(json.dumps({"kind": "kernels", "framework": framework, "device": "cpu"} | document))


if __name__ == "__main__":
    main(sys.argv[1])
