"""Save a model with its optimizer after three steps, load both elsewhere, and go on as if nothing had happened."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x, y = rng.normal(size=(32, 8)), rng.normal(size=(32, 1))

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01), "mse")
for _ in range(3):
    model.train_on_batch(x, y)
model.save("model.keras")

loaded = keras.models.load_model("model.keras")

went_on = model.fit(x, y, batch_size=32, epochs=2, verbose=0).history["loss"]
resumed = loaded.fit(x, y, batch_size=32, epochs=2, verbose=0).history["loss"]
print(f"next losses: {went_on} without a stop, {resumed} from the file")
assert went_on == resumed
