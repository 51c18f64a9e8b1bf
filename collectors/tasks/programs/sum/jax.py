"""Add two numbers: as NumPy would, then compiled, with the program that is compiled."""

import jax
import jax.numpy as jnp


def add(a, b):
    return a + b


a, b = jnp.float32(3.0), jnp.float32(4.5)
total = add(a, b)
compiled = jax.jit(add)(a, b)

print(f"{a} + {b} = {total}, and {compiled} compiled")
print(jax.make_jaxpr(add)(a, b))
assert total == compiled == 7.5
