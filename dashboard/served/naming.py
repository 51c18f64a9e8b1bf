"""Names that a request may use: those there are, with the nearest offered for one that is not."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from db.errors import UnknownName


def must_know(what: str, names: Iterable[str], known: Collection[str]) -> None:
    """Raise `UnknownName`, which offers the nearest, for the first name that is not known."""
    for name in names:
        if name not in known:
            near = get_close_matches(name, list(known), n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UnknownName(f"There is no {what} {name!r}.{hint}")
