"""Several things in one sentence, with the signs that the reader's language sets between them."""

from collections.abc import Iterable
from functools import reduce

from language.words import _p


def commas(parts: Iterable[str]) -> str:
    """One, two, three; empty where there is nothing."""
    told = list(parts)
    return reduce(lambda left, right: _p("list", "{a}, {b}", a=left, b=right), told) if told else ""


def clauses(parts: Iterable[str]) -> str:
    """The same for what has a verb of its own."""
    told = list(parts)
    return reduce(lambda left, right: _p("clauses", "{a}, {b}", a=left, b=right), told) if told else ""


def semicolons(parts: Iterable[str]) -> str:
    """One; two; three; empty where there is nothing."""
    told = list(parts)
    return reduce(lambda left, right: _p("list", "{a}; {b}", a=left, b=right), told) if told else ""


def both(parts: Iterable[str]) -> str:
    """One and two, of names and the like; empty where there is nothing."""
    told = list(parts)
    return reduce(lambda left, right: _p("names", "{a} and {b}", a=left, b=right), told) if told else ""
