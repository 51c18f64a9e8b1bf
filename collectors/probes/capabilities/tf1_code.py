"""Code for TensorFlow 1: a placeholder, a session and an optimiser under tf.compat.v1."""

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

OTHER = Gap("never ran code written for TensorFlow 1")


def tensorflow(mode: Mode) -> Evidence:
    """The two lines that the migration guide asks for, then code as it was written in 2017."""
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    left, right = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    total = left + right
    weight = tf.get_variable("weight", initializer=4.0)
    train = tf.train.GradientDescentOptimizer(0.25).minimize(tf.square(weight))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        added = float(session.run(total, feed_dict={left: 3.0, right: 4.5}))
        session.run(train)
        stepped = float(session.run(weight))
    return _ran(added, stepped)


def _ran(added: float, stepped: float) -> Evidence:
    """3 + 4.5, and 4 - 0.25 · 2 · 4."""
    seen = {"sum": added, "weight": stepped}
    expect(added == 7.5, f"3 + 4.5 came out as {added:g}", **seen)
    expect(stepped == 2.0, f"after one step the weight is {stepped:g}, not 2", **seen)
    return seen


PROBE = Probe(
    slug="tf1_code",
    title="Code written for TensorFlow 1",
    axis="compatibility",
    question="Does code with a placeholder, a session and an optimiser still run under tf.compat.v1?",
    sides={"tensorflow": tensorflow, "pytorch": OTHER, "jax": OTHER, "keras": OTHER},
    any_mode="a session runs a graph, and knows no other mode",
    fresh=True,
)
