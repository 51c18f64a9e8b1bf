"""Log the loss of ten steps for TensorBoard, and read the log back: JAX has no writer of its own, TensorBoard has."""

import jax
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

loss_and_gradient = jax.jit(jax.value_and_grad(lambda x: x**2))
x, losses = 4.0, []
writer = EventFileWriter("logs")
for step in range(10):
    loss, gradient = loss_and_gradient(x)
    x -= 0.1 * gradient
    losses.append(float(loss))
    summary = Summary(value=[Summary.Value(tag="loss", simple_value=losses[-1])])
    writer.add_event(Event(step=step, summary=summary))
writer.close()

log = EventAccumulator("logs").Reload()
read = [event.value for event in log.Scalars("loss")]
print(f"read back: {', '.join(f'{value:.3f}' for value in read)}")
assert read == losses
