"""Save variables and momentum after three steps, load both elsewhere, and go on as if nothing had happened."""

import tensorflow as tf

tf.random.set_seed(0)
x, y = tf.random.normal((32, 8)), tf.random.normal((32, 1))


class Model(tf.Module):
    def __init__(self):
        self.weight = tf.Variable(tf.random.normal((8, 1)))
        self.velocity = tf.Variable(tf.zeros((8, 1)))

    @tf.function
    def step(self):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ self.weight - y) ** 2)
        self.velocity.assign(0.9 * self.velocity + tape.gradient(loss, self.weight))
        self.weight.assign_sub(0.01 * self.velocity)
        return loss


model = Model()
for _ in range(3):
    model.step()
path = tf.train.Checkpoint(model=model).save("checkpoints/ckpt")

loaded = Model()
tf.train.Checkpoint(model=loaded).restore(path).assert_consumed()

went_on = [float(model.step()) for _ in range(2)]
resumed = [float(loaded.step()) for _ in range(2)]
print(f"next losses: {went_on} without a stop, {resumed} from the file")
assert went_on == resumed
