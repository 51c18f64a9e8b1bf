"""A small convolutional network on scikit-learn's digits, padded to 28×28, in JAX alone."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from sklearn.datasets import load_digits

digits = load_digits()
x = np.pad(digits.images / 16, ((0, 0), (10, 10), (10, 10))).astype("float32")[..., None]
y = digits.target

shapes = [(3, 3, 1, 32), (3, 3, 32, 64), (1600, 64), (64, 10)]
initial = jax.nn.initializers.glorot_uniform()
keys = jax.random.split(jax.random.key(0), len(shapes))
params = [(initial(key, shape), jnp.zeros(shape[-1])) for key, shape in zip(keys, shapes)]


def network(params, x):
    for weight, bias in params[:2]:
        x = lax.conv_general_dilated(x, weight, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = jax.nn.relu(x + bias)
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = x.reshape(len(x), -1)
    (weight, bias), (last_weight, last_bias) = params[2:]
    return jax.nn.relu(x @ weight + bias) @ last_weight + last_bias


def loss_of(params, x, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(network(params, x)), y[:, None], 1))


def adam(param, gradient, mean, square, step, rate=3e-3):
    mean = 0.9 * mean + 0.1 * gradient
    square = 0.999 * square + 0.001 * gradient**2
    change = mean / (1 - 0.9**step) / (jnp.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return param - rate * change, mean, square


@jax.jit
def train_step(params, means, squares, step, x, y):
    loss, gradients = jax.value_and_grad(loss_of)(params, x, y)
    updated = jax.tree.map(lambda *leaves: adam(*leaves, step), params, gradients, means, squares)
    params, means, squares = jax.tree.transpose(jax.tree.structure(params), None, updated)
    return loss, params, means, squares


means = squares = jax.tree.map(jnp.zeros_like, params)
rng, step = np.random.default_rng(0), 0
for epoch in range(3):
    for batch in np.split(rng.permutation(1400)[: 64 * 21], 21):
        step += 1
        loss, params, means, squares = train_step(params, means, squares, step, x[batch], y[batch])
    print(f"epoch {epoch + 1}: loss of the last batch {loss:.3f}")

accuracy = jnp.mean(network(params, x[1400:]).argmax(1) == y[1400:])
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.7
