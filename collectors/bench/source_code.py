"""The code of each side as it runs: the side, what of this package it rests on, and how it is wrapped and awaited."""

import dis
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from collectors.bench.sides import side_of
from collectors.bench.variants import VARIANTS, Variant
from collectors.bench.workload import Gap, Prepared, Workload

OURS = "collectors.bench."
MOST_LINES = 400
LONGEST_VALUE = 200
_PLAIN = (bool, int, float, str, tuple, list, dict)
Part = FunctionType | type[Any]


def of_workload(workload: Workload, variants: Iterable[Variant]) -> dict[str, str]:
    """Give the text of each framework's side, by framework; nothing for a gap.

    Variants of one framework share the side and the adapter, whose `wrap` and `wait` tell them apart; of Keras those
    of the backends asked for are there too. No framework is imported: sides and adapters do that inside functions.
    """
    asked: dict[str, list[Variant]] = {}
    for variant in variants:
        if not isinstance(side_of(variant, workload), Gap):
            asked.setdefault(variant.framework, []).append(variant)
    return {name: text(workload.frameworks[name], those) for name, those in asked.items()}


def text(side: Any, variants: Sequence[Variant] = ()) -> str:
    """Put a side's text together: itself, what it rests on, nearest first, and the adapters; at most 400 lines."""
    first, *others = [_told(part, values) for part, values in _reached(side).items()]
    adapters = [part for variant in variants for part in _adapting(variant)]
    ends = list(dict.fromkeys(adapters))
    room = MOST_LINES - sum(_lines(part) for part in (first, *ends))
    kept = []
    for part in others:
        room -= _lines(part)
        if room >= 0:
            kept.append(part)
    left = len(others) - len(kept)
    more = [f"# left out here, of what these rest on: {left} functions or classes\n"] if left else []
    return "\n\n".join([first, *kept, *more, *ends])


def _reached(side: Any) -> dict[Part, dict[str, Any]]:
    """Walk from a side to every function and class of this package that it rests on, with the constants each reads."""
    found: dict[Part, dict[str, Any]] = {}
    waiting: list[Part] = [side]
    shown: set[tuple[str, str]] = set()
    for part in waiting:  # grows while it is walked: nearest first
        if part in found:
            continue
        named = dict(_named(part))
        values = {name: value for name, value in named.items() if _is_value(value)}
        found[part] = {name: value for name, value in values.items() if (part.__module__, name) not in shown}
        shown |= {(part.__module__, name) for name in values}
        waiting += [value for value in named.values() if _is_ours(value, side.__module__)]
    return found


def _named(part: Part) -> Iterator[tuple[str, Any]]:
    """Give what the code of a function, or of a class's methods, names outside itself: globals and closures."""
    files = {getattr(sys.modules.get(part.__module__), "__file__", None)}
    files |= {part.__code__.co_filename} if isinstance(part, FunctionType) else set()
    for function in [part] if isinstance(part, FunctionType) else vars(part).values():
        if not isinstance(function, FunctionType) or function.__code__.co_filename not in files:
            continue  # what a dataclass writes for itself lies in no file of ours
        yield from inspect.getclosurevars(function).nonlocals.items()
        for code in _codes(function.__code__):
            yield from _globals(code, function.__globals__)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _globals(code: CodeType, known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the globals that are read; of a module of this package the name read from it.

    Names alone (`co_names`) would not do: `import numpy` inside a side names the module's own function `numpy`.
    """
    steps = list(dis.get_instructions(code))
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        value = known.get(str(step.argval)) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") else None
        if isinstance(value, ModuleType):
            if value.__name__.startswith(OURS) and after is not None and after.opname in ("LOAD_ATTR", "LOAD_METHOD"):
                yield f"{step.argval}.{after.argval}", getattr(value, str(after.argval), None)
        elif value is not None:
            yield str(step.argval), value


def _is_ours(value: Any, home: str) -> bool:
    """Say whether a function or class is this package's or the side's own; what every side returns tells nothing."""
    if value is Prepared or not isinstance(value, FunctionType | type):
        return False
    return value.__module__.startswith(OURS) or value.__module__ == home


def _is_value(value: Any) -> bool:
    known = isinstance(value, _PLAIN) or (is_dataclass(value) and not isinstance(value, type))
    return known and len(repr(value)) <= LONGEST_VALUE


def _adapting(variant: Variant) -> Iterator[str]:
    """Tell `wrap` and `wait` of a variant's adapter, and of the backend's that Keras hands them to."""
    names = [variant.adapter, *(v.adapter for v in VARIANTS if variant.backend == v.module)]
    for name in dict.fromkeys(names):
        try:
            adapter = importlib.import_module(name).Adapter
        except ImportError as error:  # its child has said so already: the others' code is told all the same
            yield f"# {name}: not at hand, as it cannot be imported: {error}\n"
            continue
        yield from (_told(part, {}) for part in (adapter.wrap, adapter.wait))


def _told(part: Any, values: dict[str, Any]) -> str:
    """Give a part's source under its module's name, and the constants of that module that it reads first."""
    name = getattr(part, "__qualname__", type(part).__name__)
    try:
        source = textwrap.dedent(inspect.getsource(part))
    except (OSError, TypeError):
        source = f"# {name}: its source is not at hand\n"
    owner = f": {name}" if "." in name else ""
    constants = "".join(f"{constant} = {value!r}\n" for constant, value in values.items())
    return f"# {part.__module__}{owner}\n" + (f"{constants}\n" if constants else "") + source


def _lines(part: str) -> int:
    return part.count("\n") + 2
