"""Training step of a small language model: two causal transformer blocks, forward, backward and AdamW."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench import training, transformer
from collectors.bench.autodiff import Value
from collectors.bench.keras_steps import training as keras_training
from collectors.bench.workload import Arrays, Gap, Prepared, Shape, Workload

WORDS, BLOCKS = 256, 2
OPTIMISER = training.Adam(decay=0.01)
FACTS = {"layout": "batch, time, width", "heads": f"of {transformer.HEAD}"}

SPARSE = Gap(
    "Keras (seen in 3.15) on TensorFlow keeps an embedding's gradient sparse, and squares what each occurrence of a "
    "word adds before it sums them: where a word occurs twice its Adam is another than everybody else's"
)


def inputs(shape: Shape, rng: np.random.Generator) -> Arrays:
    """Draw tokens x (batch, time), the tokens to foretell y (batch · time,), and the parameters."""
    batch, time, width = _size(shape)
    arrays: dict[str, NDArray[Any]] = {
        "x": rng.integers(0, WORDS, (batch, time)).astype(np.int64),
        "y": rng.integers(0, WORDS, batch * time).astype(np.int64),
        "words": rng.standard_normal((WORDS, width), dtype=np.float32),
        "places": rng.standard_normal((time, width), dtype=np.float32) * np.float32(0.1),
    }
    for number in range(BLOCKS):
        arrays |= transformer.weights(width, f"{number}.", rng)
    arrays["norm_scale"] = 1 + rng.standard_normal(width, dtype=np.float32) * np.float32(0.1)
    arrays["norm_shift"] = rng.standard_normal(width, dtype=np.float32) * np.float32(0.1)
    arrays["head"] = rng.standard_normal((width, WORDS), dtype=np.float32) * np.float32(width**-0.5)
    return arrays


def _names(arrays: Arrays) -> list[str]:
    return [name for name in arrays if name not in ("x", "y")]


def _forward(p: Any, embedded: Any, use: transformer.Operations) -> Any:
    x = embedded + p["places"]
    for number in range(BLOCKS):
        x = transformer.block(p, x, use, f"{number}.", causal=True)
    return use.norm(x, p["norm_scale"], p["norm_shift"]) @ p["head"]


def reference(arrays: Arrays) -> NDArray[np.float64]:
    """Train three steps in float64 and give the change of every parameter."""
    use = transformer.float64()

    def forward(p: Any, x: NDArray[Any]) -> Value:
        logits: Value = _forward(p, p["words"][x], use)
        return logits.reshape(x.size, WORDS)

    return training.reference(arrays, _names(arrays), forward, OPTIMISER)


def pytorch(arrays: Arrays, device: str) -> Prepared:
    """torch.nn.functional and torch.optim.AdamW."""
    import torch
    from torch.nn.functional import embedding

    names, use = _names(arrays), transformer.pytorch()
    p = {n: torch.from_numpy(arrays[n].copy()).to(device).requires_grad_() for n in names}

    def forward(x: Any) -> Any:
        return _forward(p, embedding(x, p["words"]), use).view(-1, WORDS)

    def result(_: Any) -> NDArray[Any]:
        return training.change(arrays, {n: a.detach().cpu().numpy() for n, a in p.items()}, names)

    x, y = (torch.from_numpy(arrays[n]).to(device) for n in ("x", "y"))
    return training.pytorch(forward, list(p.values()), OPTIMISER, x, y, result, **FACTS)


def tensorflow(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # a visible GPU is used by itself
    """tf.nn and a gradient tape."""
    import tensorflow as tf

    names, use = _names(arrays), transformer.tensorflow()

    def forward(p: Any, x: Any) -> Any:
        return tf.reshape(_forward(p, tf.nn.embedding_lookup(p["words"], x), use), (-1, WORDS))

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, names)

    p = {n: arrays[n] for n in names}
    return training.tensorflow(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, **FACTS)


def jax(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the platform was chosen at start
    """jax.nn and jax.value_and_grad."""
    names, use = _names(arrays), transformer.jax()

    def forward(p: Any, x: Any, carried: Any) -> Any:
        return _forward(p, p["words"][x], use).reshape(-1, WORDS), carried

    def result(after: Any) -> NDArray[Any]:
        return training.change(arrays, after, names)

    p = {n: arrays[n] for n in names}
    return training.jax(forward, p, OPTIMISER, arrays["x"], arrays["y"], result, **FACTS)


def keras(arrays: Arrays, device: str) -> Prepared:  # noqa: ARG001  # the backend takes a visible GPU by itself
    """keras.layers and keras.optimizers.AdamW, through train_on_batch."""
    import keras
    from keras import layers

    class Places(layers.Layer):  # type: ignore[misc]  # Keras is not typed
        """Adds what is learnt of each place."""

        def build(self, shape: Any) -> None:
            self.places = self.add_weight(shape[1:], name="places")

        def call(self, x: Any) -> Any:
            return x + self.places

    time, width = arrays["places"].shape
    tokens = keras.Input((time,), dtype="int32")
    x = Places()(layers.Embedding(WORDS, width)(tokens))
    for _ in range(BLOCKS):
        x = transformer.keras_block(x, causal=True)
    x = layers.Dense(WORDS, use_bias=False)(layers.LayerNormalization(epsilon=transformer.EPSILON)(x))
    model = keras.Model(tokens, x)
    order = ["words", "places", *(f"{b}.{n}" for b in range(BLOCKS) for n in transformer.KERAS_ORDER)]
    order += ["norm_scale", "norm_shift", "head"]
    blocks = [w for b in range(BLOCKS) for w in transformer.keras_weights(arrays, f"{b}.")]
    model.set_weights([arrays["words"], arrays["places"], *blocks, *(arrays[n] for n in order[-3:])])

    def change(after: list[NDArray[Any]]) -> NDArray[np.float64]:
        flat = {n: a.reshape(arrays[n].shape) for n, a in zip(order, after, strict=True)}
        return training.change(arrays, flat, _names(arrays))

    example = (arrays["x"].astype(np.int32), arrays["y"].reshape(arrays["x"].shape))
    return keras_training(model, training.keras_optimiser(OPTIMISER), example, change, **FACTS)


def _size(shape: Shape) -> tuple[int, int, int]:
    return shape["batch"], shape["time"], shape["width"]


def _parameters(shape: Shape) -> int:
    _, time, width = _size(shape)
    return BLOCKS * transformer.parameters(width) + width * (2 * WORDS + time + 2)


def _flops(shape: Shape) -> int:
    """Count products, forward, by weight and by input; attention in full, though half of it is masked."""
    batch, time, width = _size(shape)
    return 3 * (BLOCKS * transformer.product_flops(batch, time, width) + 2 * batch * time * width * WORDS)


def _memory(shape: Shape) -> int:
    """Count activations and some of their derivatives in float64, and the parameters ten times."""
    batch, time, width = _size(shape)
    one = transformer.activations(batch, time, width)
    return 16 * (BLOCKS * one + 4 * batch * time * (WORDS + width)) + 80 * _parameters(shape) + 400_000


WORKLOAD = Workload(
    slug="transformer_train_step",
    title="Training step of a small transformer",
    category="training step",
    sizes={
        "tiny": {"batch": 2, "time": 6, "width": 64},
        "small": {"batch": 4, "time": 64, "width": 128},
        "medium": {"batch": 8, "time": 128, "width": 256},
        "large": {"batch": 8, "time": 512, "width": 768},
    },
    default_size="small",
    seed=28,
    inputs=inputs,
    reference=reference,
    flops=_flops,
    # tokens read once; parameters and both moments read and written once
    bytes_moved=lambda shape: 16 * shape["batch"] * shape["time"] + 24 * _parameters(shape),
    # Adam divides by the root of the second moment: where a gradient is all rounding, so is its whole update.
    tolerance={"float32": 5e-3, "tf32": 1e-1},
    frameworks={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": keras,
        "numpy": training.NUMPY_GAP,
    },
    check_calls=training.STEPS,
    memory=_memory,
    gaps={"keras.tensorflow": SPARSE},
)
