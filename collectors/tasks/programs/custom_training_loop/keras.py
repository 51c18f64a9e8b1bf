"""A training loop by hand, on Keras's TensorFlow backend: a line is fitted, its gradient cut at a length of 1."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
x = tf.linspace(-1.0, 1.0, 64)[:, None]
y = 3 * x + 2

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
loss_of = keras.losses.MeanSquaredError()
optimizer = keras.optimizers.SGD(0.2, global_clipnorm=1.0)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    return loss


best = float("inf")
for step in range(150):
    loss = float(train_step())
    if loss < best:
        best, kept = loss, model.get_weights()
    if step % 50 == 0:
        print(f"step {step}: loss {loss:.4f}")

slope, offset = kept[0][0, 0], kept[1][0]
print(f"y = {slope:.3f} x + {offset:.3f}")
assert abs(slope - 3) < 0.01 and abs(offset - 2) < 0.01
