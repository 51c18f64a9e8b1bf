"""CUDA versions read from metadata: what belongs to an extra, what to another platform, and what says nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from collectors.errors import SkipItem
from collectors.packages.cuda import cuda
from collectors.packages.wheels import NEWEST
from collectors.settings import Settings
from collectors.survey import Survey
from db import read
from db.engine import Engine, reading
from db.receipts import ReceiptStore
from tests.fakes.wheels import WheelIndex

ON_LINUX = "platform_system == 'Linux'"
TORCH = (f"nvidia-cuda-runtime-cu12==12.8.90; {ON_LINUX}", f"nvidia-cudnn-cu12==9.1; {ON_LINUX}", "numpy")
NEWER = (f"cuda-toolkit[cudart]==13.0.2; {ON_LINUX}", f"nvidia-cudnn-cu13==9.1; {ON_LINUX}")
TENSORFLOW = ('nvidia-cuda-runtime-cu12<13.0,>=12.5.82; extra == "and-cuda"', 'keras; extra == "other"')
JAX = tuple(f'jax-cuda{n}-plugin[with-cuda]==1; extra == "{extra}"' for n, extra in ((12, "cuda"), (13, "cuda13")))


class Made:
    """A package with this metadata and nothing else."""

    package, origin, sha256 = "made", "installed", ""
    released: date | None = None

    def __init__(self, *lines: str, version: str = "1.0", path: str = "made-1.0.dist-info/METADATA") -> None:
        self.version, self._paths = version, (path,)
        self.text = "Name: made\n" + "".join(f"Requires-Dist: {line}\n" for line in lines) + "\nRequires-Dist: torch\n"

    def paths(self) -> frozenset[str]:
        return frozenset(self._paths)

    def read(self, path: str) -> str:
        return self.text

    def load(self, paths: Any) -> None:
        """Nothing to do."""


def offered(*lines: str, version: str = "1.0") -> list[tuple[str, str, str]]:
    rows = cuda(Made(*lines, version=version), "pytorch")["offered"]
    return [(row["extra"], row["major"], row["exact"]) for row in rows]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (TORCH, [("", "12", "==12.8.90")]),
        (NEWER, [("", "13", "==13.0.2")]),
        (TENSORFLOW, [("and-cuda", "12", "<13.0,>=12.5.82")]),
        (JAX, [("cuda", "12", ""), ("cuda13", "13", "")]),
        (("numpy", "nvidia-ml-py>=12", "cudatoolkit"), []),
        (("nvidia-cudnn-cu12==9.1; platform_system == 'Windows'",), []),
        (("cuda-toolkit>=12,<14",), []),
        (("cuda-toolkit==12.8.*,==13.0.*",), []),
        (("nvidia-cudnn-cu12 == not a version",), []),
        ((), []),
    ],
)
def test_what_requirements_say_of_cuda(lines: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:
    assert offered(*lines) == expected


def test_a_build_s_own_label_names_its_version() -> None:
    assert offered(version="2.9.0+cu128") == [("", "12", "12.8")]
    assert offered(version="2.9.0+cpu") == []
    assert cuda(Made(version="2.9.0+cpu"), "pytorch")["label"] == "cpu"


def test_the_lines_it_was_read_from_are_kept() -> None:
    (row,) = cuda(Made(*TORCH), "pytorch")["offered"]
    assert [line.partition("=")[0] for line in row["requirements"]] == ["nvidia-cuda-runtime-cu12", "nvidia-cudnn-cu12"]


def test_without_metadata_nothing_is_known() -> None:
    with pytest.raises(SkipItem, match=r"made 1\.0 has no metadata"):
        cuda(Made(path="made/__init__.py"), "pytorch")


def test_more_requirements_than_any_package_has_are_refused() -> None:
    with pytest.raises(SkipItem, match="more than 2,000 requirements"):
        cuda(Made(*(f"p{n}" for n in range(2_001))), "pytorch")


def test_a_wheel_on_the_index_becomes_a_receipt_without_a_figure(
    httpserver: HTTPServer, store: Engine, home: Path
) -> None:
    index = WheelIndex(httpserver)
    index.add("made", "2.0", {"made-2.0.dist-info/METADATA": Made(*TORCH).text, "made/__init__.py": ""})
    settings = Settings(home=home, source_urls={"package_index": index.url}, source_intervals={"wheels": 0.0})
    with Survey(store, settings) as survey:
        assert survey.cuda("pytorch", "made", NEWEST) is not None
        assert survey.cuda("pytorch", "absent", NEWEST) is None
    assert list(survey.failed) == ["absent newest"]
    with reading(store) as session:
        (row,) = read.package_readings(session)
        assert not list(read.observations(session, sources=["wheels"]))
    document = json.loads(ReceiptStore(home / "receipts").get(row.sha256))
    assert (row.kind, row.system, document["released"]) == ("cuda", "pytorch", "2024-03-05")
    assert document["offered"][0]["exact"] == "==12.8.90"
