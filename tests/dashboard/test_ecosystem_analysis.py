"""Interfaces, listed models and waits on readings made by hand whose answer is known."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashboard.analysis.api_names import by_namespace, change, size, versions
from dashboard.analysis.named_models import NOWHERE, find, plain, told
from dashboard.analysis.support_latency import PLATFORMS, platforms_of, waits, weights
from dashboard.charts.weights import weight_chart
from db.read import WheelRow

LINUX = "Linux x86-64"
DAY = date(2025, 10, 7)


def names(version: str, spaces: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    base = {"framework": "pytorch", "version": version, "reader": 1, "names": spaces, "apart": [], "missing": ""}
    return base | {"distinct": 1, "deprecated": [], "dynamic": {}} | more


def wheel(tags: str, uploaded: str, version: str = "1.0", package: str = "torch", **more: Any) -> WheelRow:
    python, abi, platform = tags.split("-")
    base = {"size": 100, "prerelease": False, "yanked": False} | more
    return WheelRow(package, version, python, abi, platform, base["size"], datetime.fromisoformat(uploaded).replace(
        tzinfo=UTC), base["prerelease"], base["yanked"])  # fmt: skip


def days(*wheels: WheelRow, platform: str = LINUX) -> int | None:
    (found,) = waits(wheels, {"3.14": DAY}, platform)
    return found.days


def test_a_size_tells_apart_what_is_repeated() -> None:
    found = size(names("1", {"tf": ["a", "b"], "tf.compat": ["a"], "tf.compat.v1": ["a"], "tf.compatible": ["c"]},
                       apart=["tf.compat"], missing="tf.keras"))  # fmt: skip
    assert (found.names, found.apart, found.namespaces, found.lower_bound) == (5, 2, 4, True)
    assert not size(names("1", {"a": ["b"]})).lower_bound


def test_namespaces_of_the_first_level_hold_those_beneath() -> None:
    assert by_namespace(names("1", {"t": ["a"], "t.nn": ["b"], "t.nn.x": ["c"]})) == [("t.nn", 2), ("t", 1)]


def test_a_change_names_what_came_went_and_was_marked() -> None:
    old = names("1.9", {"t": ["a", "b", "c"]}, deprecated=["t.a"])
    new = names("1.10", {"t": ["b", "c", "d"]}, deprecated=["t.b", "t.d"])
    assert [each["version"] for each in versions([new, old, new])] == ["1.9", "1.10"]
    found = change(old, new)
    assert (found.added, found.removed, found.deprecated) == (("t.d",), ("t.a",), ("t.b",))
    with pytest.raises(ValueError, match="different rules"):
        change(old, new | {"reader": 2})


def test_a_listed_model_is_found_by_its_pattern_or_nowhere() -> None:
    shipped = {"package": "hub", "version": "1.0", "origin": "x", "models": {"ResNet_50": "f", "Elegant": "f"}}
    found = find([("a", "resnet"), ("a", "gan"), ("b", "real_nvp")], {"resnet": ("resnet[0-9]*",)}, [shipped])
    assert [[told(place) for place in each.places] for each in found] == [["hub 1.0: ResNet_50"], [], []]
    assert plain("Faster R-CNN") == "fasterrcnn"
    assert NOWHERE == "in no library that is read"


@pytest.mark.parametrize(
    ("wheels", "expected"),
    [
        ([wheel("cp314-cp314-manylinux_2_28_x86_64", "2025-10-17")], 10),
        ([wheel("cp314-cp314-manylinux_2_28_x86_64", "2025-09-27")], -10),
        ([wheel("cp313-cp313-manylinux_2_28_x86_64", "2025-10-17")], None),
        ([wheel("cp314-cp314t-manylinux_2_28_x86_64", "2025-10-17")], None),
        ([wheel("cp314-cp314-win_amd64", "2025-10-17")], None),
        ([wheel("cp39-abi3-manylinux_2_28_x86_64", "2020-01-01")], 0),
        ([wheel("cp39-abi3-manylinux_2_28_x86_64", "2025-10-12")], 5),
        ([wheel("cp315-abi3-manylinux_2_28_x86_64", "2025-10-12")], None),
        ([wheel("cp314-cp314-manylinux_2_28_x86_64", "2025-10-17", prerelease=True),
          wheel("cp314-cp314-manylinux_2_28_x86_64", "2025-10-27")], 20),
        ([wheel("cp314-cp314-manylinux_2_28_x86_64", "2025-10-17", yanked=True)], None),
    ],
)  # fmt: skip
def test_a_wait_is_counted_to_the_first_wheel_that_fits(wheels: list[WheelRow], expected: int | None) -> None:
    assert days(*wheels) == expected


def test_a_package_for_any_python_waits_for_nothing() -> None:
    (found,) = waits([wheel("py3-none-any", "2020-01-01")], {"3.14": DAY}, LINUX)
    assert (found.any_python, found.days) == (True, None)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("any", PLATFORMS), ("manylinux2014_x86_64", (LINUX,)), ("linux_aarch64", ("Linux ARM",)), ("win32", ()),
     ("macosx_11_0_universal2", ("macOS ARM", "macOS Intel")), ("manylinux1_i686", ())],
)  # fmt: skip
def test_a_tag_names_its_platforms(tag: str, expected: tuple[str, ...]) -> None:
    assert platforms_of(wheel(f"cp314-cp314-{tag}", "2025-10-17")) == expected


def test_a_weight_is_that_of_the_largest_wheel_and_its_line_is_drawn() -> None:
    tag = "cp314-cp314-linux_x86_64"
    found = weights(
        [
            wheel(tag, "2025-10-17", size=5),
            wheel(tag, "2025-10-18", size=9),
            wheel(tag, "2025-11-18", "1.1", size=None),
        ],
        LINUX,
    )
    assert [(each.version, each.size) for each in found] == [("1.0", 9)]
    figure = weight_chart(found, {"torch": "<b>"}, "light")
    assert list(figure.data[0].x) == [date(2025, 10, 18)]
    assert "<b>" not in figure.layout.annotations[0].text
