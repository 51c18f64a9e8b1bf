"""Log the loss of ten steps for TensorBoard, and read the log back."""

import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

x = tf.Variable(4.0)
losses = []
writer = tf.summary.create_file_writer("logs")
with writer.as_default():
    for step in range(10):
        with tf.GradientTape() as tape:
            loss = x**2
        x.assign_sub(0.1 * tape.gradient(loss, x))
        losses.append(float(loss))
        tf.summary.scalar("loss", loss, step)
writer.close()

log = EventAccumulator("logs").Reload()
read = [float(tf.make_ndarray(event.tensor_proto)) for event in log.Tensors("loss")]
print(f"read back: {', '.join(f'{value:.3f}' for value in read)}")
assert read == losses
