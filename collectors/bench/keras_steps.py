"""Keras models as steps: a forward pass as `predict` makes it, and a training step through Keras's own loop."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collectors.bench.workload import Prepared


def forward(model: Any, *arrays: NDArray[Any], call: Callable[..., Any] | None = None, **facts: str) -> Prepared:
    """Call a built model or layer without training; JAX is given the variables, as Keras's own predict step does.

    call: how the arrays go into the model where not as its positional arguments: `(model or stand-in, arrays …)`.
    """
    import keras

    inputs = tuple(keras.ops.convert_to_tensor(a) for a in arrays)
    calling = call or (lambda model, *x: model(*x))
    if keras.backend.backend() == "jax":
        variables = [[v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables)]

        def stateless(trained: Any, others: Any, *x: Any) -> Any:
            def stand_in(*x: Any, **more: Any) -> Any:
                return model.stateless_call(trained, others, *x, **more)[0]

            return calling(stand_in, *x)

        return Prepared(stateless, (*variables, *inputs), keras.ops.convert_to_numpy, facts=facts)
    step: Callable[..., Any] = lambda *x: calling(model, *x)  # noqa: E731  # the plain call
    if keras.backend.backend() == "torch":
        import torch

        step = torch.no_grad()(step)
    return Prepared(step, inputs, keras.ops.convert_to_numpy, facts=facts)


def training(
    model: Any,
    optimizer: Any,
    example: Sequence[NDArray[Any]],
    change: Callable[[list[NDArray[Any]]], NDArray[np.float64]],
    **facts: str,
) -> Prepared:
    """Train with `train_on_batch` on cross-entropy of logits and integer labels.

    example: the model's input and the labels.
    change: given the trainable weights in the model's order, the result to compare.
    """
    import keras

    traces = 0

    def loss(labels: Any, logits: Any) -> Any:
        nonlocal traces
        traces += 1  # Python runs this once per trace, and on an eager backend at every step
        return keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)

    model.compile(optimizer=optimizer, loss=loss)
    x, y = (keras.ops.convert_to_tensor(a) for a in example)
    eager = keras.backend.backend() == "torch" and not model.jit_compile

    def result(_: Any) -> NDArray[np.float64]:
        return change([keras.ops.convert_to_numpy(v.value) for v in model.trainable_variables])

    told = {
        "implementation": "keras.Model.train_on_batch",
        "model_jit_compile": str(bool(model.jit_compile)),
        "inside_the_loop": "the loss comes back as a Python number, as train_on_batch gives it",
    }
    return Prepared(model.train_on_batch, (x, y), result, facts=told | facts, graphs=lambda: 0 if eager else traces)
