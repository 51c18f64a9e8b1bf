"""A training loop by hand: a line is fitted, its gradient cut at a length of 1, and the best step kept."""

import jax
import jax.numpy as jnp

x = jnp.linspace(-1, 1, 64)
y = 3 * x + 2
params = {"slope": 0.0, "offset": 0.0}


def loss_of(params):
    return jnp.mean((params["slope"] * x + params["offset"] - y) ** 2)


@jax.jit
def train_step(params):
    loss, gradients = jax.value_and_grad(loss_of)(params)
    length = jnp.sqrt(sum(gradient**2 for gradient in jax.tree.leaves(gradients)))
    scale = jnp.minimum(1, 1 / (length + 1e-6))
    return loss, jax.tree.map(lambda p, g: p - 0.2 * scale * g, params, gradients)


best = float("inf")
for step in range(150):
    loss, params = train_step(params)
    if loss < best:
        best, kept = loss, params
    if step % 50 == 0:
        print(f"step {step}: loss {loss:.4f}")

print(f"y = {kept['slope']:.3f} x + {kept['offset']:.3f}")
assert abs(kept["slope"] - 3) < 0.01 and abs(kept["offset"] - 2) < 0.01
