"""Find literals that a visitor would read and that pass through no message catalogue, by reading the code with ast."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MARKS = {"_", "_p", "_n", "N_"}
EXEMPT = "# untranslated:"
"""On a line whose literal is no text for a visitor, with the reason after it."""
SHOWN = {
    *("title", "header", "subheader", "markdown", "caption", "write", "text", "info", "warning", "error", "success"),
    *("toast", "button", "download_button", "link_button", "form_submit_button", "checkbox", "toggle", "radio"),
    *("selectbox", "multiselect", "slider", "select_slider", "text_input", "text_area", "number_input", "date_input"),
    *("segmented_control", "pills", "tabs", "expander", "popover", "spinner", "status", "metric", "empty", "how"),
    *("Column", "TextColumn", "NumberColumn", "LinkColumn", "DateColumn", "DatetimeColumn", "CheckboxColumn"),
}
"""Calls whose first argument a visitor reads."""
READ = {"label", "help", "placeholder", "title", "body", "alt", "subtitle", "old", "hovertext"}
"""Arguments that a visitor reads, whoever is called with them."""
_SIGNS = re.compile(r":material/\w+:|:\w+(?=\[)|`[^`]*`|\[[^\]]*\]\(#[\w-]+\)|\{[^}]*\}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_PROSE = re.compile(r"[A-Za-z]{2,}[,;:.]? [a-zA-Z]{2,}")
_PIECE = re.compile(r"\s[A-Za-z]{2,}|[A-Za-z]{2,}\s")
_CAPITAL = re.compile(r"[A-Z][a-z]+$")
_TYPED = ("<", "framescope ")
"""How markup and commands begin, which are no text."""
_NAMES = {"Framescope", "Keras", "Python", "Inter"}


class Found(NamedTuple):
    """A literal and the line it begins on."""

    line: int
    text: str


def unmarked(source: str) -> list[Found]:
    """Every literal of a module that reads like a text and has no mark, in the order of its lines.

    Docstrings, annotations, messages of errors that are raised, keys of dictionaries and lines that say why they are
    exempt are none.
    """
    module, lines = ast.parse(source), source.splitlines()
    found = [
        one
        for one in _Reader().read(module)
        if not any(EXEMPT in line for line in lines[one.lineno - 1 : one.end_lineno])
    ]
    return [Found(one.lineno, str(one.value)) for one in sorted(found, key=lambda one: (one.lineno, one.col_offset))]


def unmarked_in(path: Path) -> list[Found]:
    """The same for a file."""
    return unmarked(path.read_text(encoding="utf-8"))


class _Reader:
    """Walks a module; a literal is looked at as a label where a visitor surely reads it, else as prose."""

    def read(self, node: ast.AST, label: bool = False, piece: bool = False) -> Iterator[ast.Constant]:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _reads(node.value, label, piece):
                yield node
        elif (
            (
                isinstance(node, ast.Assign)
                and any(isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets)
            )
            or isinstance(node, ast.Raise)
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ):
            return
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self.read(value, label)
        elif isinstance(node, ast.Subscript | ast.Compare):
            yield from self.read(node.value if isinstance(node, ast.Subscript) else node.left)
        elif isinstance(node, ast.JoinedStr):
            for value in node.values:
                yield from self.read(value, label, piece=True)
        else:
            carried = label and isinstance(node, ast.List | ast.Tuple | ast.IfExp | ast.BinOp)
            for name, child in _children(node):
                if name not in ("annotation", "returns", "format_spec"):
                    yield from self.read(child, carried and name != "test")

    def _call(self, node: ast.Call) -> Iterator[ast.Constant]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        yield from self.read(node.func)
        for index, argument in enumerate(node.args if name not in MARKS else ()):
            yield from self.read(argument, label=index == 0 and name in SHOWN)
        for keyword in node.keywords:
            yield from self.read(keyword.value, label=keyword.arg in READ and name not in MARKS)


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                yield name, one


def _reads(text: str, label: bool, piece: bool) -> bool:
    kept = _SIGNS.sub("", text) if label else text
    if text.strip(" ·") in _NAMES or '="' in text or text.startswith(_TYPED):
        return False
    if label and _WORD.search(kept):
        return True
    return bool(_PROSE.search(kept) or (piece and _PIECE.search(kept)) or _CAPITAL.match(kept))
