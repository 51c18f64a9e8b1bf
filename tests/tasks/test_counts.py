"""Lines and names, counted on texts whose numbers are known."""

import pytest

from collectors.tasks.counts import lines_of_code, names_used

TEXT = '''"""A docstring
of two lines."""

import torch  # with a comment
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader as Loader

# a comment alone


class Net(nn.Module):
    """Another docstring."""

    def forward(self, x):
        return F.relu(
            self.layer(x)
        )


text = """not a
docstring"""
print(torch.tensor(1.0), torch.tensor(2.0).sum(), Loader, text)
'''


def test_lines_are_those_that_hold_code() -> None:
    assert lines_of_code(TEXT) == 4 + 2 + 3 + 2 + 1
    assert lines_of_code('"""Alone."""\n\n# nothing\n') == 0


def test_names_are_whole_distinct_and_of_the_framework() -> None:
    assert names_used(TEXT, ["torch"]) == [
        "torch.nn.Module",
        "torch.nn.functional.relu",
        "torch.tensor",
        "torch.utils.data.DataLoader",
    ]
    assert names_used(TEXT, ["jax"]) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import jax\nimport jax.numpy as jnp\njnp.sum(jax.grad(f)(1))", ["jax.grad", "jax.numpy.sum"]),
        ("import tensorflow.compat.v1 as tf\ntf.Session().run(x)", ["tensorflow.compat.v1.Session"]),
        ("import keras, torch\nkeras.Input((1,)).shape.rank\ntorch.x", ["keras.Input"]),
        ("import keras\n", []),
    ],
)
def test_what_an_import_binds_is_followed_and_what_a_call_gives_is_not(text: str, names: list[str]) -> None:
    assert names_used(text, ["jax", "tensorflow", "keras"]) == names


def test_a_text_that_is_no_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        names_used("def", ["torch"])
