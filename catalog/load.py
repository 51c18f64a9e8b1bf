"""Reads the catalogue's TOML files, validates each entry, and checks that every name used is one that exists."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from catalog.errors import CatalogError
from catalog.models import (
    Adoption,
    Article,
    Binding,
    Break,
    Claim,
    Entry,
    Metric,
    Milestone,
    NamedModel,
    Origin,
    Python,
    Source,
    Support,
    System,
)
from catalog.references import check_references
from catalog.situation_models import Criterion, Situation

DIRECTORY = Path(__file__).parent
_PLAIN = {"extra_forbidden": "is not a field of this table", "missing": "is required and missing"}
E_ = TypeVar("E_", bound=Entry)


@dataclass(frozen=True)
class Catalog:
    """Everything the catalogue says, keyed by slug where an entry has one."""

    roles: dict[str, str]
    systems: dict[str, System]
    metrics: dict[str, Metric]
    sources: dict[str, Source]
    origins: dict[str, Origin]
    articles: dict[str, Article]
    claims: dict[str, Claim]
    milestones: tuple[Milestone, ...]
    breaks: tuple[Break, ...]
    adoptions: tuple[Adoption, ...]
    bindings: tuple[Binding, ...]
    platforms: tuple[Support, ...]
    pythons: tuple[Python, ...]
    named_models: tuple[NamedModel, ...]
    criteria: dict[str, Criterion]
    situations: dict[str, Situation]

    @property
    def source_names(self) -> frozenset[str]:
        """Every source a series may have: the live ones and `history.<origin>`."""
        return frozenset(self.sources) | {origin.source for origin in self.origins.values()}

    def breaks_of(self, metric: str, system: str, source: str, definition: str | None = None) -> tuple[Break, ...]:
        """The breaks of one series, oldest first; without a definition, those of any of its definitions."""
        met = (cut for cut in self.breaks if cut.applies_to(metric, system, source, definition))
        return tuple(sorted(met, key=lambda cut: cut.date))


def load_catalog(directory: Path | None = None) -> Catalog:
    """Load and check the catalogue (the packaged one by default, read once); raises CatalogError."""
    return _packaged() if directory is None else _load(Path(directory))


@lru_cache(maxsize=1)
def _packaged() -> Catalog:
    return _load(DIRECTORY)


def _load(directory: Path) -> Catalog:
    systems = _read(directory / "systems.toml", ("roles", "system"))
    ledger = _read(directory / "claims.toml", ("article", "claim"))
    choices = _read(directory / "situations.toml", ("criterion", "situation"))
    catalog = Catalog(
        roles=_texts("systems.toml", "roles", systems.get("roles", {})),
        systems=_keyed("systems.toml", System, systems.get("system", [])),
        metrics=_file(directory, "metrics.toml", "metric", Metric),
        sources=_file(directory, "sources.toml", "source", Source),
        origins=_origins(directory / "history"),
        articles=_keyed("claims.toml", Article, ledger.get("article", [])),
        claims=_keyed("claims.toml", Claim, ledger.get("claim", [])),
        milestones=_listed(directory, "milestones.toml", "milestone", Milestone),
        breaks=tuple(_file(directory, "breaks.toml", "break", Break).values()),
        adoptions=_listed(directory, "adopters.toml", "adoption", Adoption),
        bindings=_listed(directory, "bindings.toml", "binding", Binding),
        platforms=_listed(directory, "platforms.toml", "support", Support),
        pythons=_listed(directory, "pythons.toml", "python", Python),
        named_models=_listed(directory, "named_models.toml", "named_model", NamedModel),
        criteria=_keyed("situations.toml", Criterion, choices.get("criterion", [])),
        situations=_keyed("situations.toml", Situation, choices.get("situation", [])),
    )
    check_references(catalog)
    return catalog


def _read(path: Path, tables: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Parse one file; every top-level name must be one of `tables`, where given."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(path.name, "", "", f"cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(path.name, "", "", f"is not valid TOML: {error}") from error
    for name in content if tables is not None else ():
        if name not in (tables or ()):
            raise CatalogError(path.name, "", name, f"is no table of this file; it holds {' and '.join(tables or ())}")
    return content


def _file(directory: Path, name: str, table: str, model: type[E_]) -> dict[str, E_]:
    return _keyed(name, model, _read(directory / name, (table,)).get(table, []))


def _listed(directory: Path, name: str, table: str, model: type[E_]) -> tuple[E_, ...]:
    entries = _tables(name, table, _read(directory / name, (table,)).get(table, []))
    return tuple(_entry(name, str(number), model, entry) for number, entry in enumerate(entries, 1))


def _keyed(name: str, model: type[E_], entries: object) -> dict[str, E_]:
    key = "slug" if "slug" in model.model_fields else "id"
    found: dict[str, E_] = {}
    for number, entry in enumerate(_tables(name, model.__name__.lower(), entries), 1):
        label = str(entry.get(key, number))
        if label in found:
            raise CatalogError(name, label, key, "is used by an earlier entry; each needs its own")
        found[label] = _entry(name, label, model, entry)
    return found


def _tables(name: str, table: str, entries: object) -> list[dict[str, Any]]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogError(name, "", table, f"must be a list of tables: write [[{table}]]")
    return entries


def _texts(name: str, field: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise CatalogError(name, "", field, "must be a table of texts")
    return table


def _entry(name: str, label: str, model: type[E_], entry: dict[str, Any]) -> E_:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = _PLAIN.get(first["type"], first["msg"])
        raise CatalogError(name, label, field, message) from error


def _origins(directory: Path) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for path in sorted(directory.glob("*.toml")):
        origin = _entry(f"history/{path.name}", path.stem, Origin, _read(path))
        if origin.slug != path.stem:
            raise CatalogError(f"history/{path.name}", origin.slug, "slug", f"must be the file's name, {path.stem}")
        found[origin.slug] = origin
    return found
