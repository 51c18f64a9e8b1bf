"""The columns of the matrix: each framework, and Keras once on each backend, with their execution modes."""

import os
from dataclasses import dataclass, replace

from collectors.bench.variants import VARIANTS, Availability, Variant, availability, settings, without_home

MODES = {
    "pytorch": {"eager": "the function as it is", "compile": "`torch.compile`"},
    "tensorflow": {
        "eager": "the function as it is",
        "function": "`tf.function`",
        "xla": "`tf.function` with `jit_compile=True`",
    },
    "keras": {
        "eager": "the function as it is; a model with `run_eagerly=True`",
        "compiled": "what Keras compiles with on its backend: `tf.function`, `jax.jit` or `torch.compile`",
    },
    "jax": {"eager": "the function as it is", "jit": "`jax.jit`"},
}
"""What each mode does with a function, by framework."""


@dataclass(frozen=True)
class Target:
    """A system that is probed.

    slug: as results name it: `pytorch`, `keras.torch`.
    backend: the framework that Keras runs on; empty for the others.
    modes: the execution modes it has.
    variant: the variant of the benchmarks by which it is found here, with interpreter and version.
    """

    slug: str
    framework: str
    backend: str
    modes: tuple[str, ...]
    variant: Variant

    @property
    def backend_variant(self) -> Variant | None:
        """The variant by which Keras's backend is found, with the interpreter of Keras; None for the others."""
        found = next((each for each in VARIANTS if each.module == self.backend), None)
        return found and replace(found, framework=self.framework)

    def availability(self) -> Availability:
        """Say whether it is installed here, without importing it."""
        return availability(self.variant)

    def chosen_by(self) -> str:
        """The setting that names its interpreter, as a command line takes it; empty where it is this interpreter."""
        named = next((name for name in settings(self.variant) if os.environ.get(name)), None)
        return f"{named}={without_home(os.environ[named])}" if named else ""

    def backend_version(self) -> str:
        """The version of Keras's backend as installed here; empty for the others, and where it is not."""
        return (availability(self.backend_variant).version or "") if self.backend_variant else ""


def _target(slug: str, variant: str) -> Target:
    found = next(each for each in VARIANTS if each.slug == variant)
    return Target(slug, found.framework, found.backend, tuple(MODES[found.framework]), found)


TARGETS: tuple[Target, ...] = (
    _target("pytorch", "torch.eager"),
    _target("tensorflow", "tensorflow.eager"),
    _target("jax", "jax.jit"),
    _target("keras.tensorflow", "keras.tensorflow"),
    _target("keras.torch", "keras.torch"),
    _target("keras.jax", "keras.jax"),
)
