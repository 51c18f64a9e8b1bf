"""An unknown name answered with the nearest known one."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from language.lists import aside
from language.words import _, _n, filled

LIKE = 0.7
MOST_SAID, LONGEST = 3, 60
"""How many unknown names are answered one by one; an address can hold hundreds."""


Known = Sequence[str] | Mapping[str, str]
"""The names that there are; a mapping has what each is called."""


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like the one given, or None if none is like it."""
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(name.casefold().strip(), list(folded), n=1, cutoff=LIKE)
    return folded[close[0]] if close else None


def unknown_name(what: str, name: str, known: Known, shown: str) -> str:
    """The message for a name nobody knows: what it was, what may have been meant, what is shown instead."""
    like = _meant(name[:LONGEST], known)
    told = {"what": what, "name": repr(name[:LONGEST]), "shown": shown}
    if like:
        said = _("There is no {what} called {name}. Did you mean {like}? This page shows {shown} instead.")
        return filled(said, like=like, **told)
    return _("There is no {what} called {name}. None is like it. This page shows {shown} instead.", **told)


def unknown_parts(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """A message for each of the first names in an address that its page has no use for, and how many more there are."""
    said = []
    for name in names[:MOST_SAID]:
        told = {"name": repr(name[:LONGEST])}
        if like := nearest(name[:LONGEST], known):
            said.append(
                _("The address asks for {name}, which this page does not know. Did you mean {like}?", like=like, **told)
            )
        else:
            said.append(_("The address asks for {name}, which this page does not know.", **told))
    if more := len(names) - len(said):
        said.append(
            _n("{n} more name in the address is unknown here.", "{n} more names in the address are unknown here.", more)
        )
    return said


def unknown_names(what: str, given: Sequence[str], known: Known, shown: str) -> list[str]:
    """A message for each of the first names that nobody knows, and one for how many more there are."""
    foreign = [name for name in dict.fromkeys(given) if name not in known]
    said = [unknown_name(what, name, known, shown) for name in foreign[:MOST_SAID]]
    more = len(foreign) - len(said)
    if more:
        said.append(_n("{n} more name of this kind is unknown.", "{n} more names of this kind are unknown.", more))
    return said


def _meant(name: str, known: Known) -> str | None:
    """What the known name most like the one given is called; with the name itself where others are called the same."""
    if not isinstance(known, Mapping):
        return nearest(name, known)
    called = {title: slug for slug, title in known.items()}
    like = nearest(name, [*known, *called])
    if like is None:
        return None
    title = known[called.get(like, like)]
    return title if list(known.values()).count(title) == 1 else aside(title, like)
