"""What was asked for: a situation and weights by name, unknown names answered with the nearest (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce

from catalog.load import Catalog
from db.errors import UnknownName
from language.lists import commas
from language.words import N_, _, _p

ALIKE = 5.0
"""The weight of each criterion where neither a situation nor weights are given."""

SITUATION = (
    N_("There is no situation {name}. Did you mean {like}?"),
    N_("There is no situation {name}. There are {all}."),
)
CRITERION = (
    N_("There is no criterion {name}. Did you mean {like}?"),
    N_("There is no criterion {name}. There are {all}."),
)


@dataclass(frozen=True)
class Asked:
    """A situation (empty: weights of one's own) and the weight of every criterion that was named or counts."""

    situation: str
    weights: Mapping[str, float]


def asked(catalog: Catalog, situation: str = "", weights: Sequence[str] = ()) -> Asked:
    """The weights of a situation with those given as ``criterion=N`` (or ``criterion:N``) in their place.

    Without a situation only the weights given count; without either every criterion counts alike.

    Raises:
        UnknownName: there is no situation or criterion of that name.
        ValueError: a weight is no number from 0 to 10, or none is above 0.
    """
    if situation and situation not in catalog.situations:
        raise UnknownName(unknown(SITUATION, situation, {one: one for one in catalog.situations}))
    given = dict(_weight(catalog, text) for text in weights)
    if situation:
        found = catalog.situations[situation].weights | given
    else:
        found = given or dict.fromkeys(catalog.criteria, ALIKE)
    if not any(found.values()):
        raise ValueError(_("Nothing has a weight above 0, so there is nothing to choose by."))
    return Asked(situation, found)


def changed(catalog: Catalog, wanted: Asked) -> list[str]:
    """The weights that differ from the situation's own, as ``criterion:N``: what a link has to carry."""
    own = catalog.situations[wanted.situation].weights if wanted.situation else {}
    return [f"{name}:{weight:g}" for name, weight in wanted.weights.items() if weight != own.get(name, 0.0)]


def _weight(catalog: Catalog, text: str) -> tuple[str, float]:
    name, sign, number = text.replace("=", ":", 1).partition(":")
    if name not in catalog.criteria:
        raise UnknownName(unknown(CRITERION, name, {one: one for one in catalog.criteria}))
    try:
        weight = float(number)
    except ValueError:
        weight = -1.0
    if not sign or not 0 <= weight <= 10:
        wrong = N_("The weight of {name} must be a number from 0 to 10, as in {name}=5, and is {given}.")
        raise ValueError(_(wrong, name=name, given=repr(number[:40])))
    return name, weight


def unknown(texts: tuple[str, str], name: str, names: Mapping[str, str]) -> str:
    """That a name is none of these, which are told by what each is called here.

    The first text is said where some are like it, the second where none is.
    """
    near = get_close_matches(name, names, n=3, cutoff=0.4)
    if near:
        like = reduce(lambda left, right: _p("names", "{a} or {b}", a=left, b=right), [names[one] for one in near])
        return _(texts[0], name=repr(name[:60]), like=like)
    return _(texts[1], name=repr(name[:60]), all=commas(names.values()))
