"""One module as its text says it: what it binds, what it exports, what it marks as deprecated. Nothing is imported."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Target = tuple[str, str]
"""A module and a name in it; the name is empty where the module itself is meant."""

_CATEGORIES = ("DeprecationWarning", "FutureWarning", "PendingDeprecationWarning")
Functions = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Module:
    """What a module's text says; ``bound`` maps a name to where it was imported from, or None where it is made here.

    ``marked`` are names imported in the form ``x as x``, which PEP 484 reads as an export. ``exports`` is ``__all__``
    as far as it is written out, ``whole`` whether it is written out to its end; None where there is none.
    """

    name: str
    is_package: bool
    bound: dict[str, Target | None] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    exports: set[str] | None = None
    whole: bool = True
    deprecated: set[str] = field(default_factory=set)
    dynamic: set[str] = field(default_factory=set)


def read_module(name: str, text: str, *, is_package: bool) -> Module:
    """Read a module's text. Raises `SyntaxError` for one that this Python cannot read."""
    module = Module(name, is_package)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes that this Python warns of are that package's own
        try:
            body = ast.parse(text).body
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error)) from error
    for statement in _flat(body):
        _take(module, statement)
    return module


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module's own level, those under conditions and handlers with them."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for part in ("body", "orelse", "finalbody"):
                yield from _flat(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from _flat(handler.body)


def _take(module: Module, statement: ast.stmt) -> None:
    if isinstance(statement, ast.ImportFrom):
        _import_from(module, statement)
    elif isinstance(statement, ast.Import):
        _import(module, statement)
    elif isinstance(statement, (*Functions, ast.ClassDef)):
        module.bound[statement.name] = None
        if statement.name == "__getattr__":
            module.dynamic.add("__getattr__")
        if says_deprecated(statement):
            module.deprecated.add(statement.name)
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        _assign(module, statement)
    elif isinstance(statement, ast.Delete):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                module.bound.pop(target.id, None)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        _call(module, statement.value)


def _import_from(module: Module, statement: ast.ImportFrom) -> None:
    source = statement.module or ""
    if statement.level:
        parts = module.name.split(".")
        kept = len(parts) - statement.level + module.is_package
        source = ".".join([*parts[:kept], *([source] if source else [])])
    for alias in statement.names:
        if alias.name == "*":
            module.stars.append(source)
            continue
        module.bound[alias.asname or alias.name] = (source, alias.name)
        if alias.asname == alias.name:
            module.marked.add(alias.name)


def _import(module: Module, statement: ast.Import) -> None:
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        module.bound[name] = (alias.name if alias.asname else name, "")
        if alias.asname == alias.name:
            module.marked.add(name)


def _assign(module: Module, statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for name in _names(target):
            if name == "__all__":
                again = isinstance(statement, ast.AugAssign)
                _export(module, statement.value, module.exports or set() if again else set())
            elif name == "_deprecations":
                _old_names(module, statement.value)
            else:
                module.bound[name] = _aliased(statement.value)
        if isinstance(target, ast.Subscript) and "globals" in ast.dump(target.value):
            module.dynamic.add("globals()")


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _names(part)


def _aliased(value: ast.expr | None) -> Target | None:
    """Where ``x = y`` leads; anything else is made here."""
    return ("", value.id) if isinstance(value, ast.Name) else None


def _export(module: Module, value: ast.expr | None, before: set[str]) -> None:
    words, whole = _words(value)
    module.exports = before | words
    module.whole = module.whole and whole


def _words(value: ast.expr | None) -> tuple[set[str], bool]:
    """The texts a list is made of, as far as they are written out, and whether they all are."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        texts = {part.value for part in value.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
        return texts, len(texts) == len({ast.dump(part) for part in value.elts})
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left, right = _words(value.left), _words(value.right)
        return left[0] | right[0], left[1] and right[1]
    return set(), False


def _call(module: Module, call: ast.Call) -> None:
    """``__all__.extend([...])``, ``.append("x")`` and ``.remove("x")``; ``globals().update(…)``."""
    if not isinstance(call.func, ast.Attribute):
        return
    if "globals" in ast.dump(call.func.value):
        module.dynamic.add("globals()")
    if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "__all__" and call.args):
        return
    argument: Any = call.args[0]
    if call.func.attr in ("append", "remove"):
        argument = ast.List(elts=[argument], ctx=ast.Load())
    words, whole = _words(argument)
    known = module.exports or set()
    module.exports = known - words if call.func.attr == "remove" else known | words
    module.whole = module.whole and whole


def _old_names(module: Module, value: ast.expr | None) -> None:
    """JAX's ``_deprecations = {name: (message, replacement or None)}``: with None the name is gone already."""
    if not isinstance(value, ast.Dict):
        return
    for key, told in zip(value.keys, value.values, strict=True):
        gone = isinstance(told, ast.Tuple) and isinstance(told.elts[-1], ast.Constant) and told.elts[-1].value is None
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not gone:
            module.bound[key.value] = None
            module.marked.add(key.value)
            module.deprecated.add(key.value)


def says_deprecated(made: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a function or class is marked: ``@deprecated(…)``, or a warning of that kind whenever it is called."""
    if any(_last_name(each) == "deprecated" for each in made.decorator_list):
        return True
    if isinstance(made, ast.ClassDef):
        return False
    calls = (each.value for each in made.body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call))
    return any(_warns(call) for call in calls)


def _warns(call: ast.Call) -> bool:
    given = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "category")]
    return _last_name(call.func) == "warn" and any(_last_name(each) in _CATEGORIES for each in given)


def _last_name(node: ast.expr) -> str:
    """The last part of a dotted name, called or not."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
