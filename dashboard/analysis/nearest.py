"""An unknown name answered with the nearest known one."""

from collections.abc import Sequence
from difflib import get_close_matches

LIKE = 0.7


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like the one given, or None if none is like it."""
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(name.casefold().strip(), list(folded), n=1, cutoff=LIKE)
    return folded[close[0]] if close else None


def unknown_name(what: str, name: str, known: Sequence[str], shown: str) -> str:
    """The message for a name nobody knows: what it was, what may have been meant, what is shown instead."""
    like = nearest(name, known)
    guess = f" Did you mean {like}?" if like else " None is like it."
    return f"There is no {what} called {name[:60]!r}.{guess} This page shows {shown} instead."
