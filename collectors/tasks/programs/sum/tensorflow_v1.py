"""Add two numbers as TensorFlow 1.x did: draw a graph with placeholders first, then run it in a session."""

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

a = tf.placeholder(tf.float32)
b = tf.placeholder(tf.float32)
total = a + b
print(f"before the session there is no number: {total}")

with tf.Session() as session:
    result = session.run(total, feed_dict={a: 3.0, b: 4.5})

print(f"3.0 + 4.5 = {result}")
assert result == 7.5
