"""A model that repeats its layer until its output is small, in every mode of TensorFlow."""

import tensorflow as tf

weight = tf.Variable(tf.fill((4, 4), 0.125))


def repeats(x):
    depth = 0
    while tf.reduce_sum(x) > 1:
        x = x @ weight
        depth += 1
    return x, depth


modes = {
    "eager": repeats,
    "tf.function": tf.function(repeats),
    "tf.function, compiled by XLA": tf.function(repeats, jit_compile=True),
    "tf.function without AutoGraph": tf.function(repeats, autograph=False),
}
found = {}
for mode, run in modes.items():
    try:
        found[mode] = [int(run(tf.fill((1, 4), start))[1]) for start in (1.0, 100.0)]
        print(f"{mode}: depths {found[mode]}")
    except Exception as error:
        print(f"{mode}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")

assert found == {mode: [2, 9] for mode in list(modes)[:3]}
