"""Local clones: months read by git from real repositories, cut histories refused, and nobody's name kept."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors.errors import SkipItem, StopSource, Unreadable
from collectors.local_git import Clone
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings, load_settings
from collectors.source import Context, Item, Parsed
from collectors.sources import git
from collectors.states import source_list
from db import read
from db.engine import Engine, reading
from db.models import Receipt as ReceiptTable
from db.receipts import ReceiptStore
from tests.fakes.repository import Repository

JAN, FEB, APR = date(2020, 1, 1), date(2020, 2, 1), date(2020, 4, 1)
NOW = datetime(2024, 6, 15, tzinfo=UTC)
Run = Callable[..., RunReport]


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    return tmp_path / "clones"


@pytest.fixture
def keras(clones: Path) -> Repository:
    return Repository.made(clones / "keras-team" / "keras")


@pytest.fixture
def run(store: Engine, home: Path, clones: Path) -> Run:
    def one(*systems: str, where: Path | None = clones) -> RunReport:
        settings = Settings(home=home, git_clones=where)
        (report,) = collect(
            None, engine=store, settings=settings, systems=systems or ("keras",), registered=[git.SOURCE]
        )
        return report

    return one


def stored(store: Engine, metric: str = "commits", system: str = "keras") -> dict[date, tuple[float | None, str]]:
    with reading(store) as session:
        rows = read.observations(session, metrics=(metric,), systems=(system,), sources=("git",))
    return {row.period_start: (row.value, row.status) for row in rows if row.granularity == "month"}


def parsed(repository: Repository | Path, now: datetime = NOW) -> Parsed:
    path = repository.path if isinstance(repository, Repository) else repository
    clone = Clone.at(path)
    assert clone is not None
    item = Item("keras-team/keras", "keras", {"repository": "keras-team/keras"})
    return git.parse(json.dumps(git.read_history(clone)).encode(), Context(item, "clone:keras-team/keras", now))


def values(found: Parsed, metric: str = "commits") -> dict[date, tuple[float | None, str]]:
    return {row.period_start: (row.value, row.status) for row in found.observations if row.metric == metric}


def test_commits_and_authors_are_counted_by_month(run: Run, keras: Repository, store: Engine) -> None:
    for when, who in (("2020-01-03", "ada"), ("2020-01-09", "bob"), ("2020-01-10", "ada"), ("2020-02-01", "bob")):
        keras.commit(f"{when}T12:00:00+0000", who)
    keras.commit("2020-04-05T12:00:00+0000", "cleo")
    report = run()
    assert (report.status, report.requests, report.receipts) == ("ok", 0, 1)
    gap = date(2020, 3, 1)
    assert stored(store) == {JAN: (3, "ok"), FEB: (1, "ok"), gap: (0, "ok"), APR: (1, "partial")}
    assert stored(store, "commit_authors") == {JAN: (2, "ok"), FEB: (1, "ok"), gap: (0, "ok"), APR: (1, "partial")}
    assert stored(store, "first_time_authors") == {JAN: (2, "ok"), FEB: (0, "ok"), gap: (0, "ok"), APR: (1, "partial")}
    assert stored(store, "tags") == {}, "a clone without a tag says nothing of tags"


def test_a_second_run_adds_nothing_and_a_new_month_completes_the_last(
    run: Run, keras: Repository, store: Engine
) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    run()
    again = run()
    assert (again.new, again.revised) == (0, 0)
    keras.commit("2020-02-03T12:00:00+0000")
    later = run()
    assert later.revised >= 1
    assert stored(store) == {JAN: (1, "ok"), FEB: (1, "partial")}


def test_a_month_is_one_of_utc_and_of_the_committer(keras: Repository) -> None:
    keras.commit("2020-01-31T23:30:00-0500", written="2011-07-01T00:00:00+0000")
    keras.commit("2020-04-01T01:00:00+0200")
    assert values(parsed(keras)) == {FEB: (1, "ok"), date(2020, 3, 1): (1, "partial")}


def test_merges_are_left_out_and_what_they_bring_is_not(keras: Repository) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    for name in ("one", "two", "three"):
        keras.git("checkout", "-q", "-b", name, "main")
        keras.commit("2020-02-03T12:00:00+0000", name)
    keras.git("checkout", "-q", "main")
    keras.merge("2020-02-05T12:00:00+0000", "one")
    keras.merge("2020-02-06T12:00:00+0000", "two", "three")
    assert values(parsed(keras)) == {JAN: (1, "ok"), FEB: (3, "partial")}
    assert values(parsed(keras), "first_time_authors") == {JAN: (1, "ok"), FEB: (3, "partial")}


def test_what_is_not_on_the_main_branch_does_not_count(keras: Repository, tmp_path: Path) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    keras.git("checkout", "-q", "-b", "other")
    keras.commit("2020-02-03T12:00:00+0000")
    keras.git("checkout", "-q", "main")
    clone = Repository(keras.cloned(tmp_path / "copy"))
    clone.git("checkout", "-q", "other")
    assert values(parsed(clone)) == {JAN: (1, "partial")}, "the main branch is the remote's, whatever is checked out"


def test_an_address_is_an_author_whatever_its_name(keras: Repository) -> None:
    (keras.path / ".mailmap").write_text("Ada <ada@planted.example> <countess@planted.example>\n")
    keras.git("add", ".mailmap")
    keras.commit("2020-01-03T12:00:00+0000", "ada")
    renamed = {"GIT_AUTHOR_NAME": "Ada King", "GIT_COMMITTER_DATE": "2020-01-04T12:00:00+0000"}
    keras.git("commit", "-q", "--allow-empty", "-m", "x", GIT_AUTHOR_EMAIL="ada@planted.example", **renamed)
    keras.commit("2020-01-05T12:00:00+0000", "countess")
    assert values(parsed(keras), "commit_authors") == {JAN: (2, "partial")}


def test_version_tags_are_counted_by_their_own_day(keras: Repository) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    keras.tag("v0.1")
    keras.tag("jax-v0.2.1rc0", "2020-02-09T12:00:00+0000")
    keras.tag("nightly")
    keras.tag("ciflow/trunk/1.5")
    keras.git("tag", "blob-1.0", keras.git("hash-object", "-w", "-t", "blob", os.devnull))
    keras.commit("2020-04-05T12:00:00+0000")
    found = values(parsed(keras), "tags")
    assert found == {JAN: (1, "ok"), FEB: (1, "ok"), date(2020, 3, 1): (0, "ok"), APR: (0, "partial")}


def test_a_tag_after_the_newest_commit_is_counted_as_unfinished(keras: Repository) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    keras.tag("v1.0", "2020-02-09T12:00:00+0000")
    assert values(parsed(keras), "tags") == {FEB: (1, "partial")}


def test_a_clone_of_one_branch_knows_a_part_of_the_tags(keras: Repository, tmp_path: Path) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    keras.tag("v1.0")
    keras.commit("2020-02-03T12:00:00+0000")
    part = keras.cloned(tmp_path / "part", "--single-branch")
    whole = keras.cloned(tmp_path / "whole", "--no-checkout")
    bare = keras.cloned(tmp_path / "bare.git", "--bare")
    assert values(parsed(part), "tags")[JAN] == (1, "lower_bound")
    assert values(parsed(whole), "tags")[JAN] == values(parsed(bare), "tags")[JAN] == (1, "ok")
    assert values(parsed(part)) == values(parsed(bare)) == {JAN: (1, "ok"), FEB: (1, "partial")}


def test_a_shallow_clone_is_refused(run: Run, clones: Path, tmp_path: Path, store: Engine) -> None:
    origin = Repository.made(tmp_path / "origin")
    origin.commit("2020-01-03T12:00:00+0000")
    origin.commit("2020-02-03T12:00:00+0000")
    origin.cloned(clones / "keras-team" / "keras.git", "--bare", "--depth", "1")
    report = run()
    assert report.status == "failed"
    assert "git fetch --unshallow" in report.message
    assert stored(store) == {}


def test_a_clone_without_its_files_is_enough(keras: Repository, tmp_path: Path) -> None:
    (keras.path / "code.py").write_text("print()\n")
    keras.git("add", "code.py")
    keras.git("config", "uploadpack.allowFilter", "true")
    keras.commit("2020-01-03T12:00:00+0000")
    clone = keras.cloned(tmp_path / "thin", "--no-checkout", "--filter=tree:0")
    assert values(parsed(clone)) == {JAN: (1, "partial")}


def test_dates_that_cannot_be_true_are_in_no_month(keras: Repository) -> None:
    keras.commit("1970-01-01T00:00:10+0000", "epoch")
    keras.commit("2020-01-03T12:00:00+0000")
    keras.commit("2099-01-03T12:00:00+0000", "future")
    keras.commit("2020-02-03T12:00:00+0000")
    found = parsed(keras)
    assert values(found) == {JAN: (1, "ok"), FEB: (1, "partial")}
    assert values(found, "first_time_authors") == {JAN: (1, "ok"), FEB: (0, "partial")}


def test_only_dates_that_cannot_be_true_are_no_history(keras: Repository) -> None:
    keras.commit("1970-01-01T00:00:10+0000")
    with pytest.raises(SkipItem, match="date that can be true"):
        parsed(keras)


@pytest.mark.parametrize(
    "broken",
    [
        "author nobody\ncommitter nobody\n\nx\n",
        "author a <a> 5 +0000\ncommitter b <b> 99999999999999999999 +0000\n\nx\n",
        "author a <a> 5 +0000\ncommitter b <b> -5 +0000\n\nx\n",
    ],
)
def test_a_commit_that_is_no_proper_one_is_in_no_month(keras: Repository, broken: str) -> None:
    keras.raw_commit(broken)
    keras.commit("2020-01-03T12:00:00+0000")
    assert values(parsed(keras)) == {JAN: (1, "partial")}


def test_an_empty_repository_and_what_is_none_are_named(
    run: Run, keras: Repository, clones: Path, store: Engine
) -> None:
    (clones / "jax-ml").mkdir()
    (clones / "jax-ml" / "jax").write_text("a file")
    (clones / "pytorch" / "pytorch").mkdir(parents=True)
    report = run("keras", "jax", "pytorch", "tensorflow")
    assert report.status == "failed"
    for said in ("keras-team/keras: The clone has no commit yet", "jax-ml/jax: What lies", "pytorch/pytorch: What"):
        assert said in report.message
    assert "tensorflow" not in report.message, "what nobody cloned is not missed"
    keras.commit("2020-01-03T12:00:00+0000")
    assert run("keras", "jax").status == "partial"


def test_a_directory_within_another_repository_is_none(run: Run, clones: Path) -> None:
    outer = Repository.made(clones)
    outer.commit("2020-01-03T12:00:00+0000")
    (clones / "keras-team" / "keras").mkdir(parents=True)
    assert "no git repository" in run().message


def test_a_bare_name_is_taken_where_it_can_mean_one_repository_only(clones: Path) -> None:
    names = {path.relative_to(clones) for path in git.places(clones, "keras-team/keras")}
    assert {Path("keras-team/keras"), Path("keras.git"), Path("keras")} <= names
    assert {path.parent.name for path in git.places(clones, "pytorch/hub")} == {"pytorch"}


def test_a_folder_of_the_same_name_within_the_working_tree_is_passed_over(
    run: Run, clones: Path, store: Engine
) -> None:
    flow = Repository.made(clones / "tensorflow")
    (flow.path / "tensorflow").mkdir()
    flow.commit("2020-01-03T12:00:00+0000")
    assert run("tensorflow").status == "ok"
    assert stored(store, system="tensorflow") == {JAN: (1, "partial")}


def test_without_a_directory_it_is_disabled_and_says_what_to_set(run: Run, clones: Path, home: Path) -> None:
    report = run(where=None)
    assert (report.status, report.message) == ("skipped", "reads a directory: set FRAMESCOPE_GIT_CLONES")
    assert run(where=clones / "none").message == "FRAMESCOPE_GIT_CLONES names no directory"
    (listed,) = source_list({}, settings=Settings(home=home), registered=[git.SOURCE])
    assert (listed["state"], listed["next_due"]) == ("disabled", None)


def test_the_setting_is_read_from_the_environment(clones: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_GIT_CLONES", str(clones))
    assert load_settings(None).folder("git_clones") == clones


def test_without_git_the_source_stops_and_says_so(
    run: Run, keras: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    report = run()
    assert report.status == "failed"
    assert "git is not on the path" in report.message
    with pytest.raises(StopSource):
        parsed(keras)


def test_nobody_s_name_is_kept_anywhere(run: Run, keras: Repository, home: Path, store: Engine) -> None:
    for who in ("ada", "bob"):
        keras.commit("2020-01-03T12:00:00+0000", who)
    run()
    shelf = ReceiptStore(home / "receipts")
    texts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    with reading(store) as session:
        texts += [shelf.get(row.sha256) for row in session.execute(select(ReceiptTable)).scalars()]
    kept = b"".join(texts)
    assert b"keras-team/keras" in kept
    for private in (b"planted.example", b"Ada", b"Robot", str(keras.path).encode()):
        assert private not in kept


def test_a_receipt_alone_gives_every_figure_again(run: Run, keras: Repository, home: Path, store: Engine) -> None:
    for when, who in (("2020-01-03", "ada"), ("2020-01-09", "bob"), ("2020-02-01", "bob")):
        keras.commit(f"{when}T12:00:00+0000", who)
    keras.tag("v1.0")
    run()
    with reading(store) as session:
        (row,) = session.execute(select(ReceiptTable)).scalars().all()
        context = Context(Item.from_dict(row.request["item"]), row.url, row.fetched_at)
        body = ReceiptStore(home / "receipts").get(row.sha256)
    assert (row.method, row.url, row.status) == ("GIT", "clone:keras-team/keras", 200)
    assert list(git.SOURCE.read([(body, context)])) == [parsed(keras)]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"commit": "a", "all_branches": true, "authors": {"2020-13": {"0": 1}}, "tags": {}}',
        b'{"commit": "a", "all_branches": true, "authors": {"2020-01": {"0": -1}}, "tags": {}}',
        b'{"commit": "a", "all_branches": true, "tags": {}}',
    ],
)
def test_a_receipt_of_another_form_stops_the_source(body: bytes) -> None:
    with pytest.raises((StopSource, Unreadable)):
        git.parse(body, Context(Item("k", "keras", {"repository": "k"}), "clone:k", NOW))


def test_nothing_that_a_clone_would_run_is_run(keras: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    script = tmp_path / "run-me"
    script.write_text(f"#!/bin/sh\necho $0 >> {trace}\nexit 1\n")
    script.chmod(stat.S_IRWXU)
    first = keras.commit("2020-01-03T12:00:00+0000")
    keras.commit("2020-02-03T12:00:00+0000")
    for name in ("core.pager", "pager.rev-list", "core.fsmonitor", "diff.external", "gpg.program", "core.sshCommand"):
        keras.git("config", name, str(script))
    for name, value in {
        "alias.rev-list": f"!{script}",
        "log.showSignature": "true",
        "core.hooksPath": str(tmp_path),
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{script}",
        "protocol.ext.allow": "always",
    }.items():
        keras.git("config", name, value)
    (keras.path / ".git" / "objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(SkipItem, match="git cannot read the clone"):
        parsed(keras)
    assert not trace.exists()


def test_grafts_and_replacements_do_not_change_the_history(keras: Repository) -> None:
    first = keras.commit("2020-01-03T12:00:00+0000")
    second = keras.commit("2020-02-03T12:00:00+0000")
    keras.git("replace", "--graft", second)
    (keras.path / ".git" / "info").mkdir(exist_ok=True)
    (keras.path / ".git" / "info" / "grafts").write_text(f"{second}\n")
    assert first != second
    assert values(parsed(keras)) == {JAN: (1, "ok"), FEB: (1, "partial")}


def test_time_and_output_are_bounded(keras: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keras.commit("2020-01-03T12:00:00+0000")
    with pytest.raises(SkipItem, match="more than 10 bytes"):
        Clone(keras.path / ".git", max_bytes=10).answer("rev-parse", "HEAD")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nsleep 30\n")
    slow.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    began = datetime.now(UTC)
    with pytest.raises(SkipItem, match="not done within"):
        Clone(keras.path / ".git", timeout_s=0.3).answer("rev-parse", "HEAD")
    assert datetime.now(UTC) - began < timedelta(seconds=10)


def test_a_damaged_clone_is_no_figure(run: Run, keras: Repository, store: Engine) -> None:
    commit = keras.commit("2020-01-03T12:00:00+0000")
    keras.commit("2020-02-03T12:00:00+0000")
    damaged = keras.path / ".git" / "objects" / commit[:2] / commit[2:]
    damaged.chmod(stat.S_IRUSR | stat.S_IWUSR)
    damaged.write_bytes(b"not an object")
    report = run()
    assert report.status == "failed"
    assert report.message.isprintable()
    assert stored(store) == {}
