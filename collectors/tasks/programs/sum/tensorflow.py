"""Add two numbers: eagerly, then in a graph that tf.function traces from a Python function."""

import tensorflow as tf


@tf.function
def add(a, b):
    return a + b


total = tf.constant(3.0) + tf.constant(4.5)
traced = add(tf.constant(3.0), tf.constant(4.5))

print(f"3.0 + 4.5 = {total.numpy()}, and {traced.numpy()} from the graph")
operations = [operation.type for operation in add.get_concrete_function(3.0, tf.constant(4.5)).graph.get_operations()]
print(f"operations of the graph: {', '.join(operations)}")
assert total.numpy() == traced.numpy() == 7.5
