"""Log the loss of ten epochs for TensorBoard by a callback, and read the log back."""

import keras
import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

keras.utils.set_random_seed(0)
x = np.linspace(-1, 1, 32)[:, None]
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.1), "mse")
history = model.fit(x, 3 * x, epochs=10, verbose=0, callbacks=[keras.callbacks.TensorBoard("logs")])

log = EventAccumulator("logs/train").Reload()
read = [float(tf.make_ndarray(event.tensor_proto)) for event in log.Tensors("epoch_loss")]
print(f"read back: {', '.join(f'{value:.3f}' for value in read)}")
assert np.allclose(read, history.history["loss"])
