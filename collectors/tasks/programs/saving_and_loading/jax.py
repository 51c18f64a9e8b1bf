"""Save parameters and momentum after three steps, load both elsewhere, and go on as if nothing had happened.

JAX itself has no file format: its arrays are NumPy's to save, leaf by leaf (Orbax, a package of its own, does more).
"""

import jax
import jax.numpy as jnp
import numpy as np

keys = jax.random.split(jax.random.key(0), 3)
x, y = jax.random.normal(keys[0], (32, 8)), jax.random.normal(keys[1], (32, 1))


@jax.jit
def step(state):
    def loss_of(weight):
        return jnp.mean((x @ weight + state["bias"] - y) ** 2)

    loss, gradient = jax.value_and_grad(loss_of)(state["weight"])
    velocity = 0.9 * state["velocity"] + gradient
    return loss, {**state, "weight": state["weight"] - 0.01 * velocity, "velocity": velocity}


def steps(state, count):
    losses = []
    for _ in range(count):
        loss, state = step(state)
        losses.append(float(loss))
    return losses, state


state = {"weight": jax.random.normal(keys[2], (8, 1)), "bias": jnp.zeros(1), "velocity": jnp.zeros((8, 1))}
_, state = steps(state, 3)
leaves, structure = jax.tree.flatten(state)
np.savez("checkpoint.npz", *leaves)

with np.load("checkpoint.npz") as file:
    loaded = jax.tree.unflatten(structure, [jnp.asarray(file[name]) for name in file.files])

went_on, _ = steps(state, 2)
resumed, _ = steps(loaded, 2)
print(f"next losses: {went_on} without a stop, {resumed} from the file")
assert went_on == resumed
