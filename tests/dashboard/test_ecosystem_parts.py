"""The ecosystem page's parts on packages: without readings, with readings, and with text written to hurt."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from collectors.settings import Settings
from collectors.survey import Survey
from db import write
from db.engine import home, open_database, writing
from db.records import PackageFile, Release
from tests.dashboard.conftest import typed
from tests.dashboard.test_views import HOSTILE, words


def draw_api() -> None:
    from dashboard.sections import ecosystem_api

    ecosystem_api.draw()


def draw_models() -> None:
    from dashboard.sections import ecosystem_models

    ecosystem_models.draw()


def draw_latency() -> None:
    from dashboard.sections import ecosystem_latency

    ecosystem_latency.draw()


PARTS = (draw_api, draw_models, draw_latency)


@pytest.fixture(autouse=True)
def fresh(new_home: Path) -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    engine = open_database()
    with writing(engine) as session:
        write.catalog(session, write.start_run(session, kind="catalog", source="catalog"), load_catalog())
    engine.dispose()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def shown(part: Callable[[], None]) -> AppTest:
    app = AppTest.from_function(part, default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def keep(*documents: dict[str, Any]) -> None:
    engine = open_database()
    with Survey(engine, Settings(home=home(), offline=True)) as survey:
        for document in documents:
            assert survey._keep(document["version"], document["framework"], partial(dict, document)), survey.failed
    engine.dispose()


def names(framework: str, version: str, count: int, origin: str = "installed", **more: Any) -> dict[str, Any]:
    listed = {"tf.compat.v1": [f"old{n}" for n in range(count - 2)], "tf": ["a", f"only_in_{version}"]}
    base: dict[str, Any] = {
        "kind": "names",
        "framework": framework,
        "package": "p",
        "version": version,
        "origin": origin,
    }
    base |= {"sha256": "", "released": None, "reader": 1, "modules": 2, "names": listed, "distinct": 3}
    return base | {"deprecated": [], "dynamic": {}, "apart": ["tf.compat"], "missing": ""} | more


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_without_readings_a_part_says_which_command_brings_them(part: Callable[[], None]) -> None:
    app = shown(part)
    assert not app.dataframe
    assert typed(app)[0].startswith("framescope ")


def test_the_claim_gets_its_number_and_two_versions_their_difference() -> None:
    wheel = names("tensorflow", "2.20", 9_010, "p-2.20.whl", released="2025-01-02")
    keep(wheel, names("tensorflow", "2.21", 9_000), names("pytorch", "2.13", 50))
    app = shown(draw_api)
    said = words(app)
    assert "TensorFlow 2.21 has over 8,000 public names here: 9,000, of which 8,998 repeat it" in said
    assert "PyTorch 50" in said
    assert "From 2.20 to 2.21: 1 added, 11 removed, 0 deprecated" in said
    assert len(app.dataframe[0].value) == 3


def test_names_and_kernels_of_one_package_are_both_there_and_like_kernels_are_shown() -> None:
    operators = "operators with a kernel for the processor"
    base = {"kind": "kernels", "framework": "tensorflow", "package": "p", "version": "2.21", "origin": "installed"}
    keep(names("tensorflow", "2.21", 10), base | {"counts": {"kernels for any device": 9, operators: 4}})
    app = shown(draw_api)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["names"], row["kernels"]) == ("10", f"4 {operators}")


def test_listed_models_are_found_or_said_to_be_nowhere() -> None:
    base = {"kind": "models", "framework": "torchvision", "package": "torchvision", "version": "1.0", "released": None}
    keep(base | {"origin": "w.whl", "rule": HOSTILE, "models": {"alexnet": "f", "resnet50": "f"}})
    app = shown(draw_models)
    rows = {row["model"]: row["where today"] for row in app.dataframe[1].value.to_dict("records")}
    assert rows["AlexNet"] == "torchvision 1.0: alexnet"
    assert rows["syntaxnet"] == "in no library that is read"
    assert "3 are in a library" in words(app)
    app.toggle(key="ecosystem.models.missing").set_value(True).run()
    assert "AlexNet" not in set(app.dataframe[1].value["model"])


def test_text_written_to_hurt_stays_text() -> None:
    keep(names("tensorflow", HOSTILE, 10))
    app = shown(draw_api)
    assert "<script>" not in "".join(str(each.value) for each in app.markdown).replace("\\<", "")


def test_a_lost_body_is_left_out(new_home: Path) -> None:
    keep(names("tensorflow", "2.21", 10))
    for file in (new_home / "receipts").rglob("*"):
        if file.is_file():
            file.unlink()
    assert "No interface has been read" in words(shown(draw_api))


def test_waits_are_told_for_the_chosen_platform() -> None:
    tags = ("cp314", "cp314", "manylinux_2_28_x86_64")
    file = PackageFile(
        "torch-2.9.0.whl", "wheel", *tags, size=900 * 2**20, uploaded_at=datetime(2025, 10, 17, tzinfo=UTC)
    )
    release = Release("pytorch", "torch", "2.9.0", datetime(2025, 10, 17, tzinfo=UTC), files=(file,))
    engine = open_database()
    with writing(engine) as session:
        run = write.start_run(session, kind="collection", source="package_index")
        write.releases(session, run, "package_index", [release], None)
        write.finish_run(session, run, status="ok")
    engine.dispose()
    app = shown(draw_latency)
    assert "Python 3.14 on Linux x86-64: PyTorch after ten days" in words(app)
    assert app.dataframe[0].value.loc["PyTorch", "3.14"] == "+10 d, 2.9.0"
    assert app.dataframe[0].value.loc["PyTorch", "3.13"] == "no wheel"
    app.selectbox(key="ecosystem.latency.platform").set_value("Windows").run()
    assert "has wheels for Windows" in words(app)
    assert json.dumps(app.dataframe[0].value.loc["PyTorch", "3.14"]) == '"no wheel"'


def test_cuda_versions_are_told_where_they_were_read_and_are_unknown_where_not() -> None:
    assert "It is not known which CUDA versions are offered" in words(shown(draw_latency))
    offered = [{"extra": "", "major": "13", "exact": HOSTILE, "requirements": []}]
    base = {"kind": "cuda", "framework": "pytorch", "package": "torch", "version": "2.10", "released": "2026-01-02"}
    keep(base | {"origin": "w.whl", "label": "", "offered": offered})
    app = shown(draw_latency)
    assert "PyTorch 2.10: CUDA 13." in words(app)
    assert app.dataframe[0].value["how"].tolist() == ["as it comes"]
