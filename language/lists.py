"""Several things in one sentence, with the signs that the reader's language sets between them."""

from collections.abc import Iterable
from functools import reduce

from language.words import _p


def commas(names: Iterable[str]) -> str:
    """Names one after another: PyTorch, Keras, JAX."""
    told = list(names)
    return reduce(lambda left, right: _p("list", "{a}, {b}", a=left, b=right), told) if told else ""


def clauses(parts: Iterable[str]) -> str:
    """Parts of one line that have a verb of their own: matmul, round 3, 40 s left. What is empty is left out."""
    told = [part for part in parts if part]
    return reduce(lambda left, right: _p("clauses", "{a}, {b}", a=left, b=right), told) if told else ""


def semicolons(parts: Iterable[str]) -> str:
    """Longer pieces one after another: one that has, commas; another. What is empty is left out."""
    told = [part for part in parts if part]
    return reduce(lambda left, right: _p("list", "{a}; {b}", a=left, b=right), told) if told else ""


def anded(names: Iterable[str]) -> str:
    """Names joined by "and": PyTorch and Keras and JAX."""
    told = list(names)
    return reduce(lambda left, right: _p("names", "{a} and {b}", a=left, b=right), told) if told else ""


def either(names: Iterable[str]) -> str:
    """Names of which one is meant: PyTorch, Keras or JAX."""
    *before, last = names
    return _p("names", "{a} or {b}", a=commas(before), b=last) if before else last


def colon(head: str, says: str) -> str:
    """A head and what there is to say of it: PyTorch: 42."""
    return _p("list", "{a}: {b}", a=head, b=says)


def sentences(told: Iterable[str]) -> str:
    """Whole sentences one after another; what is empty is left out."""
    said = [one for one in told if one]
    return reduce(lambda left, right: _p("sentences", "{a} {b}", a=left, b=right), said) if said else ""


def aside(text: str, more: str) -> str:
    """A text with what is said aside of it: papers (NeurIPS)."""
    return _p("list", "{a} ({b})", a=text, b=more)
