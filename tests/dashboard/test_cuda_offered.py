"""CUDA versions in rows and in one sentence, from readings made by hand."""

from typing import Any

from dashboard.analysis.cuda_offered import NONE, OPEN, PLAIN, answer, offers


def document(framework: str, version: str, *offered: tuple[str, str, str]) -> dict[str, Any]:
    rows = [{"extra": extra, "major": major, "exact": exact, "requirements": []} for extra, major, exact in offered]
    return {"framework": framework, "version": version, "released": "2026-01-02", "offered": rows}


READ = (
    document("pytorch", "2.9.0", ("", "12", "==12.8.90")),
    document("pytorch", "2.10.0", ("", "13", "==13.0.2")),
    document("jax", "0.10", ("cuda12", "12", ""), ("cuda13", "13", "")),
    document("tensorflow", "2.0"),
)


def test_the_newest_version_of_each_framework_is_told() -> None:
    said = answer(READ, {"pytorch": "PyTorch"})
    assert said == "jax 0.10: CUDA 12 and 13; PyTorch 2.10.0: CUDA 13; tensorflow 2.0: no CUDA version named."


def test_each_extra_is_a_row_and_a_version_that_names_none_says_so() -> None:
    rows = [(row.framework, row.version, row.how, row.cuda, row.runtime) for row in offers(READ)]
    assert rows == [
        ("jax", "0.10", "extra cuda12", "12", OPEN),
        ("jax", "0.10", "extra cuda13", "13", OPEN),
        ("pytorch", "2.10.0", PLAIN, "13", "==13.0.2"),
        ("pytorch", "2.9.0", PLAIN, "12", "==12.8.90"),
        ("tensorflow", "2.0", "", NONE, ""),
    ]
