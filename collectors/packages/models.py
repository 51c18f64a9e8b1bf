"""The models that a library ships, read from its files by a rule of its own that says what is counted."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collectors.packages.modules import Functions, read_module
from collectors.packages.names import about
from collectors.packages.tree import Tree
from language.words import N_

MOST_FILES = 3_000


@dataclass(frozen=True)
class Library:
    """A package with models, whose they are, and the rule: what is counted, and how it is found in the files."""

    package: str
    system: str
    rule: str
    find: Callable[[Tree], dict[str, str]]


def shipped(tree: Tree, library: Library) -> dict[str, Any]:
    """The models of one version, as a document that `collectors.sources.wheels` reads: name to file."""
    return {
        "kind": "models",
        "framework": library.system,
        **about(tree),
        "rule": library.rule,
        "models": dict(sorted(library.find(tree).items())),
    }


def exported_classes(path: str, *, end: str = "", other: str = "") -> Callable[[Tree], dict[str, str]]:
    """Names in capitals that a namespace exports; with ``end``, those alone that end so. ``other`` is an older path."""

    def find(tree: Tree) -> dict[str, str]:
        place = path if path in tree.paths() else other
        if place not in tree.paths():
            return {}
        module = read_module(place.removesuffix("/__init__.py").replace("/", "."), tree.read(place), is_package=True)
        return {name: place for name in module.bound if name[:1].isupper() and name.endswith(end)}

    return find


def decorated(folder: str, decorator: str) -> Callable[[Tree], dict[str, str]]:
    """Functions beneath a folder that are registered by a decorator, by the name given there or else their own."""

    def find(tree: Tree) -> dict[str, str]:
        paths = sorted(path for path in tree.paths() if path.startswith(folder) and path.endswith(".py"))[:MOST_FILES]
        tree.load(paths)
        found: dict[str, str] = {}
        for path in paths:
            text = tree.read(path)
            if decorator in text:
                found |= dict.fromkeys(_registered(text, decorator), path)
        return found

    return find


def _registered(text: str, decorator: str) -> list[str]:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = []
    for made in body:
        if not isinstance(made, (*Functions, ast.ClassDef)):
            continue
        for mark in made.decorator_list:
            call = mark if isinstance(mark, ast.Call) else None
            name = mark.func if isinstance(mark, ast.Call) else mark
            if getattr(name, "attr", getattr(name, "id", "")) == decorator:
                given = [*call.args, *(word.value for word in call.keywords if word.arg == "name")] if call else []
                texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
                found.append(texts[0] if texts else made.name)
    return found


def folders(parent: str, holding: str) -> Callable[[Tree], dict[str, str]]:
    """Folders directly beneath one that hold a file whose name matches; both are patterns."""
    pattern = re.compile(rf"{parent}(?!_)([^/]+)/(?:[^/]+/)*{holding}")

    def find(tree: Tree) -> dict[str, str]:
        met = ((pattern.fullmatch(path), path) for path in sorted(tree.paths(), reverse=True))
        return {match[1]: path for match, path in met if match}

    return find


LIBRARIES: tuple[Library, ...] = (
    Library(
        "keras",
        "keras",
        N_("names of classes and builders that keras.applications exports"),
        exported_classes("keras/applications/__init__.py", other="keras/api/applications/__init__.py"),
    ),
    Library(
        "torchvision",
        "torchvision",
        N_("builders marked with register_model"),
        decorated("torchvision/models/", "register_model"),
    ),
    Library(
        "keras-hub",
        "keras",
        N_("backbones that keras_hub.models exports"),
        exported_classes("keras_hub/models/__init__.py", end="Backbone", other="keras_hub/api/models/__init__.py"),
    ),
    Library(
        "tf-models-official",
        "tf-models",
        N_("folders of official/projects and official/legacy with code in them"),
        folders("official/(?:projects|legacy)/", r"[^/]+\.py"),
    ),
    Library(
        "transformers",
        "transformers",
        N_("folders of transformers/models with a file modeling_*.py"),
        folders("transformers/models/", r"modeling_[^/]+\.py"),
    ),
)
