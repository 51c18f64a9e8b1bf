"""SQL is spoken with bound parameters: no statement is put together from what is not written in this code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.test_architecture import PACKAGES, sources, tree

SPEAKS = ("text", "literal_column", "DDL")
"""Functions of SQLAlchemy that take text for SQL; only the store may import them."""
VERBS = "SELECT INSERT UPDATE DELETE REPLACE MERGE WITH CREATE ALTER DROP ATTACH PRAGMA SET SHOW CALL COPY"
STATEMENT = re.compile(rf"\s*({VERBS.replace(' ', '|')})\b")
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
ADMITTED = {
    ("db/postgresql.py", "table.name"): "of the models",
    ("db/postgresql.py", "table"): "of the database's own catalogue, of the models' tables",
    ("db/postgresql.py", "column['name']"): "as above",
    ("db/write/bulk.py", "quote(table.name)"): "of the models, quoted by SQLAlchemy",
    ("db/write/bulk.py", "names"): "as above",
    ("db/write/bulk.py", "self._statement"): "made by SQLAlchemy's compiler from a table of the models",
}


def unbound(path: str, module: ast.Module) -> Iterator[str]:
    """Give what is put into statements and is neither a constant of the code nor admitted."""
    for node in ast.walk(module):
        for part in (*put_in(node), *(said(node) if path.startswith("db/") else ())):
            word = ast.unparse(part)
            if not CONSTANT.fullmatch(word.rpartition(".")[2]) and (path, word) not in ADMITTED:
                yield f"{path}:{part.lineno}: {word}"


def put_in(node: ast.AST) -> Iterator[ast.expr]:
    """Give what a text that begins like a statement is put together from."""
    if isinstance(node, ast.JoinedStr) and is_statement(node.values[0]):
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from (part for part in ast.walk(value.value) if is_outermost(part, value.value))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add) and is_statement(node.left):
        yield node.right
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_statement(node.func.value):
        yield from (*node.args, *(keyword.value for keyword in node.keywords))


def is_outermost(part: ast.AST, whole: ast.expr) -> TypeGuard[ast.expr]:
    """Of a product of constants its factors, of anything else the whole."""
    if isinstance(whole, ast.BinOp):
        return part in (whole.left, whole.right) and not isinstance(part, ast.Constant)
    return part is whole


def is_statement(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(STATEMENT.match(node.value))


def said(node: ast.AST) -> Iterator[ast.expr]:
    """Give what is handed on as text to something that speaks SQL, unless it is built by SQLAlchemy."""
    if not isinstance(node, ast.Call) or not node.args:
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "exec_driver_sql" or (name in SPEAKS and isinstance(node.func, ast.Name)):
        texts = [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else [node.args[0]]
        yield from (text for text in texts if not isinstance(text, ast.Constant | ast.JoinedStr))


def test_no_statement_is_put_together_from_what_is_not_written_here() -> None:
    found = [told for path in sources(*PACKAGES) for told in unbound(path.as_posix(), tree(path))]
    assert not found, "\n".join(found)


def test_what_is_admitted_is_still_there() -> None:
    for path, word in ADMITTED:
        module = tree(Path(path))
        assert word in {ast.unparse(part) for node in ast.walk(module) for part in (*put_in(node), *said(node))}, path


@pytest.mark.parametrize(
    "code",
    [
        "session.execute(f\"SELECT * FROM run WHERE source = '{source}'\")",
        'connection.exec_driver_sql("DELETE FROM run WHERE id = " + number)',
        'connection.exec_driver_sql("DELETE FROM run WHERE id = %s" % number)',
        'connection.exec_driver_sql("DELETE FROM {}".format(table))',
        "connection.exec_driver_sql(statement)",
        "session.execute(text(statement))",
        'query = f"SELECT {column}"',
    ],
)
def test_a_statement_that_is_put_together_is_found(code: str) -> None:
    assert list(unbound("db/x.py", ast.parse(code)))


def test_what_is_bound_or_constant_is_let_through() -> None:
    fine = (
        "session.execute(select(Run).where(Run.source == source))",
        "connection.exec_driver_sql('SELECT 1 WHERE x = ?', (x,))",
        "connection.exec_driver_sql(f'PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}')",
        "connection.exec_driver_sql('BEGIN IMMEDIATE' if write else 'BEGIN')",
    )
    assert not [told for code in fine for told in unbound("db/x.py", ast.parse(code))]
