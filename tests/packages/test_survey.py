"""A survey from end to end: an index on the loopback, a real store, receipts, figures, and what a page reads back."""

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from collectors import survey as surveying
from collectors.errors import SkipItem
from collectors.packages.layouts import Layout
from collectors.packages.models import LIBRARIES, Library
from collectors.packages.wheels import NEWEST
from collectors.replay import replay
from collectors.settings import Settings
from collectors.survey import Survey
from db import read
from db.engine import Engine, reading
from db.receipts import ReceiptStore
from tests.fakes.wheels import WheelIndex

LAYOUT = Layout("pytorch", ("made",), (("made", "made"),), apart=("made.old",))
FILES = {"made/__init__.py": "x = y = 1", "made/old.py": "z = 1"}
HUB = {
    "keras_hub/models/__init__.py": "from keras_hub.src import BertBackbone as BertBackbone, BertTokenizer, small",
    "torchvision/models/alexnet.py": "@register_model()\ndef alexnet(): ...\ndef helper(): ...",
    "torchvision/models/other.py": "@register_model(name='given')\ndef own(): ...\nclass C: ...",
    "official/projects/detr/modeling/detr.py": "",
    "official/projects/__init__.py": "",
    "official/legacy/bert/model.py": "",
    "transformers/models/bert/modeling_bert.py": "",
    "transformers/models/tokens/tokenization_tokens.py": "",
    "keras/applications/__init__.py": "from keras.a import VGG16 as VGG16\nfrom keras.applications import vgg16 as v",
}
SHIPPED = {
    "keras": ["VGG16"],
    "torchvision": ["alexnet", "given"],
    "keras-hub": ["BertBackbone"],
    "tf-models-official": ["bert", "detr"],
    "transformers": ["bert"],
}


@pytest.fixture
def index(httpserver: HTTPServer) -> WheelIndex:
    return WheelIndex(httpserver)


@pytest.fixture
def settings(home: Path, index: WheelIndex) -> Settings:
    return Settings(home=home, source_urls={"package_index": index.url}, source_intervals={"wheels": 0.0})


def figures(store: Engine) -> dict[tuple[str, str, str], tuple[str, float | None]]:
    with reading(store) as session:
        rows = read.observations(session, sources=["wheels"])
        return {(row.metric, row.system, row.definition): (str(row.period_start), row.value) for row in rows}


def test_a_wheel_becomes_a_receipt_and_figures_of_the_day_it_came_out(
    index: WheelIndex, settings: Settings, store: Engine, home: Path
) -> None:
    index.add("made", "1.0", FILES)
    with Survey(store, settings) as survey:
        assert survey.wheel_names(LAYOUT, "made", "1.0") is not None
    assert figures(store) == {
        ("public_names", "pytorch", "made, all namespaces, at release"): ("2024-03-05", 3.0),
        ("public_names", "pytorch", "made, without made.old, at release"): ("2024-03-05", 1.0 + 1),
    }
    with reading(store) as session:
        (row,) = read.package_readings(session)
        (run,) = read.runs(session, limit=1)
    assert (row.kind, row.system) == ("names", "pytorch")
    document = json.loads(ReceiptStore(home / "receipts").get(row.sha256))
    assert document["names"] == {"made": ["x", "y"], "made.old": ["z"]}
    assert (run.status, run.source, run.observations) == ("ok", "wheels", 2)


def test_the_store_is_rebuilt_from_the_receipts_of_a_survey(
    index: WheelIndex, settings: Settings, store: Engine, home: Path, tmp_path: Path
) -> None:
    from db.engine import open_database

    index.add("made", "1.0", FILES)
    with Survey(store, settings) as survey:
        survey.wheel_names(LAYOUT, "made", "1.0")
    into = open_database(f"sqlite:///{tmp_path / 'again.db'}", create=True)
    done = replay(store, into, ReceiptStore(home / "receipts"))
    assert not done.lost
    assert figures(into) == figures(store)
    into.dispose()


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.package)
def test_each_library_is_counted_by_its_rule(
    library: Library, index: WheelIndex, settings: Settings, store: Engine
) -> None:
    index.add(library.package, "9.0", HUB)
    with Survey(store, settings) as survey:
        document = survey.models(library, NEWEST)
    assert document is not None
    assert sorted(document["models"]) == SHIPPED[library.package]
    ((_, value),) = figures(store).values()
    assert value == len(SHIPPED[library.package])


def test_what_cannot_be_read_is_named_and_leaves_no_figure(
    index: WheelIndex, settings: Settings, store: Engine
) -> None:
    with Survey(store, settings) as survey:
        assert survey.wheel_names(LAYOUT, "made", "1.0") is None
        assert survey.installed_names(Layout("jax", ("nobodys-package",), (("x", "x"),))) is None
    assert set(survey.failed) == {"made 1.0", "jax installed"}
    assert figures(store) == {}
    with reading(store) as session:
        (run,) = read.runs(session, limit=1)
    assert run.status == "failed"


def test_offline_nothing_is_asked(index: WheelIndex, home: Path, store: Engine) -> None:
    index.add("made", "1.0", FILES)
    settings = Settings(home=home, offline=True, source_urls={"package_index": index.url})
    with Survey(store, settings) as survey:
        assert survey.wheel_names(LAYOUT, "made", "1.0") is None
    assert not index.pages


def test_a_framework_that_cannot_be_asked_says_why() -> None:
    with pytest.raises(SkipItem, match="could not be asked: KeyError: 'nobody'"):
        surveying.registered("nobody")


@pytest.mark.frameworks
@pytest.mark.alone
@pytest.mark.parametrize("framework", ["pytorch", "jax"])
def test_an_installed_framework_lists_its_kernels(framework: str, settings: Settings, store: Engine) -> None:
    module = pytest.importorskip("importlib.util").find_spec({"pytorch": "torch"}.get(framework, framework))
    if module is None:
        pytest.skip(f"{framework} is not installed here")
    with Survey(store, settings) as survey:
        document = survey.kernels(framework)
    assert document is not None, survey.failed
    assert len(document["implemented"]) > 100
    assert next(iter(document["counts"].values())) == len(document["implemented"])


def test_the_kernels_of_a_framework_are_led_by_the_count_that_is_compared(settings: Settings, store: Engine) -> None:
    counts = {"kernels for any device": 9, "operators with a kernel for the processor": 4}
    document = {"kind": "kernels", "framework": "tensorflow", "version": "1.0", "counts": counts}
    with Survey(store, settings) as survey:
        assert survey._keep("kernels", "tensorflow", lambda: document) is not None, survey.failed
    with reading(store) as session:
        led = {row.definition: row.primary for row in read.observations(session, sources=["wheels"])}
    assert led == {f"{name}, installed here": name.startswith("operators") for name in counts}
