"""The public names of a package, read from its files: namespaces, names, which are deprecated, and what stays unseen.

What counts as public follows the typing specification (Library interface: public and private symbols): a module none of
whose parts begins with an underscore; in it ``__all__`` where there is one, else what is made there, imported in the
form ``x as x``, or brought by a star; in a package's ``__init__`` without any such form, also what it imports from its
own distribution, as TensorFlow's generated interface does. Neither names of modules nor members of classes are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from collectors.errors import SkipItem
from collectors.packages.layouts import Layout
from collectors.packages.modules import Module, Target, read_module
from collectors.packages.tree import Tree

READER = 1
"""Raised when the rules of reading change, so that readings by different rules are never compared."""
DEEPEST = 16


@dataclass(frozen=True)
class _Place:
    path: str
    is_package: bool


class Reader:
    """One package's modules, each read once, as they are needed."""

    def __init__(self, tree: Tree, layout: Layout) -> None:
        self.tree = tree
        self.heads = {f"{prefix}.{layout.head}" for prefix, _ in layout.roots if layout.head}
        self.places = _places(tree.paths())
        self.unreadable: dict[str, str] = {}
        self._modules: dict[str, Module | None] = {}
        self._exported: dict[str, frozenset[str]] = {}

    def module(self, name: str) -> Module | None:
        """One module; None for one that is not in this package, or cannot be read."""
        if name not in self._modules:
            self._modules[name] = None
            place = self.places.get(name)
            if place is not None:
                try:
                    text = self.tree.read(place.path)
                    self._modules[name] = read_module(name, text, is_package=place.is_package)
                except SyntaxError as error:
                    self.unreadable[name] = str(error)
        return self._modules[name]

    def exported(self, name: str, depth: int = 0) -> frozenset[str]:
        """What a module offers, names of modules among them."""
        if name in self._exported:
            return self._exported[name]
        module = self.module(name)
        if module is None or depth > DEEPEST:
            return frozenset()
        if depth == 0:
            self._exported[name] = frozenset()
        found = self._by_rule(module, depth)
        self._exported[name] = found
        return found

    def _by_rule(self, module: Module, depth: int) -> frozenset[str]:
        starred = {name for star in module.stars for name in self.exported(star, depth + 1)}
        if module.exports is not None and module.whole:
            return frozenset(module.exports)
        own = {name for name, source in module.bound.items() if source is None or source[0] == ""} | module.marked
        if (module.is_package or module.name in self.heads) and not module.marked:
            root = module.name.partition(".")[0]
            own |= {name for name, source in module.bound.items() if source and source[0].partition(".")[0] == root}
        if module.exports:
            own = set(module.exports)
        return frozenset(name for name in own | starred if not name.startswith("_"))

    def resolve(self, target: Target, depth: int = 0) -> Target:
        """Follow a name through imports to where it is made, within the package."""
        source, name = target
        module = self.module(source) if name else None
        if module is None or depth > DEEPEST:
            return target
        if f"{source}.{name}" in self.places and name not in module.bound:
            return f"{source}.{name}", ""
        leads = module.bound.get(name, (source, name) if name in module.bound else None)
        if name not in module.bound:
            star = next((star for star in module.stars if name in self.exported(star)), None)
            return self.resolve((star, name), depth + 1) if star else target
        if leads is None:
            return target
        further = (source, leads[1]) if leads[0] == "" else leads
        if f"{further[0]}.{further[1]}" in self.places and self.module(further[0]) is not None:
            return f"{further[0]}.{further[1]}", ""
        return target if further == target else self.resolve(further, depth + 1)

    def is_deprecated(self, made: Target) -> bool:
        """Whether the place where a name is made marks it as deprecated."""
        module = self.module(made[0])
        return module is not None and made[1] in module.deprecated


def public_names(tree: Tree, layout: Layout) -> dict[str, Any]:
    """The names a package offers, as a document that `collectors.sources.wheels` reads.

    Raises `SkipItem` where the package has none of the folders of its layout.
    """
    reader = Reader(tree, layout)
    prefix, known_as = _root(reader, layout)
    public = sorted(name for name in reader.places if _is_public(name, prefix, layout))
    tree.load([reader.places[name].path for name in public])
    found = _Found()
    for name in public:
        shown = known_as if name in reader.heads else known_as + name[len(prefix) :]
        found.take(reader, name, shown)
    return {
        "kind": "names",
        "framework": layout.framework,
        **about(tree),
        "modules": len(public),
        "names": found.names,
        "distinct": len(found.made),
        "deprecated": sorted(found.deprecated),
        "dynamic": found.dynamic,
        "unreadable": reader.unreadable,
        "apart": list(layout.apart),
        "missing": layout.missing,
    }


@dataclass
class _Found:
    """What was found so far, by the namespaces as users know them."""

    names: dict[str, list[str]] = field(default_factory=dict)
    deprecated: set[str] = field(default_factory=set)
    made: set[Target] = field(default_factory=set)
    dynamic: dict[str, list[str]] = field(default_factory=dict)

    def take(self, reader: Reader, name: str, shown: str) -> None:
        """Add what one module offers."""
        module = reader.module(name)
        if module is None:
            return
        kept = set(self.names.get(shown, ()))
        for offered in reader.exported(name):
            target = reader.resolve((name, offered))
            if not target[1] or f"{name}.{offered}" in reader.places:
                continue
            kept.add(offered)
            self.made.add(target)
            if reader.is_deprecated(target) or offered in module.deprecated:
                self.deprecated.add(f"{shown}.{offered}")
        if kept:
            self.names[shown] = sorted(kept)
        if module.dynamic or not module.whole:
            self.dynamic[shown] = sorted(module.dynamic | (set() if module.whole else {"__all__"}))


def about(tree: Tree) -> dict[str, Any]:
    """Where a reading is from: the package, its version, the file, and the rules it was read by."""
    released = tree.released.isoformat() if tree.released else None
    return {
        "package": tree.package,
        "version": tree.version,
        "origin": tree.origin,
        "sha256": tree.sha256,
        "released": released,
        "reader": READER,
    }


def _places(paths: frozenset[str]) -> dict[str, _Place]:
    """Modules by name; a stub goes before the module it describes, but not before a package's own ``__init__``."""
    found: dict[str, _Place] = {}
    for path in sorted(paths):
        stem, _, end = path.rpartition(".")
        if end not in ("py", "pyi") or "-" in stem:
            continue
        is_package = stem.endswith("/__init__")
        found[stem.removesuffix("/__init__").replace("/", ".")] = _Place(path, is_package)
    return found


def _root(reader: Reader, layout: Layout) -> tuple[str, str]:
    for prefix, known_as in layout.roots:
        if prefix in reader.places:
            return prefix, known_as
    raise SkipItem(f"{reader.tree.origin} of {layout.packages[0]} has none of the folders of its interface")


def _is_public(name: str, prefix: str, layout: Layout) -> bool:
    if name != prefix and not name.startswith(f"{prefix}."):
        return False
    parts = name[len(prefix) :].split(".")[1:]
    hidden = any(part.startswith("_") or part in ("tests", "conftest") or part.endswith("_test") for part in parts)
    return not hidden and not (parts and parts[0] in layout.skip and prefix == layout.roots[-1][0])
