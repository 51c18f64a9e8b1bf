"""What the probes say, as a matrix of capabilities by version and mode; what differs, and the answer in a sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from db.read import ProbeColumn, ProbeRow
from language.words import N_, _

SIGNS = {
    "pass": N_("✓ pass"),
    "fail": N_("✗ fail"),
    "error": N_("! error"),
    "not_run": N_("○ not run"),
    "not_applicable": N_("– not applicable"),
}
UNASKED = N_("? not probed")
ANY = "any"
DIFFER, PROBED, UNPROBED = range(3)
"""Ranks of rows: what differs, what has another answer, what was not probed."""
Standing = Literal["has", "lacks", "unknown", "senseless"]
_ORDER = ("pytorch", "tensorflow", "jax", "keras")
_BACKENDS = {"torch": "pytorch"}


class Column(NamedTuple):
    """A version of a system in one of its modes."""

    of: ProbeColumn
    mode: str


class Row(NamedTuple):
    """A capability with its newest result in every column, None where it was not probed there."""

    capability: str
    title: str
    axis: str
    axis_title: str
    question: str
    cells: tuple[ProbeRow | None, ...]

    @property
    def differs(self) -> bool:
        """Whether one column passed and another failed; what is unknown makes no difference."""
        return {"pass", "fail"} <= {cell.state for cell in self.cells if cell is not None}

    @property
    def rank(self) -> int:
        """Where it stands among the others."""
        return DIFFER if self.differs else PROBED if any(self.cells) else UNPROBED


class Matrix(NamedTuple):
    """Rows that differ, then those with another answer, then those without, each by axis; columns by framework, its
    newest version first. ``axes`` is the order of the axes."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    axes: tuple[str, ...]


class Filter(NamedTuple):
    """What is let through; empty lets all through. ``state`` is had by at least one visible cell of a row."""

    axis: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    search: str = ""
    differences: bool = False


def word(cell: ProbeRow | None) -> str:
    """The sign and the word of a cell."""
    return _(UNASKED if cell is None else SIGNS.get(cell.state, cell.state))


def system_name(system: str, names: Mapping[str, str]) -> str:
    """A system in words: PyTorch, Keras on JAX."""
    return _upon(*_named(system, names))


def column_name(of: ProbeColumn, names: Mapping[str, str]) -> str:
    """A version of a system in words: PyTorch 2.13.0, Keras 3.15.1 on JAX 0.10.2 (cuda)."""
    told, backend = _named(of.system, names)
    told = f"{told} {of.version}" if of.version else _("{system} not installed", system=told)
    told = _upon(told, f"{backend} {of.backend_version}".rstrip() if backend else "")
    return told if of.device == "cpu" else _("{system} ({device})", system=told, device=of.device)


def _named(system: str, names: Mapping[str, str]) -> tuple[str, str]:
    framework, _, backend = system.partition(".")
    return names.get(framework, framework), names.get(_BACKENDS.get(backend, backend), backend)


def _upon(told: str, backend: str) -> str:
    return _("{system} on {backend}", system=told, backend=backend) if backend else told


def slug(of: ProbeColumn) -> str:
    """A column as the address bar names it: ``jax~0.10.2~~cpu``."""
    return "~".join(of)


def ordered(columns: Iterable[ProbeColumn]) -> list[ProbeColumn]:
    """Columns by framework, its newest version first."""

    def place(of: ProbeColumn) -> tuple[Any, ...]:
        framework = of.system.partition(".")[0]
        at = _ORDER.index(framework) if framework in _ORDER else len(_ORDER)
        newest = [[-int(part) for part in re.findall(r"\d{1,9}", v)] for v in (of.version, of.backend_version)]
        return at, of.system, not of.version, newest, of.device, of.version

    return sorted(columns, key=place)


def matrix(found: Sequence[ProbeRow], columns: Iterable[ProbeColumn], known: Sequence[Mapping[str, Any]]) -> Matrix:
    """Every probe there is and every one that was ever run, by the columns given.

    ``known`` are the probes of the registry, which names them in English; a row names itself in the reader's language.
    A result of the mode `any` stands under every mode of its column.
    """
    modes: dict[str, set[str]] = {}
    cells: dict[tuple[ProbeColumn, str, str], ProbeRow] = {}
    for row in found:
        modes.setdefault(row.system, set()).add(row.mode)
        of = ProbeColumn(row.system, row.version, row.backend_version, row.device)
        cells[of, row.mode, row.capability] = row
    shown = tuple(Column(of, mode) for of in ordered(columns) for mode in _modes(modes.get(of.system, {ANY})))
    told = {str(entry["capability"]): entry for entry in known}
    axes = list(dict.fromkeys([str(entry["axis"]) for entry in known] + [row.axis for row in found]))
    axis = {row.capability: row.axis for row in found} | {name: str(entry["axis"]) for name, entry in told.items()}
    titles = {str(entry["axis"]): str(entry["axis_title"]) for entry in known}
    rows = [
        Row(
            name,
            _(str(told.get(name, {}).get("title", name))),
            axis[name],
            _(titles.get(axis[name], axis[name])),
            _(str(told.get(name, {}).get("question", N_("This probe is no longer in the registry.")))),
            tuple(cells.get((c.of, c.mode, name)) or cells.get((c.of, ANY, name)) for c in shown),
        )
        for name in dict.fromkeys([*told, *(row.capability for row in found)])
    ]
    return Matrix(shown, _sorted(rows, axes), tuple(axes))


def _sorted(rows: Iterable[Row], axes: Sequence[str]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.rank, axes.index(row.axis))))


def _modes(modes: Iterable[str]) -> list[str]:
    return sorted(set(modes) - {ANY}, key=lambda mode: (mode != "eager", mode)) or [ANY]


def narrowed(whole: Matrix, asked: Filter) -> Matrix:
    """The rows and columns that a filter lets through; what differs is told among the columns that are left."""
    kept = [
        at
        for at, column in enumerate(whole.columns)
        if (not asked.system or column.of.system in asked.system)
        and (not asked.version or slug(column.of) in asked.version)
        and (not asked.mode or column.mode in asked.mode)
    ]
    rows = [row._replace(cells=tuple(row.cells[at] for at in kept)) for row in whole.rows]
    let = _sorted((row for row in rows if _through(row, asked)), whole.axes)
    return whole._replace(columns=tuple(whole.columns[at] for at in kept), rows=let)


def _through(row: Row, asked: Filter) -> bool:
    text = f"{row.capability} {row.title} {row.question} {row.axis_title}".casefold()
    states = {"not_probed" if cell is None else cell.state for cell in row.cells}
    return (
        (not asked.axis or row.axis in asked.axis)
        and (not asked.state or bool(states & set(asked.state)))
        and (not asked.differences or row.differs)
        and all(part in text for part in asked.search.casefold().split())
    )


def standing(cells: Iterable[ProbeRow | None]) -> Standing:
    """What the cells of one version come to: it has a capability if one mode passed, and lacks it if all that were
    asked failed; an error, a probe not run or a cell without a result leaves it unknown."""
    states = {None if cell is None else cell.state for cell in cells}
    if "pass" in states:
        return "has"
    if not states or states & {None, "error", "not_run"}:
        return "unknown"
    return "lacks" if "fail" in states else "senseless"


class Compared(NamedTuple):
    """Two versions over all capabilities; each list holds rows."""

    both: list[Row]
    neither: list[Row]
    first: list[Row]
    second: list[Row]
    unknown: list[Row]
    senseless: list[Row]


def compared(whole: Matrix, first: ProbeColumn, second: ProbeColumn) -> Compared:
    """Sort the capabilities by which of two versions has them, in at least one mode."""
    found = Compared([], [], [], [], [], [])
    where = {
        ("has", "has"): found.both,
        ("lacks", "lacks"): found.neither,
        ("has", "lacks"): found.first,
        ("lacks", "has"): found.second,
    }
    for row in whole.rows:
        pair = [
            standing(cell for cell, column in zip(row.cells, whole.columns, strict=True) if column.of == of)
            for of in (first, second)
        ]
        if "unknown" in pair:
            found.unknown.append(row)
        else:
            where.get((pair[0], pair[1]), found.senseless).append(row)
    return found


def cell_named(whole: Matrix, name: str) -> ProbeRow | None:
    """The result of a cell as the address bar names it, ``jacobian~jit~jax~0.10.2~~cpu``; None where there is none.

    A result of the mode `any` answers to that name and to the name of every mode of its column.
    """
    for row in whole.rows:
        for column, cell in zip(whole.columns, row.cells, strict=True):
            if cell and name in {f"{row.capability}~{mode}~{slug(column.of)}" for mode in (column.mode, cell.mode)}:
                return cell
    return None
