"""Bring the message catalogues up to the code: new texts in, texts that are gone out; --check fails when one is stale.

A file on a list of language/unfinished/ is not looked at. `--unmarked FILE …` prints the literals of these files that
have no mark, `--missing` the texts that a catalogue does not say yet.
"""

import argparse
import ast
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from unmarked import MARKS, unmarked_in

from collectors.bench import listing
from collectors.bench.registry import WORKLOADS
from collectors.probes.model import Gap, Probe
from collectors.probes.registry import AXES, PROBES
from collectors.tasks.model import Task
from collectors.tasks.registry import TASKS
from language.catalogues import LANGUAGES, SOURCE, directory, read, unfinished

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# The site's texts of the room "{room}" in {name}. What it holds is made by `python scripts/messages.py`; only the lines
# that begin with msgstr are written by hand (docs/translating.md).
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural};\\n"

"""
ROOMS: dict[str, tuple[str, ...]] = {
    "figures": ("language", "dashboard/analysis", "dashboard/charts", "dashboard/format.py", "dashboard/colours.py"),
    "verdicts": ("verdicts",),
    "jobs": ("collectors", "db"),
    "catalog": ("catalog",),
    "pages": ("dashboard",),
}
"""Where each room's texts stand; a file belongs to the first that names its folder. One catalogue file a room."""
FIELDS: dict[str, tuple[str, ...]] = {
    "catalog/metrics.toml": ("title", "unit", "unit_short", "means", "not_means", "signal"),
    "catalog/milestones.toml": ("title", "note"),
    "catalog/breaks.toml": ("what", "effect"),
    "catalog/claims.toml": ("says", "needs"),
    "catalog/situations.toml": ("title", "best", "worst", "caveat", "asks", "why"),
    "catalog/adopters.toml": ("what", "evidence"),
    "catalog/bindings.toml": ("last", "note"),
    "catalog/platforms.toml": ("platform", "how", "since", "until", "note"),
    "catalog/systems.toml": ("roles", "note"),
    "catalog/history": ("citation", "counts", "caveats", "excluded"),
}
"""Which fields of the catalogue's files are read by a visitor; names of people, works and licences stay as they are."""
CITED = "article"
"""The table of works that are cited: their titles stay as they were published."""
ENGLISH, HEADS = "dashboard/served/", "dashboard/served/head.py"
"""API, badges, feed, health and log are English; only the pages' heads there are read in a language."""
SUBJECTS: dict[str, Callable[[], list[str]]] = {
    "collectors/bench/workloads": lambda: [
        *(each.title for each in WORKLOADS),
        *dict.fromkeys(each.category for each in WORKLOADS),
        *dict.fromkeys(gap for row in listing.workloads() for gap in row["gaps"].values()),
    ],
    "collectors/probes/capabilities": lambda: [*AXES.values(), *(text for each in PROBES for text in _of_probe(each))],
    "collectors/tasks/programs": lambda: [text for each in TASKS for text in (each.title, each.does, *_gaps(each))],
}
"""What is measured, probed and run names itself in files that import nothing of ours: its texts are read from there."""


class Said(NamedTuple):
    """A text with where it stands; ``text`` is a pair where it counts, ``context`` says which meaning is meant."""

    text: str | tuple[str, str]
    context: str | None
    place: str


def room_of(path: str) -> str:
    """The room a file belongs to; KeyError where none names its folder."""
    for room, places in ROOMS.items():
        if any(path == place or path.startswith(f"{place}/") for place in places):
            return room
    raise KeyError(path)


def in_code(path: Path) -> Iterator[Said]:
    """Every marked text of a Python file; a mark around what is no literal looks up what another mark has named."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(node.func, ast.Name) and node.func.id in MARKS:
            told = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            context = told.pop(0) if node.func.id == "_p" and told else None
            if told:
                yield Said((told[0], told[1]) if node.func.id == "_n" else told[0], context, _place(path))


def in_table(path: Path, fields: tuple[str, ...]) -> Iterator[Said]:
    """Every text of the named fields of a TOML file, whatever tables they stand in."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    content.pop(CITED, None)
    for text in _texts(content, fields):
        yield Said(text, None, _place(path))


def everything() -> dict[str, list[Said]]:
    """What every room says, in the order it stands in its files."""
    told: dict[str, list[Said]] = {room: [] for room in ROOMS}
    left = unfinished()
    for path in sources():
        if _place(path) not in left:
            found = in_code(path) if path.suffix == ".py" else in_table(path, fields_of(path))
            told[room_of(_place(path))] += found
    for place, texts in SUBJECTS.items():
        if place not in left:
            told["jobs"] += [Said(text, None, place) for text in texts()]
    return told


def visible() -> list[str]:
    """The Python files whose literals a visitor may read: the site without what is English by design, and verdicts."""
    code = [path for room in ("dashboard", "verdicts") for path in (ROOT / room).rglob("*.py")]
    places = sorted(map(_place, code))
    return [path for path in places if not path.startswith(ENGLISH) or path == HEADS]


def sources() -> list[Path]:
    """Every file whose texts belong to a room: code with marks, and tables with texts."""
    code = [
        path
        for room in ("language", "verdicts", "collectors", "db", "dashboard")
        for path in (ROOT / room).rglob("*.py")
    ]
    tables = [path for path in (ROOT / "catalog").rglob("*.toml") if fields_of(path)]
    return sorted([*code, *tables])


def fields_of(path: Path) -> tuple[str, ...]:
    """The fields of a table that are read; none for a table without any."""
    return FIELDS.get(_place(path)) or FIELDS.get(_place(path.parent)) or ()


def brought_up(said: Iterable[Said], old: Catalog, room: str, language: str) -> str:
    """The text of a catalogue that holds exactly what is said, with what was translated before."""
    made = Catalog(locale=old.locale)
    for text, context, place in said:
        known = old.get(text, context) if isinstance(text, str) else old.get(text[0], context)
        string = known.string if known is not None and known.id == text else ""
        made.add(text, string, locations=[(place, 1)], context=context)
    out = BytesIO()
    write_po(out, made, width=120, omit_header=True, include_lineno=False)
    head = {
        "room": room,
        "name": LANGUAGES[language],
        "locale": language.replace("-", "_"),
        "plural": old.plural_forms.rstrip("; "),
    }
    return HEAD.format(**head) + out.getvalue().decode()


def files() -> Iterator[tuple[Path, str]]:
    """Every catalogue with what it has to hold."""
    told = everything()
    for language in LANGUAGES:
        for room in ROOMS if language != SOURCE else ():
            path = directory(language) / f"{room}.po"
            old = read(path, language) if path.exists() else Catalog(locale=language.replace("-", "_"))
            yield path, brought_up(told[room], old, room, language)


def missing() -> list[str]:
    """What catalogues do not say yet: file and text."""
    found = []
    for path, _ in files():
        language = path.parent.name.replace("_", "-")
        for message in read(path, language) if path.exists() else ():
            strings = message.string if isinstance(message.string, list | tuple) else [message.string]
            if message.id and not all(strings):
                found.append(f"{path.name}: {message.id}")
    return found


def main() -> int:
    """Write the catalogues, or do what an option says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--unmarked", nargs="+", type=Path, metavar="FILE", default=[])
    asked = parser.parse_args()
    if asked.unmarked or asked.missing:
        lines = [f"{path}:{one.line}: {one.text!r}" for path in asked.unmarked for one in unmarked_in(path)]
        print("\n".join([*lines, *(missing() if asked.missing else [])]))
        return 0
    stale = [(path, text) for path, text in files() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in () if asked.check else stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if asked.check and stale:
        names = ", ".join(path.name for path, _ in stale)
        print(f"stale: {names}; run .venv/bin/python scripts/messages.py", file=sys.stderr)
    return 1 if asked.check and stale else 0


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _of_probe(probe: Probe) -> list[str]:
    return [text for text in (probe.title, probe.question, probe.any_mode, *_gaps(probe)) if text]


def _gaps(of: Probe | Task) -> list[str]:
    return [side.reason for side in of.sides.values() if isinstance(side, Gap)]


def _texts(value: Any, fields: tuple[str, ...], name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, fields, name if name in fields else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, fields, name)
    elif isinstance(value, str) and value and name in fields:
        yield value


if __name__ == "__main__":
    sys.exit(main())
