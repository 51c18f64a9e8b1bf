"""Every source where nobody answers: unavailable within its time, and no figure invented."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors.body import Limits
from collectors.run import collect
from collectors.settings import Settings
from collectors.sources import SOURCES
from collectors.states import source_list
from db import read
from db.engine import Engine, reading
from tests.fakes.populated import NOT_ASKED
from tests.fakes.repository import Repository

SILENCE_S, READ_S = 1.0, 0.5
HASTY = Limits(connect_s=READ_S, read_s=READ_S, silence_s=SILENCE_S, backoff_s=0.1, tries=9)
TOKEN = SecretStr("a-token-of-tests")


@pytest.fixture(params=["nobody listens", "nobody answers"])
def nowhere(request: pytest.FixtureRequest, free_port: int) -> Iterator[str]:
    """An address where connections are refused, and one where they are taken and nothing is ever said."""
    if request.param == "nobody listens":
        yield f"http://127.0.0.1:{free_port}/"
        return
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}/"


def test_each_says_unavailable_within_its_time(nowhere: str, store: Engine, home: Path) -> None:
    names = [source.name for source in SOURCES]
    given = Settings(
        home=home,
        source_urls=dict.fromkeys(names, nowhere),
        source_intervals=dict.fromkeys(names, 0.0),
        github_token=TOKEN,
    )
    hasty = [replace(source, limits=HASTY) for source in SOURCES]
    for source in (source for source in hasty if source.name not in NOT_ASKED):
        began = time.monotonic()
        (report,) = collect([source.name], engine=store, settings=given, registered=hasty)
        took = time.monotonic() - began
        assert report.status == "unavailable", f"{source.name}: {report.message}"
        assert took < SILENCE_S + 2 * READ_S + 3.0, f"{source.name} took {took:.1f} s"
        assert (report.observations, report.receipts) == (0, 0)
    with reading(store) as session:
        assert read.counts(session)["observations"] == 0
        listed = source_list(read.source_states(session), settings=given, registered=hasty)
    listed = [row for row in listed if row["source"] not in NOT_ASKED]
    assert {row["state"] for row in listed} == {"failing"}
    assert all("no connection or no answer" in row["message"].lower() for row in listed)


@pytest.mark.parametrize(("name", "reason"), NOT_ASKED.items())
def test_what_is_fed_by_hand_or_from_a_directory_says_so(
    name: str, reason: str, nowhere: str, store: Engine, home: Path
) -> None:
    given = Settings(home=home, source_urls={name: nowhere})
    (report,) = collect([name], engine=store, settings=given)
    assert (report.status, report.requests, report.receipts) == ("skipped", 0, 0)
    assert report.message.startswith(reason)
    with reading(store) as session:
        (row,) = (row for row in source_list(read.source_states(session), settings=given) if row["source"] == name)
    assert row["message"].startswith(reason)
    assert row["state"] == ("disabled" if name == "git" else "never")


def test_what_is_switched_on_and_gets_no_answer_is_unavailable(free_port: int, store: Engine, home: Path) -> None:
    nowhere = {"google_trends": f"http://127.0.0.1:{free_port}/"}
    given = Settings(home=home, source_urls=nowhere, google_trends_live=True)
    (report,) = collect(["google_trends"], engine=store, settings=given)
    assert (report.status, report.observations, report.receipts) == ("unavailable", 0, 0), report.message


def test_a_clone_is_read_where_nobody_answers(nowhere: str, store: Engine, home: Path, tmp_path: Path) -> None:
    Repository.made(tmp_path / "clones" / "pytorch" / "pytorch").commit("2020-03-01T12:00:00+0000")
    given = Settings(home=home, source_urls={"git": nowhere}, git_clones=tmp_path / "clones")
    (report,) = collect(["git"], engine=store, settings=given)
    assert (report.status, report.requests) == ("ok", 0), report.message
    assert report.new


def test_no_source_may_be_silent_for_longer_than_a_few_minutes() -> None:
    for source in SOURCES:
        limits = source.limits or Limits()
        assert limits.silence_s + limits.connect_s + limits.read_s <= 240, source.name
        assert limits.silence_s >= limits.read_s + limits.connect_s, f"{source.name}: one slow answer is no silence"
