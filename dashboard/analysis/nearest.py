"""An unknown name answered with the nearest known one."""

from collections.abc import Sequence
from difflib import get_close_matches

from language.words import _

LIKE = 0.7


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like the one given, or None if none is like it."""
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(name.casefold().strip(), list(folded), n=1, cutoff=LIKE)
    return folded[close[0]] if close else None


def unknown_name(what: str, name: str, known: Sequence[str], shown: str) -> str:
    """The message for a name nobody knows: what it was, what may have been meant, what is shown instead."""
    like = nearest(name, known)
    told = {"what": what, "name": repr(name[:60]), "shown": shown}
    if like:
        said = _("There is no {what} called {name}. Did you mean {like}? This page shows {shown} instead.")
        return said.format(like=like, **told)
    return _("There is no {what} called {name}. None is like it. This page shows {shown} instead.", **told)
