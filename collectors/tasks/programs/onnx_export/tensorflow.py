"""Export a function to ONNX by tf2onnx, run the file in ONNX Runtime, and compare."""

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx

tf.random.set_seed(0)
first, second = tf.Variable(tf.random.normal((16, 32))), tf.Variable(tf.random.normal((32, 4)))


@tf.function
def model(x):
    return tf.nn.softmax(tf.nn.relu(x @ first) @ second)


signature = [tf.TensorSpec((None, 16), tf.float32, name="x")]
tf2onnx.convert.from_function(model, signature, output_path="model.onnx")

onnx.checker.check_model("model.onnx")
session = onnxruntime.InferenceSession("model.onnx")
x = tf.random.normal((7, 16))
(out,) = session.run(None, {"x": x.numpy()})
error = np.abs(out - model(x).numpy()).max()

print(f"operations: {', '.join(node.op_type for node in onnx.load('model.onnx').graph.node)}")
print(f"ONNX Runtime differs by at most {error:.1e}")
assert out.shape == (7, 4) and error < 1e-5
