"""What belongs to a figure of measurements, on runs made by hand; and the two names of the address figures own."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import streamlit as st

from dashboard.sections import address, measurement, points
from dashboard.sections.frame import old_words
from db.read import BenchHead

TODAY = date(2026, 11, 22)


def head(run: int, day: int = 1, month: int = 11, **more: Any) -> BenchHead:
    """A run of one workload on a machine with a hostile name."""
    made: dict[str, Any] = {"imported": False, "machine": {"processor": "A <b>", "processors": 2}, "cache": "hot"}
    made |= {"device": "cpu", "preset": "matched", "workloads": ("lstm",), "results": 3}
    return BenchHead(run=run, measured_at=datetime(2026, month, day, 12, tzinfo=UTC), **made | more)


def test_own_runs_are_owed_together_and_imported_ones_apart() -> None:
    own, other = measurement.credits_of([head(9), head(8), head(7, imported=True)])
    assert own.title == "measured by Framescope, runs 9, 8"
    assert own.licence == measurement.OWN
    assert other.title == "measured by Framescope, run 7"
    assert other.licence == measurement.IMPORTED
    assert own.citation.endswith("on A <b>, 2 processors")
    assert "](" not in own.markdown
    (many,) = measurement.credits_of([head(run) for run in range(20)])
    assert many.title.endswith("0, 1, 2, 3, 4, 5 and 14 more")
    assert measurement.credits_of([]) == []


def test_when_runs_were_measured_is_a_moment_a_day_or_a_span() -> None:
    def said(*heads: BenchHead) -> str:
        return measurement.when(heads).replace("\u00a0", " ")

    assert said(head(1)) == "measured 1 Nov 2026, 12:00 UTC"
    assert said(head(1), head(2)) == "measured 1 Nov 2026"
    assert said(head(1), head(2, day=3)) == "measured 1 Nov 2026 to 3 Nov 2026"
    assert said() == "run not known"


def test_what_is_over_four_months_old_says_so() -> None:
    assert measurement.old([head(1)], TODAY) == ""
    assert measurement.old([], TODAY) == ""
    said = measurement.old([head(1, month=3), head(2, month=5)], TODAY)
    assert said.startswith("Old: the newest figure is 6 months old. Newer versions may differ")
    assert old_words(date(2026, 7, 25), TODAY) == ""
    assert old_words(date(2026, 7, 24), TODAY) == "Old: the newest figure is 3 months old."


def test_a_run_is_told_in_one_line_with_hostile_words_escaped() -> None:
    said = measurement.conditions(head(3, imported=True)).replace("\u00a0", " ")
    assert said.startswith("run 3 · 1 Nov 2026, 12:00 UTC · A \\<b\\>, 2 processors · matched preset, cpu, hot cache")
    assert said.endswith("imported")


class Params(dict[str, list[str]]):
    """An address bar."""

    def get_all(self, name: str) -> list[str]:
        return self[name]

    def from_dict(self, wanted: dict[str, list[str]]) -> None:
        self.clear()
        self.update(wanted)


def test_where_runs_were_measured_names_each_machine_preset_and_device_once() -> None:
    assert measurement.where([head(1), head(2)]) == "A \\<b\\>, 2 processors · matched preset, cpu"
    other = head(3, machine={"processor": "B"}, device="cuda:0")
    assert measurement.where([head(1), other]) == "A \\<b\\>, 2 processors; B · matched preset, cpu, cuda\\:0"
    assert measurement.where([]) == ""


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Params:
    made = Params(point=["a~b"], figure=["one"], metric=["stars"])
    monkeypatch.setattr(st, "query_params", made)
    monkeypatch.setattr(st, "session_state", {})
    return made


def test_a_page_that_writes_its_state_leaves_point_and_figure(bar: Params) -> None:
    address.write("page", {"metric": ["forks"], "gone": [], "point": ["stale"]})
    assert bar == {"metric": ["forks"], "point": ["a~b"], "figure": ["one"]}


def test_a_point_that_opens_or_closes_is_no_new_address(bar: Params) -> None:
    assert address.is_new("page", address.incoming(), [])
    address.write("page", {"metric": ["stars"]})
    assert not address.is_new("page", address.incoming(), [])
    points.close()
    assert "point" not in bar
    assert not address.is_new("page", address.incoming(), [])
    bar["metric"] = ["forks"]
    assert address.is_new("page", address.incoming(), [])


def test_a_name_too_long_for_a_point_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "query_params", {"point": "x" * (points.LONGEST + 1)})
    assert points.opened() == ""
