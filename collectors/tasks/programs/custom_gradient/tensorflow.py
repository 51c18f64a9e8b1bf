"""log(1 + exp(x)) with a derivative of our own, which stays a number where the derived one does not."""

import tensorflow as tf


@tf.custom_gradient
def softplus(x):
    power = tf.exp(x)

    def backward(upstream):
        return upstream * (1 - 1 / (1 + power))

    return tf.math.log(1 + power), backward


def derivative(function, at):
    x = tf.constant(at)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return float(tape.gradient(y, x))


plain = derivative(lambda x: tf.math.log(1 + tf.exp(x)), 100.0)
own = derivative(softplus, 100.0)
print(f"derivative at 100: {plain} derived, {own} our own")
print(f"derivative at 0: {derivative(softplus, 0.0)}")
assert plain != plain and own == 1.0 and derivative(softplus, 0.0) == 0.5
