"""Random numbers by a seed: the same again, and others for another seed."""

from typing import Any

from collectors.probes.model import Evidence, Mode, Probe, cannot, expect

COUNT = 5


def pytorch(mode: Mode) -> Evidence:
    """torch.manual_seed before a call in this mode."""
    import torch

    draw = mode.wrap(lambda: torch.randn(COUNT))

    def drawn(seed: int) -> Any:
        torch.manual_seed(seed)
        return draw()

    evidence = _repeats(lambda seed: drawn(seed).tolist())
    torch.manual_seed(1)
    same = torch.randn(COUNT).tolist() == evidence["first"]
    return {**evidence, "same_as_eager": same}


def tensorflow(mode: Mode) -> Evidence:
    """tf.random.Generator, made from a seed outside of the call in this mode."""
    import tensorflow as tf

    def drawn(seed: int) -> Any:
        generator = tf.random.Generator.from_seed(seed)
        return mode.wrap(lambda: generator.normal((COUNT,)))().numpy().tolist()

    evidence = _repeats(drawn)
    same = tf.random.Generator.from_seed(1).normal((COUNT,)).numpy().tolist() == evidence["first"]
    return {**evidence, "same_as_eager": same}


def jax(mode: Mode) -> Evidence:
    """jax.random.key goes in; nothing is kept between calls."""
    import jax

    draw = mode.wrap(lambda key: jax.random.normal(key, (COUNT,)))
    evidence = _repeats(lambda seed: draw(jax.random.key(seed)).tolist())
    return {**evidence, "same_as_eager": jax.random.normal(jax.random.key(1), (COUNT,)).tolist() == evidence["first"]}


def keras(mode: Mode) -> Evidence:
    """keras.random.normal with a seed of its own, which draws the same at each call; on torch with fullgraph=True."""
    import keras

    def drawn(seed: int) -> Any:
        draw = _wrapped(mode, lambda: keras.random.normal((COUNT,), seed=seed))
        return keras.ops.convert_to_numpy(draw()).tolist()

    with cannot(*_refusals(mode), saying="torch.compiler.disable"):
        evidence = _repeats(drawn)
    same = keras.ops.convert_to_numpy(keras.random.normal((COUNT,), seed=1)).tolist() == evidence["first"]
    return {**evidence, "same_as_eager": same}


def _wrapped(mode: Mode, draw: Any) -> Any:
    """Keras keeps its generator out of Dynamo's graphs, which without `fullgraph` is left to Python unsaid."""
    if mode.eager or mode.backend != "torch":
        return mode.wrap(draw)
    import torch

    return torch.compile(draw, fullgraph=True)


def _refusals(mode: Mode) -> tuple[type[BaseException], ...]:
    if mode.backend != "torch":
        return ()
    import torch

    return (torch._dynamo.exc.Unsupported,)


def _repeats(drawn: Any) -> dict[str, Any]:
    first, again, other = drawn(1), drawn(1), drawn(2)
    expect(len(set(first)) == COUNT, f"the numbers are not random: {first}", first=first)
    expect(first == again, "the same seed gave other numbers", first=first, again=again)
    expect(first != other, "another seed gave the same numbers", first=first, other=other)
    return {"first": first}


PROBE = Probe(
    slug="reproducible_random_numbers",
    title="Random numbers by a seed",
    axis="reproducibility",
    question="Does a seed give the same random numbers again in this mode, and another seed others?",
    sides={"pytorch": pytorch, "tensorflow": tensorflow, "jax": jax, "keras": keras},
)
