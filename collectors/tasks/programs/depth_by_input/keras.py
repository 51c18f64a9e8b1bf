"""A model that repeats its layer until its output is small: by Python's loop and by Keras's, in every mode."""

import keras
import numpy as np
from keras import layers, ops


class ByPython(keras.Model):
    def __init__(self):
        super().__init__()
        self.layer = layers.Dense(4, use_bias=False, kernel_initializer=keras.initializers.Constant(0.125))

    def call(self, x):
        depth = 0
        while ops.sum(x) > 1:
            x = self.layer(x)
            depth += 1
        return ops.reshape(ops.cast(depth, "int32"), (1,))


class ByKeras(ByPython):
    def build(self, shape):
        self.layer.build(shape)

    def call(self, x):
        _, depth = ops.while_loop(
            lambda x, depth: ops.sum(x) > 1, lambda x, depth: (self.layer(x), depth + 1), (x, ops.cast(0, "int32"))
        )
        return ops.reshape(depth, (1,))


found = {}
for kind in (ByPython, ByKeras):
    for mode, how in {"eager": {"run_eagerly": True}, "compiled": {}, "XLA": {"jit_compile": True}}.items():
        name = f"{kind.__name__}, {mode}"
        try:
            model = kind()
            model.compile(**how)
            found[name] = [int(model.predict(np.full((1, 4), x, "float32"), verbose=0)[0]) for x in (1.0, 100.0)]
            print(f"{name}: depths {found[name]}")
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")

assert all(depths == [2, 9] for depths in found.values())
assert {"ByPython, eager", "ByKeras, eager", "ByKeras, compiled"} <= set(found)
