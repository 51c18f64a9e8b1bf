"""A digit read as a sequence of eight rows by an LSTM, which then names it."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
digits = load_digits()
x, y = (digits.images / 16).astype("float32"), digits.target

model = keras.Sequential([keras.Input((8, 8)), layers.LSTM(64), layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1400], y[:1400], batch_size=64, epochs=5, verbose=2)

loss, accuracy = model.evaluate(x[1400:], y[1400:], verbose=0)
print(f"accuracy on {len(x) - 1400} digits that it has not seen: {accuracy:.3f}")
assert accuracy > 0.6
