"""A small convolutional network on scikit-learn's digits, padded to 28×28."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
digits = load_digits()
x = np.pad(digits.images / 16, ((0, 0), (10, 10), (10, 10))).astype("float32")[..., None]
y = digits.target

model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1400], y[:1400], batch_size=64, epochs=3, verbose=2)

loss, accuracy = model.evaluate(x[1400:], y[1400:], verbose=0)
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.7
