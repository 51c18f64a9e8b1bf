"""Importing a benchmark run: the same run as where it was measured, once only, and nothing of a file that is bad."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from collectors.imports import bounded
from collectors.imports.measured import MAX_FILE
from db import read
from db.engine import reading
from db.models import BenchResult
from tests.bench.documents import comparison, document, result
from tests.collectors.importing import Importing

SCHEMA = json.loads((Path(__file__).parents[2] / "collectors/bench/document.schema.json").read_text(encoding="utf-8"))
Change = Callable[[dict[str, Any]], object]


def written(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


def kept(importing: Importing, run: int) -> dict[str, Any]:
    with reading(importing.engine) as session:
        found = read.bench_document(session, run, samples=True)
    assert found is not None
    return found


def imported(importing: Importing) -> list[int]:
    with reading(importing.engine) as session:
        return [row["run"] for row in read.bench_runs(session)]


def test_a_run_is_known_by_its_content_and_kept_whole(importing: Importing) -> None:
    told = document({"numpy": 0.001, "torch.eager": 0.0015, "jax.jit": None}, novel={"of a later": ["program", None]})
    (report,) = importing(written(told), name="holiday.jpeg")
    assert (report.kind, report.status, report.observations, report.new) == ("benchmark", "ok", 0, 3), report.message
    assert "of Some Processor 3000, begun 2026-06-01T12:00:00+00:00" in report.message
    (run,) = imported(importing)
    assert kept(importing, run) == told | {"run": run}
    with reading(importing.engine) as session:
        (row,) = read.runs(session, kind="import")
        results = read.bench_results(session)
        (compared,) = read.bench_comparisons(session)
    assert (row.source, row.status, row.new) == ("benchmark", "partial", 3)
    assert {(r["imported"], f"{r['measured_at']:%F %T}") for r in results} == {(True, "2026-06-01 12:00:12")}
    assert (compared["imported"], compared["ratio"]) == (True, 1.5)
    assert importing.bodies() == []


def test_importing_twice_adds_nothing_and_says_so(importing: Importing) -> None:
    told = document()
    importing(written(told))
    before = importing.counts()
    (run,) = imported(importing)
    again = [written(told), written(kept(importing, run)), gzip.compress(json.dumps(told, sort_keys=True).encode())]
    for report in importing(*again):
        assert (report.status, report.new, report.message) == (
            "ok",
            0,
            f"nothing new: this is run {run}, which is here already",
        )
    bare = deepcopy(told)
    for row in bare["results"]:
        del row["samples"]
    (report,) = importing(written(bare))
    assert "nothing new" in report.message
    assert importing.counts() == before
    (report,) = importing(written(told | {"seed": 8}))
    assert report.new == 2, "another run that began in the same second"


def test_the_published_schema_takes_what_is_imported(importing: Importing) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document(), SCHEMA)
    changes: tuple[dict[str, Any], ...] = ({"format": 2}, {"seconds": "12"}, {"results": []}, {"preset": "both"})
    for wrong in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document(**wrong), SCHEMA)


def first(key: str, value: Any) -> Change:
    """Change the first result."""
    return lambda told: told["results"][0].__setitem__(key, value)


def head(key: str, value: Any) -> Change:
    return lambda told: told.__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (head("format", 2), "format 2, and this Framescope reads up to 1: upgrade"),
        (head("format", True), "no document of a benchmark run"),
        (head("kind", "another"), "no document of a benchmark run"),
        (head("seconds", None), "had not ended"),
        (head("started", "2027-06-01T12:00:00+00:00"), "a time to come"),
        (head("started", "2026-06-01T12:00:00"), "started: Value error, a time needs its zone"),
        (head("started", "yesterday"), "started"),
        (head("started", "0001-01-01T00:00:00+14:00"), "before there was anything"),
        (head("seconds", 1e25), "seconds: Input should be less"),
        (head("machine", {"processor": ["P"]}), "machine.processor"),
        (first("passport", {"jit": "on"}), "results.0.passport.jit"),
        (head("results", []), "results"),
        (head("results", {}), "results"),
        (head("results", [[]]), "results.0"),
        (head("machine", "mine"), "machine"),
        (head("without", ["wait"]), "without: List should have at most 0 items"),
        (head("rounds", -1), "rounds"),
        (head("rounds", 2**63), "a number too large"),
        (head("seed", 10**400), "a number too large"),
        (head("seconds", float("nan")), "no JSON"),
        (head("seconds", float("inf")), "no JSON"),
        (lambda told: told.pop("ceilings"), "ceilings: Field required"),
        (lambda told: told["results"].append(told["results"][0]), "one result is told twice"),
        (lambda told: told["comparisons"].append(told["comparisons"][0]), "one comparison is told twice"),
        (head("comparisons", [comparison(baseline="jax.jit")]), "names a variant that has no result"),
        (first("status", "splendid"), "results.0.status"),
        (first("status", "wrong"), "a variant that is not ok has no speed"),
        (first("workload", "../../etc/passwd"), "results.0.workload"),
        (first("variant", "<script>"), "results.0.variant"),
        (first("latency_s", {"median": 0, "low": None, "high": None, "samples": 1}), "results.0.latency_s.median"),
        (first("latency_s", {"median": "1", "low": None, "high": None, "samples": 1}), "results.0.latency_s.median"),
        (first("peak_bytes", 1.5), "results.0.peak_bytes"),
        (first("passport", None), "results.0.passport"),
        (first("samples", {"latency": "quick"}), "results.0.samples.latency"),
        (first("samples", {"latency": [0.1] * 20_001}), "results.0.samples.latency"),
        (first("message", "x" * 20_001), "results.0.message"),
        (first("extra", "x" * 100_001), "a text of more than 100,000 characters"),
        (first("message", "\x1b]0;owned\x07"), "control characters"),
        (first("message", "half \ud800"), "control characters"),
        (first("passport", {"right\u202eto left": 1}), "control characters"),
    ],
)  # fmt: skip
def test_a_document_that_is_wrong_leaves_nothing(importing: Importing, change: Change, why: str) -> None:
    told = document()
    change(told)
    refused(importing, written(told), why)


def refused(importing: Importing, body: bytes, why: str) -> None:
    before = importing.counts()
    (report,) = importing(body)
    assert report.status == "failed", report.message
    assert why in report.message
    assert "\n" not in report.message
    assert len(report.message) < 300
    assert importing.counts() == before
    assert importing.bodies() == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (written(document())[:-40], "cut off"),
        (gzip.compress(written(document()))[:300], "compressed data"),
        (written(document()) + b"{}", "no JSON"),
        (written(document()).replace(b'"seed": 7', b'"seed": 7, "seed": 8'), "one key of an object twice"),
        (written(document()).replace(b'"seconds": 12.5', b'"seconds": 1e999'), "a number too large"),
        (written(document()).replace(b"Some Processor", b"\xff\xfe"), "no JSON"),
        (b'{"comparisons":' + b"[" * 100_000, "nested more than 16 deep"),
        (b'{"comparisons": [' + b"[]," * 2_000_000 + b"[]]}", "more than 3,000,000 values"),
        (gzip.compress(b'{"comparisons": "' + b"x" * (MAX_FILE + 1) + b'"}'), "more than 48,000,000 bytes"),
    ],
)
def test_a_file_that_is_bad_or_beyond_the_bounds_leaves_nothing(importing: Importing, body: bytes, why: str) -> None:
    refused(importing, body, why)


def test_half_a_gigabyte_is_refused_without_being_held(importing: Importing) -> None:
    path = importing.directory / "large"
    with path.open("wb") as file:
        file.write(b'{"kind": "framescope benchmark run", "comparisons": "')
        file.truncate(500_000_000)
    tracemalloc.start()
    (report,) = importing.named(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (report.status, "more than 48,000,000 bytes" in report.message) == ("failed", True)
    assert peak < 150_000_000


def test_a_document_of_the_largest_real_size_is_read_within_the_bounds(importing: Importing) -> None:
    """Thirty-one workloads in ten variants, with as many rounds as a run ever does."""
    samples = {name: [0.001234567890123 * n for n in range(1, 501)] for name in ("latency", "throughput", "again")}
    samples |= {"rounds": list(range(500)), "process": [0] * 500}
    rows = [
        result(f"v{variant}", 0.001, workload=f"w{workload}", samples=samples)
        for workload in range(31)
        for variant in range(10)
    ]
    body = written(document(results=rows, comparisons=[]))
    assert 10_000_000 < len(body) < MAX_FILE
    assert len(bounded.loaded(body)["results"]) == 310


def test_a_run_that_cannot_be_written_leaves_no_half(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.write.finish_run", full)
    before = importing.counts()
    (report,) = importing(written(document()))
    assert (report.status, report.new) == ("failed", 0)
    assert importing.counts() == before
    with reading(importing.engine) as session:
        assert session.query(BenchResult).count() == 0
