"""In a child: the copies of a call's inputs that are taken in turn, and what of the inputs they are."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

ALL = "all inputs"
PART = "{:.0%} of the inputs' values; the step holds the rest"


def described(arguments: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Say what rotates: the bytes of one set of arguments, and their share of the values that were drawn.

    Frameworks differ in what they take as arguments: a layer keeps its weights, and those stay where they are.
    """
    arrays = {id(array): array for array in _arrays(arguments)}.values()
    values = sum(math.prod(array.shape) for array in arrays)
    drawn = sum(math.prod(array.shape) for array in inputs.values())
    return {
        "bytes_of_a_set": sum(math.prod(array.shape) * _item_bytes(array) for array in arrays),
        "rotated": ALL if values >= drawn else PART.format(values / drawn),
    }


def calling(wrapped: Callable[..., Any], sets: Sequence[Sequence[Any]], state: Any) -> Callable[[], Any]:
    """Give a call without arguments, which passes the next of `sets` each time, and the state before them if any."""
    turns = cycle(sets)
    if state is None:
        return lambda: wrapped(*next(turns))

    def carry() -> Any:
        nonlocal state
        state = wrapped(state, *next(turns))
        return state

    return carry


def _arrays(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _arrays(item)
    elif hasattr(value, "shape") and hasattr(value, "dtype"):
        yield value


def _item_bytes(array: Any) -> int:
    """Give an element's bytes; TensorFlow's types call it `size`."""
    kind = array.dtype
    return int(kind.itemsize if hasattr(kind, "itemsize") else kind.size)
