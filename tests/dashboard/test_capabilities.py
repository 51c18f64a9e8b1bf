"""The matrix of capabilities on made results: what a row, a version and a pair come to, and what a filter leaves."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.analysis.capabilities import (
    Compared,
    Filter,
    Matrix,
    cell_named,
    column_name,
    compared,
    matrix,
    narrowed,
    ordered,
    slug,
    standing,
    word,
)
from dashboard.analysis.capability_words import answer
from db.read import ProbeColumn, ProbeRow
from language.words import speaking

TORCH, FLOW = ProbeColumn("pytorch", "2.13.0", "", "cpu"), ProbeColumn("tensorflow", "2.21.0", "", "cpu")
JAX, OLD_JAX = ProbeColumn("jax", "0.10.2", "", "cpu"), ProbeColumn("jax", "0.6.2", "", "cpu")
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX"}
KNOWN: list[dict[str, Any]] = [
    {"capability": name, "title": name.upper(), "axis": axis, "axis_title": axis.title(), "question": f"Can it {name}?"}
    for name, axis in (("alike", "graph"), ("split", "graph"), ("shaky", "data"), ("new", "data"))
]


def cell(of: ProbeColumn, capability: str, mode: str, state: str, message: str = "", **more: Any) -> ProbeRow:
    axis = next((str(entry["axis"]) for entry in KNOWN if entry["capability"] == capability), "other")
    row = ProbeRow(
        *(0, 1, capability, axis, of.system, mode, of.device, of.version, of.backend_version, state, message, 0.5),
        datetime(2026, 11, 21, tzinfo=UTC),
    )
    return row._replace(**more)


def made(states: Mapping[tuple[ProbeColumn, str, str], str]) -> Matrix:
    found = [cell(of, capability, mode, state) for (of, capability, mode), state in states.items()]
    return matrix(found, {of for of, _, _ in states}, KNOWN)


WHOLE = made(
    {
        (TORCH, "alike", "any"): "pass",
        (TORCH, "split", "eager"): "pass",
        (TORCH, "split", "compile"): "fail",
        (TORCH, "shaky", "eager"): "error",
        (TORCH, "shaky", "compile"): "fail",
        (FLOW, "alike", "any"): "pass",
        (FLOW, "split", "eager"): "fail",
        (FLOW, "shaky", "eager"): "fail",
        (FLOW, "gone", "eager"): "pass",
    }
)


def test_what_differs_is_first_then_what_was_probed_then_the_rest() -> None:
    assert [(row.axis, row.capability) for row in WHOLE.rows] == [
        ("graph", "split"),
        ("graph", "alike"),
        ("data", "shaky"),
        ("other", "gone"),
        ("data", "new"),
    ]
    assert [(column.of, column.mode) for column in WHOLE.columns] == [
        (TORCH, "eager"),
        (TORCH, "compile"),
        (FLOW, "eager"),
    ]
    assert [word(one) for one in WHOLE.rows[0].cells] == ["✓ pass", "✗ fail", "✗ fail"]


def test_one_result_for_all_modes_stands_under_every_mode() -> None:
    assert [word(one) for one in WHOLE.rows[1].cells] == ["✓ pass", "✓ pass", "✓ pass"]


def test_what_was_never_probed_says_so_and_what_left_the_registry_stays() -> None:
    assert {word(one) for one in WHOLE.rows[4].cells} == {"? not probed"}
    assert WHOLE.rows[3].title == "gone"
    assert "no longer" in WHOLE.rows[3].question


def test_what_differs_no_more_among_the_columns_left_makes_way() -> None:
    whole = made(
        {
            (TORCH, "alike", "any"): "pass",
            (FLOW, "alike", "any"): "pass",
            (JAX, "alike", "any"): "fail",
            (TORCH, "new", "any"): "pass",
            (FLOW, "new", "any"): "fail",
        }
    )
    assert [row.capability for row in whole.rows] == ["alike", "new", "split", "shaky"]
    left = narrowed(whole, Filter(system=("pytorch", "tensorflow")))
    assert [row.capability for row in left.rows] == ["new", "alike", "split", "shaky"]


@pytest.mark.parametrize(
    ("states", "is_so"),
    [
        (["pass", "error"], "has"),
        (["fail", "fail"], "lacks"),
        (["fail", "not_applicable"], "lacks"),
        (["fail", "error"], "unknown"),
        (["fail", "not_run"], "unknown"),
        (["error"], "unknown"),
        ([None, "fail"], "unknown"),
        ([], "unknown"),
        (["not_applicable"], "senseless"),
    ],
)
def test_an_infrastructure_failure_is_never_a_no(states: list[str | None], is_so: str) -> None:
    assert standing(None if state is None else cell(TORCH, "x", "eager", state) for state in states) == is_so


def test_the_answer_counts_the_unknown_as_unknown() -> None:
    found = compared(WHOLE, TORCH, FLOW)
    assert {name: [row.capability for row in rows] for name, rows in found._asdict().items()} == {
        "both": ["alike"],
        "neither": [],
        "first": ["split"],
        "second": [],
        "unknown": ["shaky", "gone", "new"],
        "senseless": [],
    }
    assert answer(found, "PyTorch", "TensorFlow") == (
        "Of five capabilities three are unknown; PyTorch and TensorFlow both have one, PyTorch alone has one."
    )


def sorted_out(**many: int) -> Compared:
    """So many capabilities of each kind."""
    return Compared(*([WHOLE.rows[0]] * many.get(kind, 0) for kind in Compared._fields))


@pytest.mark.parametrize(
    ("many", "english", "chinese"),
    [
        (
            {"first": 1, "unknown": 54},
            "Of 55 capabilities 54 are unknown; PyTorch alone has one.",
            "55 项能力中，54 项未知；仅 PyTorch 具备的有 1 项。",
        ),
        ({"unknown": 55}, "All 55 capabilities are unknown.", "全部 55 项能力均未知。"),
        ({"unknown": 1}, "The one capability is unknown.", "全部 1 项能力均未知。"),
        (
            {"both": 40, "first": 7, "second": 2, "neither": 3, "senseless": 1, "unknown": 2},
            "Of 55 capabilities PyTorch and TensorFlow both have 40, PyTorch alone has seven, TensorFlow alone has "
            "two, neither has three. One is not applicable to one or both. Two are unknown.",
            None,
        ),
        ({"both": 12}, "Of 12 capabilities PyTorch and TensorFlow both have 12.", None),
        (
            {"senseless": 2, "unknown": 1},
            "Two are not applicable to one or both. One is unknown.",
            None,
        ),
    ],
)
def test_the_answer_reads_well_of_none_one_and_many(many: dict[str, int], english: str, chinese: str | None) -> None:
    found = sorted_out(**many)
    assert answer(found, "PyTorch", "TensorFlow") == english
    with speaking("zh-CN"):
        said = answer(found, "PyTorch", "TensorFlow")
    assert chinese in (None, said)
    assert "none" not in said


def test_the_answer_accounts_for_every_capability_it_was_asked_of() -> None:
    whole = made({(TORCH, "odd", "eager"): "not_applicable", (FLOW, "odd", "eager"): "pass"})
    told = answer(compared(whole, TORCH, FLOW), "PyTorch", "TensorFlow")
    assert "One is not applicable to one or both." in told


def test_a_failure_of_ours_makes_no_row_differ() -> None:
    one = made({(TORCH, "split", "eager"): "pass", (FLOW, "split", "eager"): "error"})
    assert not one.rows[0].differs
    assert narrowed(one, Filter(differences=True)).rows == ()


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (Filter(), ["split", "alike", "shaky", "gone", "new"]),
        (Filter(axis=("data",)), ["shaky", "new"]),
        (Filter(state=("error",)), ["shaky"]),
        (Filter(state=("not_probed",)), ["gone", "new"]),
        (Filter(differences=True), ["split"]),
        (Filter(differences=True, system=("tensorflow",)), []),
        (Filter(search="SPLIT can"), ["split"]),
        (Filter(search="nothing like it"), []),
    ],
)
def test_filters_of_rows(asked: Filter, rows: list[str]) -> None:
    assert [row.capability for row in narrowed(WHOLE, asked).rows] == rows


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        (Filter(mode=("eager",)), [TORCH, FLOW]),
        (Filter(system=("tensorflow",)), [FLOW]),
        (Filter(version=(slug(TORCH),)), [TORCH, TORCH]),
        (Filter(version=(slug(TORCH),), mode=("function",)), []),
    ],
)
def test_filters_of_columns(asked: Filter, columns: list[ProbeColumn]) -> None:
    left = narrowed(WHOLE, asked)
    assert [column.of for column in left.columns] == columns
    assert all(len(row.cells) == len(columns) for row in left.rows)


def test_two_versions_are_two_columns_the_newer_first() -> None:
    both = made({(OLD_JAX, "split", "jit"): "fail", (JAX, "split", "jit"): "pass"})
    assert [column.of.version for column in both.columns] == ["0.10.2", "0.6.2"]
    assert both.rows[0].differs


def test_columns_are_ordered_by_framework_and_named_in_words() -> None:
    keras = ProbeColumn("keras.torch", "3.15.1", "2.13.0", "cuda")
    absent = ProbeColumn("jax", "", "", "cpu")
    assert ordered([keras, absent, OLD_JAX, JAX, FLOW, TORCH]) == [TORCH, FLOW, JAX, OLD_JAX, absent, keras]
    assert column_name(keras, NAMES) == "Keras 3.15.1 on PyTorch 2.13.0 (cuda)"
    assert column_name(absent, NAMES) == "JAX not installed"


def test_a_cell_is_found_by_the_name_its_link_has() -> None:
    found = cell_named(WHOLE, f"split~compile~{slug(TORCH)}")
    assert found is not None
    assert (found.capability, found.mode, found.state) == ("split", "compile", "fail")
    everywhere = cell_named(WHOLE, f"alike~any~{slug(FLOW)}")
    assert everywhere is not None
    assert everywhere == cell_named(WHOLE, f"alike~eager~{slug(FLOW)}")
    assert cell_named(WHOLE, "split~compile") is None
    assert cell_named(WHOLE, f"new~eager~{slug(TORCH)}") is None
