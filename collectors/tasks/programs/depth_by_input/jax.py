"""A model that repeats its layer until its output is small: by Python's loop and by JAX's, in every mode."""

import jax
import jax.numpy as jnp
from jax import lax

weight = jnp.full((4, 4), 0.125)


def by_python(x):
    depth = 0
    while x.sum() > 1:
        x = x @ weight
        depth += 1
    return x.sum(), depth


def by_lax(x):
    x, depth = lax.while_loop(lambda c: c[0].sum() > 1, lambda c: (c[0] @ weight, c[1] + 1), (x, 0))
    return x.sum(), depth


modes = {
    "Python's loop, eager": by_python,
    "Python's loop, jit": jax.jit(by_python),
    "Python's loop, grad": lambda x: (jax.grad(by_python, has_aux=True)(x)[1],) * 2,
    "lax.while_loop, eager": by_lax,
    "lax.while_loop, jit": jax.jit(by_lax),
    "lax.while_loop, grad": lambda x: (jax.grad(by_lax, has_aux=True)(x)[1],) * 2,
}
found = {}
for mode, run in modes.items():
    try:
        found[mode] = [int(run(jnp.full((1, 4), start))[1]) for start in (1.0, 100.0)]
        print(f"{mode}: depths {found[mode]}")
    except Exception as error:
        print(f"{mode}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")

assert all(depths == [2, 9] for depths in found.values())
assert set(modes) - set(found) == {"Python's loop, jit", "lax.while_loop, grad"}
