"""A small convolutional network on scikit-learn's digits, padded to 28×28, without Keras."""

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

tf.random.set_seed(0)
digits = load_digits()
x = np.pad(digits.images / 16, ((0, 0), (10, 10), (10, 10))).astype("float32")[..., None]
y = digits.target
train = tf.data.Dataset.from_tensor_slices((x[:1400], y[:1400])).shuffle(1400, seed=0).batch(64)


def glorot(*shape):
    inputs, outputs = np.prod(shape[:-1]), np.prod(shape[:-2]) * shape[-1]
    limit = (6 / (inputs + outputs)) ** 0.5
    return tf.Variable(tf.random.uniform(shape, -limit, limit))


class Network(tf.Module):
    def __init__(self):
        shapes = [(3, 3, 1, 32), (3, 3, 32, 64), (1600, 64), (64, 10)]
        self.weights = [glorot(*shape) for shape in shapes]
        self.biases = [tf.Variable(tf.zeros(shape[-1])) for shape in shapes]

    def __call__(self, x):
        for weight, bias in zip(self.weights[:2], self.biases[:2]):
            x = tf.nn.relu(tf.nn.conv2d(x, weight, 1, "VALID") + bias)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.reshape(x, (-1, 1600))
        x = tf.nn.relu(x @ self.weights[2] + self.biases[2])
        return x @ self.weights[3] + self.biases[3]


class Adam:
    def __init__(self, variables, rate=3e-3):
        self.variables, self.rate, self.step = variables, rate, tf.Variable(0.0)
        self.means = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.squares = [tf.Variable(tf.zeros_like(variable)) for variable in variables]

    def apply(self, gradients):
        self.step.assign_add(1)
        for variable, gradient, mean, square in zip(self.variables, gradients, self.means, self.squares):
            mean.assign(0.9 * mean + 0.1 * gradient)
            square.assign(0.999 * square + 0.001 * gradient**2)
            mean_now, square_now = mean / (1 - 0.9**self.step), square / (1 - 0.999**self.step)
            variable.assign_sub(self.rate * mean_now / (tf.sqrt(square_now) + 1e-8))


model = Network()
optimizer = Adam(model.trainable_variables)


@tf.function
def train_step(batch, labels):
    with tf.GradientTape() as tape:
        logits = model(batch)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    optimizer.apply(tape.gradient(loss, optimizer.variables))
    return loss


for epoch in range(3):
    for batch, labels in train:
        loss = train_step(batch, labels)
    print(f"epoch {epoch + 1}: loss of the last batch {loss.numpy():.3f}")

accuracy = np.mean(tf.argmax(model(x[1400:]), 1) == y[1400:])
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.7
