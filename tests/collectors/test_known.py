"""The list of known misbehaviours is whole, and each one's test exists."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
LIST = TESTS.parent / "fakes" / "known.csv"
NOTES = TESTS.parents[2] / "shared" / "research" / "source-contracts.md"


def known() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8") as file:
        assert file.readline().startswith("#")
        return list(csv.DictReader(file, delimiter=";"))


def test_each_known_misbehaviour_says_what_is_stored_and_has_a_test() -> None:
    rows = known()
    assert len(rows) > 100
    wrong = []
    for row in rows:
        file, _, name = row["test"].partition("::")
        tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        wrong += [] if row["stored"] and name in names else [f"{row['source']}, {row['clause']}: no {row['test']}"]
    assert not wrong, "\n".join(wrong)


def test_no_misbehaviour_of_the_research_notes_is_left_out() -> None:
    if not NOTES.exists():
        pytest.skip("NO NOTES: the research notes beside the checkout are not here")
    text = NOTES.read_text(encoding="utf-8")
    section = text[text.index("## (b)") : text.index("## Uncertain")]
    missing = []
    for source, said in re.findall(r"^- \*\*(.+?)\*\*:?(.*)$", section, re.MULTILINE):
        mine = [row["clause"] for row in known() if row["source"] == source]
        clauses = [clause.strip(" .`") for clause in re.split(r";|, (?![^(]*\))", said)]
        assert clauses, source
        missing += [f"{source}: {clause}" for clause in clauses if not any(clause.startswith(each) for each in mine)]
    assert not missing, "\n".join(missing)
