"""log(1 + exp(x)) with a derivative of our own, which stays a number where the derived one does not."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import tensorflow as tf
from keras import ops


@ops.custom_gradient
def softplus(x):
    power = ops.exp(x)

    def backward(*args, upstream=None):
        (upstream,) = args if upstream is None else (upstream,)
        return upstream * (1 - 1 / (1 + power))

    return ops.log(1 + power), backward


def derivative(function, at):
    x = ops.convert_to_tensor(at)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return float(tape.gradient(y, x))


plain = derivative(lambda x: ops.log(1 + ops.exp(x)), 100.0)
own = derivative(softplus, 100.0)
print(f"derivative at 100: {plain} derived, {own} our own")
print(f"derivative at 0: {derivative(softplus, 0.0)}")
assert plain != plain and own == 1.0 and derivative(softplus, 0.0) == 0.5
