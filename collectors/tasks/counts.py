"""What a program asks of its reader: lines of code, and names of the framework; both read from its text."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
    tokenize.ENCODING,
}


def lines_of_code(text: str) -> int:
    """Count the lines that hold code: blank lines, comments and docstrings are left out.

    Raises:
        SyntaxError: the text is no Python.
    """
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    held = {line for each in tokens if each.type not in _NO_CODE for line in range(each.start[0], each.end[0] + 1)}
    return len(held - set(_docstrings(ast.parse(text))))


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def names_used(text: str, modules: Sequence[str]) -> list[str]:
    """Give the distinct names of a framework that a program uses, whole (`torch.nn.Linear`), sorted.

    A name is what is reached by dots from something imported of `modules`. Methods and attributes of objects that a
    call gave (`loss.backward()`) are not seen by reading, and not counted; nor is an import that is never used.

    Raises:
        SyntaxError: the text is no Python.
    """
    tree = ast.parse(text)
    bound = dict(_bound(tree, modules))
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    outermost = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner
    ]
    found = {name for node in outermost if (name := _dotted(node, bound))}
    return sorted(found - {module for module in modules if any(each.startswith(f"{module}.") for each in found)})


def _bound(tree: ast.Module, modules: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each name that an import of the framework binds, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in modules:
                    yield (alias.asname or alias.name.partition(".")[0]), _whole(alias)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in modules:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _whole(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _dotted(node: ast.expr, bound: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in bound:
        return None
    return ".".join([bound[node.id], *reversed(parts)])
