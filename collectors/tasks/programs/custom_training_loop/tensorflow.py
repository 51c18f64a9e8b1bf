"""A training loop by hand: a line is fitted, its gradient cut at a length of 1, and the best step kept."""

import tensorflow as tf

x = tf.linspace(-1.0, 1.0, 64)
y = 3 * x + 2
slope, offset = tf.Variable(0.0), tf.Variable(0.0)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((slope * x + offset - y) ** 2)
    gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, [slope, offset]), 1.0)
    slope.assign_sub(0.2 * gradients[0])
    offset.assign_sub(0.2 * gradients[1])
    return loss


best = float("inf")
for step in range(150):
    loss = train_step().numpy()
    if loss < best:
        best, kept = loss, (slope.numpy(), offset.numpy())
    if step % 50 == 0:
        print(f"step {step}: loss {loss:.4f}")

print(f"y = {kept[0]:.3f} x + {kept[1]:.3f}")
assert abs(kept[0] - 3) < 0.01 and abs(kept[1] - 2) < 0.01
