"""The ledger on the bundled figures: what they decide, what one observation changes, what is kept, what is printed."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.load import load_catalog
from collectors.history import load_bundled
from db import read, write
from db.engine import Engine, open_database, reading, writing
from db.errors import UnknownName
from db.receipts import ReceiptStore
from language.words import speaking
from tests.verdicts.made import NOW
from verdicts import ledger
from verdicts.gather import gather
from verdicts.judging import judge_all
from verdicts.model import Facts, Finding, Line, Point
from verdicts.pairing import best
from verdicts.registry import RULES
from verdicts.series_blocks import ahead, crossed

PAIR = ("pytorch", "tensorflow")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bundled figures, made once; tests that write take a copy."""
    home = tmp_path_factory.mktemp("ledger")
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    load_bundled(engine, ReceiptStore(home / "receipts"))
    engine.dispose()
    return home


@pytest.fixture
def engine(made: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(made / "framescope.db", tmp_path / "framescope.db")
    opened = open_database(f"sqlite:///{tmp_path / 'framescope.db'}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def facts(made: Path) -> Facts:
    engine = open_database(f"sqlite:///{made / 'framescope.db'}")
    with reading(engine) as session:
        return gather(session, load_catalog(), RULES, NOW)


PROXIES = (
    "adopters-pytorch-2018", "adopters-tensorflow", "open-models-tf-first", "pt-1-0-sparked-growth",
    "pt-academia-tf-industry",
)  # fmt: skip
"""Claims that a product, a package, a library or percentages of a launch year alone once decided."""


def verdicts(facts: Facts) -> dict[str, Finding]:
    return {one.claim: one for one in judge_all(RULES, facts)}


def probed(*cells: tuple[str, str, str, str]) -> list[dict[str, Any]]:
    return [
        {"axis": "made", "version": "1.0", "backend_version": "", "seconds": 0.1, "message": "", "code": ""}
        | dict(zip(("capability", "system", "mode", "state"), cell, strict=True))
        for cell in cells
    ]


def test_stars_have_not_crossed_and_downloads_have(facts: Facts) -> None:
    stars, downloads = best(facts, "stars"), best(facts, "downloads")
    assert stars is not None
    assert downloads is not None
    assert ahead(facts, "stars", "tensorflow").met is True
    passed = crossed(downloads)
    assert ahead(facts, "downloads").met is True
    assert passed is not None
    assert passed.first is not None
    assert (passed.first.year, passed.last, passed.jumped) == (2024, date(2024, 3, 31), False)
    never = crossed(stars)
    assert never is not None
    assert never.first is None


def test_the_bundled_figures_and_facts_decide(facts: Facts) -> None:
    found = verdicts(facts)
    said = {claim: one.verdict for claim, one in found.items()}
    assert said["tf-more-popular-2018"] == said["tf-open-source-2015"] == said["tf-larger-community"] == "holds"
    assert said["keras-backends"] == said["tf-hub"] == said["torchserve"] == "no longer holds"
    assert said["pt-launched-2016"] == "never held"
    assert {said[name] for name in PROXIES} == {"cannot tell"}
    assert said["gpu-speedup-50x"] == said["arxiv-growth-h1-2019"] == "cannot tell"
    for one in found.values():
        assert one.verdict == "cannot tell" or one.now.evidence
        assert one.verdict != "cannot tell" or one.now.missing
    assert found["arxiv-growth-h1-2019"].now.command == "framescope collect arxiv"


def test_every_year_since_the_first_can_be_asked_for(facts: Facts) -> None:
    for year in range(2014, 2027):
        found = verdicts(facts.as_of(date(year, 11, 21)))
        assert all(
            one.day is None or one.day <= date(year, 11, 21) for each in found.values() for one in each.now.evidence
        )
    assert verdicts(facts.as_of(date(2019, 1, 1)))["keras-backends"].verdict == "holds"
    assert verdicts(facts.as_of(date(2022, 6, 1)))["torchserve"].verdict != "no longer holds"


def test_changing_one_observation_changes_what_rests_on_it_and_nothing_else(facts: Facts) -> None:
    before = verdicts(facts)
    reads = {rule.claim: {metric for metric, _ in rule.reads} for rule in RULES}
    changed = set()
    for metric in ("stars", "questions", "downloads", "contributors"):
        for number, line in enumerate(facts.lines[metric]):
            if line.system not in PAIR or not line.points:
                continue
            for point in (line.points[0], line.points[len(line.points) // 2], line.points[-1]):
                after = verdicts(_with(facts, metric, number, line, replace(point, value=point.value * 1_000)))
                off = {claim for claim in after if after[claim] != before[claim]}
                assert all(metric in reads[claim] for claim in off), (metric, line.source, point, off)
                changed |= {claim for claim in off if after[claim].verdict != before[claim].verdict}
    assert {"tf-larger-community"} <= changed


def _with(facts: Facts, metric: str, number: int, line: Line, point: Point) -> Facts:
    points = tuple(point if (one.start, one.end) == (point.start, point.end) else one for one in line.points)
    lines = list(facts.lines[metric])
    lines[number] = replace(line, points=points)
    return replace(facts, lines={**facts.lines, metric: tuple(lines)})


def test_probe_results_end_the_claims_they_refute(engine: Engine) -> None:
    with writing(engine) as session:
        run = write.start_run(session, kind="probe", source="probe")
        cells = (
            ("eager_execution", "tensorflow", "eager", "pass"),
            ("data_parallel_two_processes", "pytorch", "any", "pass"),
            ("data_parallel_two_processes", "tensorflow", "any", "pass"),
            ("keras_same_numbers", "keras.torch", "any", "pass"),
        )
        write.probe_results(session, run, probed(*cells), device="cpu")
    ids = ("pytorch-does-not-use-keras", "pt-no-distributed", "tf-static-graph-only")
    with reading(engine) as session:
        found = ledger.ledger(session, date(2100, 1, 1), ids)
    assert {one.claim: one.verdict for one in found} == dict.fromkeys(ids, "no longer holds")
    assert {one.now.until for one in found} == {date(2019, 9, 1), date(2017, 8, 1), date(2023, 11, 27)}
    assert [one.outdated for one in found] == [True] * 3, "each ended before its article appeared"
    engine.dispose()
    printed = framescope(Path(str(engine.url.database)).parent, "pt-no-distributed")
    assert "no longer holds: was out of" in " ".join(printed.stdout.split())


def test_a_run_of_tasks_decides_what_rests_on_its_programs(engine: Engine) -> None:
    sizes = {"tensorflow": (52, 17), "keras": (25, 8)}
    with writing(engine) as session:
        run = write.start_run(session, kind="tasks", source="tasks")
        for task in ("small_cnn", "lstm_classifier"):
            for system, (lines, names) in sizes.items():
                told = {"version": "1.0", "state": "pass", "message": "", "seconds": 1.0, "import_s": 1.0, "code": ""}
                told |= {"first_result_s": 1.0, "output": "", "beside": "", "versions": {}, "machine": {}}
                counts = {"lines": lines, "names": [str(n) for n in range(names)]}
                write.task_result(session, run, {"task": task, "system": system, **told, **counts})
        write.probe_results(session, run, probed(("training_loop_shipped", "tensorflow", "any", "pass")), device="cpu")
    with reading(engine) as session:
        (found,) = ledger.ledger(session, date(2100, 1, 1), ["tf-complex-alone"])
    assert (found.verdict, found.now.evidence[0].value) == ("holds", round(52 / 25, 4))
    assert "small_cnn: 52 lines and 17 names in tensorflow, 25 and 8 in keras" in found.now.says


def test_a_verdict_is_kept_when_it_differs_from_the_last_one(engine: Engine) -> None:
    first = ledger.record_now(engine)
    assert len(first) == 54
    assert ledger.record_now(engine) == []
    with writing(engine) as session:
        run = write.start_run(session, kind="probe", source="probe")
        write.probe_results(session, run, probed(("onnx_export", "pytorch", "any", "pass")), device="cpu")
    assert ledger.record(engine, run) == ["pt-onnx-export"]
    with reading(engine) as session:
        newest, oldest = read.verdict_history(session, claim="pt-onnx-export")
        assert len(read.verdict_history(session)) == 55
    assert (oldest.verdict, oldest.before) == ("cannot tell", None)
    assert (newest.verdict, newest.before, newest.run) == ("holds", "cannot tell", run)
    assert newest.evidence[0]["ref"] == "onnx_export/pytorch/any"


def test_a_name_that_is_no_claim_is_refused_with_a_near_one() -> None:
    with pytest.raises(UnknownName, match="tf-js"):
        ledger.chosen(["tf-jss"])


def framescope(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "framescope", "--database", f"sqlite:///{home / 'framescope.db'}", "claims"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_the_command_prints_the_ledger(made: Path) -> None:
    done = framescope(made, "--json", "--as-of", "2026-11-21")
    rows = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(rows) == 54
    assert {"id", "article", "says", "verdict", "as_of", "evidence", "note"} <= rows[0].keys()
    assert all(row["evidence"] or row["missing"] for row in rows)
    assert {row["as_of"] for row in rows} == {"2026-11-21"}
    assert all({"kind", "ref", "value"} <= one.keys() for row in rows for one in row["evidence"])
    one = json.loads(framescope(made, "tf-open-source-2015", "--as-of", "2012-01-01", "--json").stdout)
    assert [row["verdict"] for row in one] == ["cannot tell"]
    assert framescope(made, "no-such-claim").returncode == 2
    assert framescope(made, "--as-of", "2999-01-01").returncode == 2
    assert framescope(made, "tf-js", "--record").returncode == 2


def test_verdicts_are_kept_in_english_whoever_reads(engine: Engine) -> None:
    with speaking("zh-CN"):
        assert ledger.record_now(engine)
    with reading(engine) as session:
        rows = ledger.history(session)
    chinese = re.compile("[\u3000-\u9fff\uff00-\uffef]")
    assert rows
    assert not [row.claim for row in rows if chinese.search(f"{row.verdict} {row.says} {row.note} {row.evidence}")]
