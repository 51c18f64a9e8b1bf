"""One training step in mixed precision: products in bfloat16, weights and loss in float32, cast by hand.

Without Keras, TensorFlow 2 has no switch that does it.
"""

import tensorflow as tf

tf.random.set_seed(0)
x = tf.random.normal((64, 32))
y = tf.random.uniform((64,), maxval=10, dtype=tf.int32)
weights = [tf.Variable(tf.random.normal((32, 64), stddev=0.2)), tf.Variable(tf.random.normal((64, 10), stddev=0.2))]


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        first, second = (tf.cast(weight, tf.bfloat16) for weight in weights)
        logits = tf.nn.relu(tf.cast(x, tf.bfloat16) @ first) @ second
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.cast(logits, tf.float32)))
    gradients = tape.gradient(loss, weights)
    for weight, gradient in zip(weights, gradients):
        weight.assign_sub(0.1 * gradient)
    return loss, logits, gradients[0]


losses = []
for step in range(20):
    loss, logits, gradient = train_step()
    losses.append(loss.numpy())

print(f"product {logits.dtype.name}, weight {weights[0].dtype.name}, gradient {gradient.dtype.name}")
print(f"loss {losses[0]:.3f}, after 20 steps {losses[-1]:.3f}")
assert logits.dtype == tf.bfloat16 and weights[0].dtype == tf.float32
assert losses[-1] < losses[0]
