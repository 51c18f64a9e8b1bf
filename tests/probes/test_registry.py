"""The probes that exist: named, asked of every framework, put as questions; their page's example works."""

import re
from pathlib import Path
from typing import Any

import pytest

import collectors.probes
from collectors.probes.capabilities import PROBES
from collectors.probes.evidence import source_of
from collectors.probes.model import ANY, Gap, Probe
from collectors.probes.registry import AXES, TARGETS
from collectors.probes.targets import MODES
from db.records import PROBE_STATES

FOLDER = Path(collectors.probes.__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "adding-a-probe.md"


def test_the_tuple_names_the_files_and_nothing_else() -> None:
    files = {path.stem for path in (FOLDER / "capabilities").glob("*.py")} - {"__init__"}
    assert {probe.slug for probe in PROBES} == files
    assert len(PROBES) == len(files)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.slug)
def test_every_framework_has_a_check_or_a_reasoned_gap(probe: Probe) -> None:
    assert probe.axis in AXES
    assert probe.question.endswith("?")
    known = {*MODES, *(f"{framework}.{mode}" for framework, modes in MODES.items() for mode in modes)}
    assert set(MODES) <= set(probe.sides) <= known
    assert 0 < probe.limit_s <= 120
    for side in probe.sides.values():
        if isinstance(side, Gap):
            assert len(side.reason) > 10
        else:
            assert side.__doc__
            assert source_of(side).startswith(f"def {side.__name__}")


def test_the_code_shown_holds_what_the_check_calls_in_its_own_file() -> None:
    (probe,) = (each for each in PROBES if each.slug == "debugger_in_a_model")
    side = probe.side("jax", "jit")
    assert not isinstance(side, Gap)
    assert "def _stepped(" in source_of(side)
    assert "class Recorder(" in source_of(side)
    assert "INPUTS = (1.0, 10.0)" in source_of(side)
    assert "def tensorflow(" not in source_of(side)


def test_a_mode_may_have_a_side_of_its_own() -> None:
    (probe,) = (each for each in PROBES if each.slug == "new_shapes_without_compiling")
    assert isinstance(probe.side("jax", "eager"), Gap)
    assert callable(probe.side("jax", "jit"))
    assert probe.modes(("eager", "jit")) == ("eager", "jit")
    assert PROBES[0].modes(("eager", "jit")) == (ANY,)


def test_keras_is_a_target_on_each_backend() -> None:
    assert [target.slug for target in TARGETS if target.framework == "keras"] == [
        *("keras.tensorflow", "keras.torch", "keras.jax"),
    ]
    assert {target.framework for target in TARGETS} == set(MODES)


def test_the_store_and_the_probes_know_the_same_states() -> None:
    from collectors.probes.model import STATES

    assert STATES == PROBE_STATES


def test_the_pages_example_is_a_probe_and_what_it_names_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], str(PAGE), "exec"), names)  # noqa: S102  # our own page
    assert names["PROBE"].slug == "in_place_update"
    named = set(re.findall(r"`([a-z_]+\.py)`", page)) - {"in_place_update.py", "known.py"}
    assert {name for name in named if not any(FOLDER.parent.rglob(name))} == set()
