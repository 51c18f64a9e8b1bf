"""Wheels read in parts from an index: which one is chosen, how little is asked for, what is kept, what is refused."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from collectors.errors import RetryLater, SkipItem
from collectors.http import HttpClient
from collectors.packages import ranges
from collectors.packages.ranges import BLOCK
from collectors.packages.wheels import NEWEST, Wheels
from collectors.settings import Settings
from collectors.survey import Survey
from db.engine import Engine
from tests.fakes.wheels import WheelIndex

FILES = {"made/__init__.py": "x = 1", "made/m.py": "y = 2"}


@pytest.fixture
def index(httpserver: HTTPServer) -> WheelIndex:
    return WheelIndex(httpserver)


@pytest.fixture
def survey(store: Engine, home: Path, index: WheelIndex) -> Survey:
    settings = Settings(home=home, source_urls={"package_index": index.url}, source_intervals={"wheels": 0.0})
    return Survey(store, settings)


def test_a_large_wheel_is_read_in_parts_and_only_once(index: WheelIndex, survey: Survey) -> None:
    index.add("made", "1.0", FILES, padding=40 * BLOCK)
    with survey:
        tree = survey.wheels.open("made", "1.0")
        assert tree.read("made/m.py") == "y = 2"
        tree.keep()
        asked = sum(last - first + 1 for first, last in index.asked)
        assert 0 < asked <= 4 * BLOCK
        again = survey.wheels.open("made", "1.0")
        assert again.read("made/m.py") == "y = 2"
        assert sum(last - first + 1 for first, last in index.asked) == asked, "from what was kept"
        assert again.read("made/__init__.py") == "x = 1"
        assert again.paths() == frozenset(FILES)


def test_what_was_kept_and_is_damaged_is_read_anew(index: WheelIndex, survey: Survey, home: Path) -> None:
    index.add("made", "1.0", FILES)
    with survey:
        tree = survey.wheels.open("made", "1.0")
        tree.read("made/m.py")
        tree.keep()
        (kept,) = (home / "cache" / "wheels").glob("*.zip")
        kept.write_bytes(b"not a zip file at all")
        assert survey.wheels.open("made", "1.0").read("made/m.py") == "y = 2"


def test_the_same_kind_of_wheel_is_chosen_for_every_version(index: WheelIndex, survey: Survey) -> None:
    for tags in ("cp312-cp312-win_amd64", "cp313-cp313t-manylinux_2_28_x86_64", "cp310-cp310-manylinux_2_28_x86_64",
                 "cp39-cp39-manylinux_2_28_x86_64", "cp39-cp39-macosx_11_0_arm64"):  # fmt: skip
        index.add("made", "2.0", FILES, tags)
    with survey:
        chosen = survey.wheels.wheel("made", NEWEST)
    assert chosen.filename == "made-2.0-cp39-cp39-manylinux_2_28_x86_64.whl"
    assert str(chosen.released) == "2024-03-05"


def test_a_server_that_is_busy_is_asked_again(
    index: WheelIndex, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("made", "1.0", FILES)
    index.busy = 1
    with survey:
        assert survey.wheels.open("made", "1.0").read("made/m.py") == "y = 2"
        index.busy = 99
        index.add("made", "2.0", FILES)
        with pytest.raises(RetryLater):
            survey.wheels.open("made", "2.0").read("made/m.py")


def test_a_server_that_knows_no_parts_is_refused(index: WheelIndex, survey: Survey) -> None:
    index.add("made", "1.0", FILES)
    index.whole = True
    with survey, pytest.raises(SkipItem, match="did not give the part"):
        survey.wheels.open("made", "1.0").paths()


def test_more_than_may_be_fetched_is_refused(
    index: WheelIndex, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("made", "1.0", FILES, padding=4 * BLOCK)
    monkeypatch.setattr(ranges.RangeFile.__init__, "__kwdefaults__", {"most": BLOCK // 2})
    with survey, pytest.raises(SkipItem, match="would be needed"):
        survey.wheels.open("made", "1.0").read("made/__init__.py")


@pytest.mark.parametrize("body", [b"no zip", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_wheel_is_refused(body: bytes, index: WheelIndex, survey: Survey) -> None:
    index.wheels["made", "1.0"] = {"made-1.0-py3-none-any.whl": body}
    with survey:
        tree = survey.wheels.open("made", "1.0")
        if body.startswith(b"PK"):
            assert tree.paths() == frozenset()
        else:
            with pytest.raises(SkipItem, match="no wheel that can be opened"):
                tree.paths()


def test_a_version_without_wheels_or_unknown_says_so(index: WheelIndex, survey: Survey) -> None:
    index.wheels["made", "1.0"] = {"made-1.0.tar.gz": b"x"}
    with survey:
        with pytest.raises(SkipItem, match=r"no wheel of made 1\.0"):
            survey.wheels.open("made", "1.0")
        with pytest.raises(SkipItem):
            survey.wheels.open("nobodys", "1.0")
        with pytest.raises(SkipItem, match=r"no version 9\.9 of made"):
            survey.wheels.open("made", "9.9")


def test_only_the_wheels_last_used_are_kept(tmp_path: Path) -> None:
    for number in range(70):
        (tmp_path / f"{number}.zip").write_bytes(b"")
    http = HttpClient("wheels", keeper=None)  # type: ignore[arg-type]  # nothing is asked
    Wheels(http, "http://127.0.0.1:9/", tmp_path).close()
    http.close()
    assert len(list(tmp_path.glob("*.zip"))) == 64
