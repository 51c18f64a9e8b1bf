"""Add two numbers: as an operation, then as a model of two inputs."""

import numpy as np
from keras import Input, Model, layers, ops

total = ops.add(3.0, 4.5)
print(f"3.0 + 4.5 = {float(total)}")

a, b = Input((1,)), Input((1,))
model = Model([a, b], layers.Add()([a, b]))
predicted = model.predict([np.array([[3.0]]), np.array([[4.5]])], verbose=0)

print(f"and from a model: {predicted[0, 0]}")
assert float(total) == predicted[0, 0] == 7.5
