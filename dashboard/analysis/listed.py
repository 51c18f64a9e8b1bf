"""Names in a row, joined as the reader's language joins them: PyTorch and Keras."""

from collections.abc import Iterable
from functools import reduce

from language.words import _p


def anded(names: Iterable[str]) -> str:
    """At least one name, joined by "and": PyTorch and Keras and JAX."""
    return reduce(lambda left, right: _p("names", "{a} and {b}", a=left, b=right), names)


def commas(names: Iterable[str]) -> str:
    """At least one name, joined by commas: PyTorch, Keras, JAX."""
    return reduce(lambda left, right: _p("list", "{a}, {b}", a=left, b=right), names)


def semicolons(clauses: Iterable[str]) -> str:
    """At least one clause, joined by semicolons."""
    return reduce(lambda left, right: _p("list", "{a}; {b}", a=left, b=right), clauses)
