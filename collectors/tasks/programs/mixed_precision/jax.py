"""One training step in mixed precision: products in bfloat16, weights and loss in float32, cast by hand."""

import jax
import jax.numpy as jnp

keys = jax.random.split(jax.random.key(0), 4)
x = jax.random.normal(keys[0], (64, 32))
y = jax.random.randint(keys[1], (64,), 0, 10)
params = [0.2 * jax.random.normal(keys[2], (32, 64)), 0.2 * jax.random.normal(keys[3], (64, 10))]


def loss_of(params):
    first, second = (weight.astype(jnp.bfloat16) for weight in params)
    logits = jax.nn.relu(x.astype(jnp.bfloat16) @ first) @ second
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits.astype(jnp.float32)), y[:, None], 1)
    return -chosen.mean(), logits


@jax.jit
def train_step(params):
    (loss, logits), gradients = jax.value_and_grad(loss_of, has_aux=True)(params)
    return loss, logits, gradients, jax.tree.map(lambda p, g: p - 0.1 * g, params, gradients)


losses = []
for step in range(20):
    loss, logits, gradients, params = train_step(params)
    losses.append(float(loss))

print(f"product {logits.dtype}, weight {params[0].dtype}, gradient {gradients[0].dtype}")
print(f"loss {losses[0]:.3f}, after 20 steps {losses[-1]:.3f}")
assert logits.dtype == jnp.bfloat16 and params[0].dtype == jnp.float32
assert losses[-1] < losses[0]
