"""Training in mixed precision: products in bfloat16, weights and loss in float32."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
keras.config.set_dtype_policy("mixed_bfloat16")
rng = np.random.default_rng(0)
x, y = rng.normal(size=(64, 32)).astype("float32"), rng.integers(0, 10, 64)

hidden = layers.Dense(64, activation="relu")
model = keras.Sequential([keras.Input((32,)), hidden, layers.Dense(10), layers.Activation("softmax", dtype="float32")])
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
losses = model.fit(x, y, batch_size=64, epochs=20, verbose=0).history["loss"]

product = keras.backend.standardize_dtype(hidden(x).dtype)
print(f"product {product}, weight {hidden.kernel.dtype}")
print(f"loss {losses[0]:.3f}, after 20 steps {losses[-1]:.3f}")
assert product == "bfloat16" and hidden.kernel.dtype == "float32"
assert losses[-1] < losses[0]
