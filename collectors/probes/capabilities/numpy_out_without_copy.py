"""NumPy out without a copy: an array that lies where the tensor lies."""

from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Mode, Probe, expect

SIZE = 4096


def pytorch(mode: Mode) -> Evidence:
    """Tensor.numpy and numpy.from_dlpack, against the tensor's own address."""
    import torch

    tensor = torch.ones(SIZE) * 2
    return _shared(tensor, tensor.data_ptr(), {"Tensor.numpy": tensor.numpy, "np.from_dlpack": _by_dlpack(tensor)})


def tensorflow(mode: Mode) -> Evidence:
    """Tensor.numpy, numpy.asarray and a memoryview; the address is the one its DLPack capsule tells."""
    import tensorflow as tf

    tensor = tf.ones(SIZE) * 2
    address = _address(tf.experimental.dlpack.to_dlpack(tensor))
    ways = {"Tensor.numpy": tensor.numpy, "np.asarray": lambda: np.asarray(tensor), "memoryview": lambda: _view(tensor)}
    return _shared(tensor, address, ways)


def jax(mode: Mode) -> Evidence:
    """numpy.asarray and numpy.from_dlpack, against the array's own address."""
    from jax import numpy as jnp

    array = jnp.ones(SIZE) * 2
    ways = {"np.asarray": lambda: np.asarray(array), "np.from_dlpack": _by_dlpack(array)}
    return _shared(array, array.unsafe_buffer_pointer(), ways)


def keras(mode: Mode) -> Evidence:
    """keras.ops.convert_to_numpy and numpy.asarray, against the address the backend tells."""
    from keras import ops

    tensor = ops.multiply(ops.ones((SIZE,), "float32"), 2)
    if mode.backend == "tensorflow":
        import tensorflow as tf

        address = _address(tf.experimental.dlpack.to_dlpack(tensor))
    else:
        address = tensor.data_ptr() if mode.backend == "torch" else tensor.unsafe_buffer_pointer()
    own = {"keras.ops.convert_to_numpy": lambda: ops.convert_to_numpy(tensor)}
    return _shared(tensor, address, own | {"np.asarray": lambda: np.asarray(tensor)})


def _by_dlpack(tensor: Any) -> Any:
    return lambda: np.from_dlpack(tensor)


def _view(tensor: Any) -> Any:
    return np.frombuffer(memoryview(tensor), np.float32)


def _address(capsule: Any) -> int:
    """Read where a DLPack capsule's data lie: the first field of the structure it points to."""
    import ctypes

    point = ctypes.pythonapi.PyCapsule_GetPointer
    point.restype, point.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    structure = point(capsule, b"dltensor")
    return int(ctypes.cast(structure, ctypes.POINTER(ctypes.c_uint64))[0])


def _shared(tensor: Any, address: int, ways: dict[str, Any]) -> Evidence:
    """Compare the address of the array with the tensor's, while both are alive."""
    shares = {}
    for name, way in ways.items():
        array = way()
        if float(array[7]) != 2.0 or array.shape != (SIZE,):
            raise AssertionError(f"{name} gave another array")
        shares[name] = array.__array_interface__["data"][0] == address
    expect(any(shares.values()), f"{' and '.join(shares)} copied the tensor", shares_memory=shares)
    return {"shares_memory": shares, "bytes": SIZE * 4, "type": type(tensor).__name__}


PROBE = Probe(
    slug="numpy_out_without_copy",
    title="To NumPy without a copy",
    axis="interchange",
    question="Can a tensor in the processor's memory be read as a NumPy array without copying it?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
    any_mode="arrays go out after everything has run",
)
