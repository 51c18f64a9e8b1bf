"""A digit read as a sequence of eight rows by an LSTM, which then names it: the cell by hand, without Keras."""

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

tf.random.set_seed(0)
digits = load_digits()
x, y = (digits.images / 16).astype("float32"), digits.target
train = tf.data.Dataset.from_tensor_slices((x[:1400], y[:1400])).shuffle(1400, seed=0).batch(64)


class Classifier(tf.Module):
    def __init__(self, units=64):
        self.units = units
        self.gates = tf.Variable(tf.random.normal((8 + units, 4 * units), stddev=0.1))
        self.bias = tf.Variable(tf.zeros(4 * units))
        self.head = tf.Variable(tf.random.normal((units, 10), stddev=0.1))

    def __call__(self, x):
        hidden = cell = tf.zeros((tf.shape(x)[0], self.units))
        for row in tf.unstack(x, axis=1):
            gates = tf.concat([row, hidden], 1) @ self.gates + self.bias
            keep, forget, new, out = tf.split(gates, 4, axis=1)
            cell = tf.sigmoid(forget + 1) * cell + tf.sigmoid(keep) * tf.tanh(new)
            hidden = tf.sigmoid(out) * tf.tanh(cell)
        return hidden @ self.head


model = Classifier()
velocities = [tf.Variable(tf.zeros_like(variable)) for variable in model.trainable_variables]


@tf.function
def train_step(batch, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(batch)))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient, velocity in zip(model.trainable_variables, gradients, velocities):
        velocity.assign(0.9 * velocity + gradient)
        variable.assign_sub(0.2 * velocity)
    return loss


for epoch in range(8):
    for batch, labels in train:
        loss = train_step(batch, labels)
    print(f"epoch {epoch + 1}: loss of the last batch {loss.numpy():.3f}")

accuracy = np.mean(tf.argmax(model(x[1400:]), 1) == y[1400:])
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.6
