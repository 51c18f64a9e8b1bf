"""Checks that every name one catalogue entry uses for another is the name of an entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from catalog.errors import CatalogError
from catalog.models import ANY, Adoption, Binding, Milestone, Support

if TYPE_CHECKING:
    from catalog.load import Catalog

# file, entry, field, the names used, what they must be among, what those are called
Use = tuple[str, str, str, Iterable[str | None], Collection[str], str]


def check_references(catalog: Catalog) -> None:
    """Raise CatalogError for the first name that stands for nothing."""
    for file, entry, field, names, allowed, kind in _uses(catalog):
        for name in names:
            if name is not None and name not in allowed:
                close = get_close_matches(name, allowed, 3)
                hint = f"; did you mean {' or '.join(close)}?" if close else ""
                raise CatalogError(file, entry, field, f"{name!r} is no {kind} of the catalogue{hint}")


def _uses(catalog: Catalog) -> Iterator[Use]:
    yield from _system_uses(catalog)
    yield from _series_uses(catalog)
    for claim in catalog.claims.values():
        yield "claims.toml", claim.id, "article", [claim.article], catalog.articles, "article"
    for situation in catalog.situations.values():
        names = [one.criterion for one in situation.weigh]
        yield "situations.toml", situation.slug, "weigh", names, catalog.criteria, "criterion"
    placed: tuple[tuple[str, Iterable[Milestone | Adoption | Binding | Support]], ...] = (
        ("milestones.toml", catalog.milestones),
        ("adopters.toml", catalog.adoptions),
        ("bindings.toml", catalog.bindings),
        ("platforms.toml", catalog.platforms),
    )
    for number, binding in enumerate(catalog.bindings, 1):
        yield "bindings.toml", str(number), "shows", [binding.shows], catalog.systems, "system"
    for file, entries in placed:
        for number, entry in enumerate(entries, 1):
            yield file, str(number), "system", [entry.system], catalog.systems, "system"


def _system_uses(catalog: Catalog) -> Iterator[Use]:
    for system in catalog.systems.values():
        here = "systems.toml", system.slug
        yield *here, "role", [system.role], catalog.roles, "role"
        yield *here, "serves", system.serves, catalog.systems, "system"
        yield *here, "part_of", [system.part_of], catalog.systems, "system"
        yield *here, "successor", [system.successor], catalog.systems, "system"


def _series_uses(catalog: Catalog) -> Iterator[Use]:
    sources = catalog.source_names
    for metric in catalog.metrics.values():
        yield "metrics.toml", metric.slug, "sources", metric.sources, sources, "source"
    for number, milestone in enumerate(catalog.milestones, 1):
        yield "milestones.toml", str(number), "source", [milestone.source], sources, "source"
    for cut in catalog.breaks:
        here = "breaks.toml", cut.slug
        yield *here, "sources", cut.sources, {*sources, ANY}, "source"
        yield *here, "metrics", cut.metrics, {*catalog.metrics, ANY}, "metric"
        yield *here, "systems", cut.systems, {*catalog.systems, ANY}, "system"
