"""The packages whose downloads are asked for, and how an item carries a group of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from packaging.utils import canonicalize_name

from collectors.source import Item, Request
from collectors.sources.clickpy import splits


@dataclass(frozen=True, slots=True)
class Package:
    """A package by the name the catalogue has, and whether it is the headline one of its system."""

    name: str
    system: str
    headline: bool

    @property
    def project(self) -> str:
        """Its normalised name, the only one the tables know."""
        return canonicalize_name(self.name)

    def cursor(self, split: str = "") -> str:
        """Where the newest day known is kept."""
        return f"{split or 'days'} {self.project}"


def packages_of(request: Request) -> list[Package]:
    """Every package in use, and the former ones; a package of two systems once."""
    found: dict[str, Package] = {}
    for system in request.systems:
        for number, name in enumerate((*system.pypi, *system.former_pypi)):
            package = Package(name, system.slug, number == 0 and bool(system.pypi))
            found.setdefault(package.project, package)
    return list(found.values())


def name_of(packages: list[Package]) -> str:
    """A name for this set of packages: another one begins from the start."""
    return f"{crc32(' '.join(sorted(package.project for package in packages)).encode()):08x}"


def item_for(packages: list[Package], since: date, until: date, split: str) -> Item:
    """The days of a group of packages from ``since`` until before ``until``, told apart by ``split`` if that is set."""
    systems = {package.system for package in packages}
    more = f" and {len(packages) - 1} more" if len(packages) > 1 else ""
    listed = [[package.name, package.system, package.headline] for package in packages]
    detail = {"since": f"{since}", "until": f"{until}", "packages": json.dumps(listed)}
    name = f"{packages[0].name}{more} since {since}"
    if split:
        detail, name = {**detail, "split": split}, f"{splits.NAMES[split]} of {name}"
    return Item(name, systems.pop() if len(systems) == 1 else "all", detail)


def of_item(item: Item) -> dict[str, Package]:
    """The packages that `item_for` put there, by the name the tables have for them."""
    packages = [Package(*listed) for listed in json.loads(item.detail["packages"])]
    return {package.project: package for package in packages}
