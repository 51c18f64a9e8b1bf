"""Export a model to ONNX, run the file in ONNX Runtime, and compare."""

import keras
import numpy as np
import onnx
import onnxruntime
from keras import layers

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [keras.Input((16,)), layers.Dense(32, activation="relu"), layers.Dense(4, activation="softmax")]
)
x = np.random.default_rng(0).normal(size=(7, 16)).astype("float32")
expected = model.predict(x, verbose=0)
model.export("model.onnx", format="onnx", verbose=False)

onnx.checker.check_model("model.onnx")
session = onnxruntime.InferenceSession("model.onnx")
(out,) = session.run(None, {session.get_inputs()[0].name: x})
error = np.abs(out - expected).max()

print(f"operations: {', '.join(node.op_type for node in onnx.load('model.onnx').graph.node)}")
print(f"ONNX Runtime differs by at most {error:.1e}")
assert out.shape == (7, 4) and error < 1e-5
