"""What proves a result: the code that ran, what it measured, and what it printed, each bounded."""

import ast
import inspect
import json
import math
import os
from pathlib import Path
from typing import Any

from collectors.probes.model import Check, Gap

MOST_OUTPUT = 4_000
MOST_EVIDENCE = 8_000
MOST_TEXT = 2_000


def source_of(side: Check | Gap) -> str:
    """Give the source of a check, then of what it uses of its own file, in the file's order; a gap has none."""
    if isinstance(side, Gap):
        return ""
    text = Path(inspect.getfile(side)).read_text(encoding="utf-8")
    defined = {name: node for node in ast.parse(text).body for name in _names(node)}
    used, waiting = [side.__name__], [side.__name__]
    while waiting:
        node = defined[waiting.pop()]
        found = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
        new = [name for name in dict.fromkeys(found) if name in defined and name not in used]
        used, waiting = used + new, waiting + new
    rest = dict.fromkeys(node for name, node in defined.items() if name in used[1:])
    return "\n\n".join(_segment(text, node) for node in [defined[side.__name__], *rest])


def _names(node: ast.stmt) -> list[str]:
    """Give the names a statement of a file defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if not isinstance(node, ast.Assign):
        return []
    return [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def _segment(text: str, node: ast.stmt) -> str:
    decorated = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    first = min([node.lineno, *(each.lineno for each in decorated)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def bounded(evidence: Any) -> Any:
    """Give `evidence` in JSON's own types, long texts cut.

    Raises:
        ValueError: it is larger than `MOST_EVIDENCE` characters of JSON even so.
    """
    plain = _plain(evidence)
    size = len(json.dumps(plain))
    if size > MOST_EVIDENCE:
        raise ValueError(f"the evidence is {size} characters of JSON; at most {MOST_EVIDENCE} are kept")
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, str):
        return cut(value, MOST_TEXT)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if hasattr(value, "item"):
        return _plain(value.item())
    raise ValueError(f"evidence of {type(value).__name__} cannot be kept")


def cut(text: str, most: int) -> str:
    """Keep the beginning and the end of a text, and say how much is left out between."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"


def printed(file: int, since: int) -> str:
    """Give what was written to the open `file` from byte `since` on: all of it, or its beginning and its end.

    The file's position is left alone: the process that writes shares it.
    """
    end = os.fstat(file).st_size
    half = MOST_OUTPUT // 2
    if end - since <= MOST_OUTPUT:
        return os.pread(file, MOST_OUTPUT, since).decode("utf-8", "replace")
    first, last = (os.pread(file, half, where).decode("utf-8", "replace") for where in (since, end - half))
    return f"{first}\n… {end - since - 2 * half:,} bytes left out …\n{last}"
