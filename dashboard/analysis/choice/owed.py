"""Whom a choice is owed to: every source that a criterion of it rests on, with its licence (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.load import Catalog
from dashboard.analysis.choice.model import CITED, OWN, Shown
from language.words import N_, _

if TYPE_CHECKING:
    from dashboard.analysis.choice.document import Choice

UNDER = {
    OWN: (N_("probed and measured by Framescope"), N_("your own figures, under no licence but yours")),
    CITED: (N_("pages cited in Framescope’s catalogue"), N_("facts; each page is named with its evidence")),
}
"""What is in no list of sources: its title, and under what it stands."""


class Owed(NamedTuple):
    """A source as a brief and a document name it."""

    source: str
    title: str
    licence: str
    url: str


def shown(choice: Choice) -> list[Shown]:
    """All the evidence of the criteria that count, heaviest first."""
    return [each for name in choice.counted for one in choice.scores[name].values() for each in one.evidence]


def sources(choice: Choice) -> list[str]:
    """The names of every source, once each; what was found out here, and what is cited, last."""
    named = dict.fromkeys(source for one in shown(choice) for source in one.sources)
    return [*(name for name in named if name not in UNDER), *(name for name in UNDER if name in named)]


def cited(choice: Choice) -> list[str]:
    """The addresses of the pages that are cited as evidence themselves."""
    return list(dict.fromkeys(one.ref for one in shown(choice) if one.kind == "catalogue"))


def owed(catalog: Catalog, name: str) -> Owed:
    """A source with its licence and address; one that the catalogue does not know is named as it is."""
    if name in UNDER:
        title, licence = UNDER[name]
        return Owed(name, _(title), _(licence), "")
    found = catalog.sources.get(name) or catalog.origins.get(name.removeprefix("history."))
    return Owed(name, found.title, _(found.licence), str(found.url)) if found else Owed(name, name, "", "")


def told(choice: Choice, catalog: Catalog) -> list[dict[str, Any]]:
    """The sources as `choose --json` gives them."""
    return [owed(catalog, name)._asdict() for name in sources(choice)]
