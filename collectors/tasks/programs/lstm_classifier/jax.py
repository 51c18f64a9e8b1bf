"""A digit read as a sequence of eight rows by an LSTM, which then names it: the cell by hand, the loop by lax.scan."""

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
x, y = (digits.images / 16).astype("float32"), digits.target

UNITS = 64
gates_key, head_key = jax.random.split(jax.random.key(0))
params = {
    "gates": 0.1 * jax.random.normal(gates_key, (8 + UNITS, 4 * UNITS)),
    "bias": jnp.zeros(4 * UNITS),
    "head": 0.1 * jax.random.normal(head_key, (UNITS, 10)),
}


def classify(params, rows):
    def step(carry, row):
        hidden, cell = carry
        gates = jnp.concatenate([row, hidden]) @ params["gates"] + params["bias"]
        keep, forget, new, out = jnp.split(gates, 4)
        cell = jax.nn.sigmoid(forget + 1) * cell + jax.nn.sigmoid(keep) * jnp.tanh(new)
        hidden = jax.nn.sigmoid(out) * jnp.tanh(cell)
        return (hidden, cell), None

    (hidden, _), _ = jax.lax.scan(step, (jnp.zeros(UNITS), jnp.zeros(UNITS)), rows)
    return hidden @ params["head"]


classify_all = jax.vmap(classify, in_axes=(None, 0))


def loss_of(params, x, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(classify_all(params, x)), y[:, None], 1))


@jax.jit
def train_step(params, velocity, x, y):
    loss, gradients = jax.value_and_grad(loss_of)(params, x, y)
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, gradients)
    return loss, jax.tree.map(lambda p, v: p - 0.2 * v, params, velocity), velocity


velocity = jax.tree.map(jnp.zeros_like, params)
rng = np.random.default_rng(0)
for epoch in range(8):
    for batch in np.split(rng.permutation(1400)[: 64 * 21], 21):
        loss, params, velocity = train_step(params, velocity, x[batch], y[batch])
    print(f"epoch {epoch + 1}: loss of the last batch {loss:.3f}")

accuracy = jnp.mean(classify_all(params, x[1400:]).argmax(1) == y[1400:])
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.6
