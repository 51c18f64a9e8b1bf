"""One variant's process beside a made child: what is compiled after warm-up is an error of the measurement."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from collectors.bench.lane import Process
from collectors.bench.process import Child, ChildError


class Answers:
    """A child whose every block takes a millisecond a call, and which has compiled so many graphs by then."""

    def __init__(self, *graphs: int) -> None:
        self.graphs: Iterator[int] = iter(graphs)

    def ask(self, do: str, limit_s: float, **arguments: Any) -> dict[str, Any]:
        return {"seconds": 0.001, "compilations": next(self.graphs)}


def _process(*graphs: int, **more: Any) -> Process:
    return Process(child=cast(Child, Answers(*graphs)), call_s=0.001, **more)


def _warm(process: Process) -> Process:
    process.warm(10.0, until=float("inf"), slow_s=1.0)
    return process


def test_a_graph_more_during_warm_up_is_no_error_and_one_more_in_the_first_round_is() -> None:
    process = _warm(_process(1, 2, 2, 2, 3))
    assert (len(process.warm_up), process.rounds) == (3, 0)
    process.block("latency", 10.0)
    with pytest.raises(ChildError, match=r"compiled again during the rounds \(3 graphs\)"):
        process.block("throughput", 10.0)


def test_where_no_block_fitted_into_warm_up_the_first_round_may_compile() -> None:
    process = _process(1, 2)
    process.warm(10.0, until=0.0, slow_s=0.0)
    assert not process.warm_up
    process.block("latency", 10.0)
    process.rounds = 1
    with pytest.raises(ChildError, match="compiled again"):
        process.block("latency", 10.0)


def test_with_the_guard_off_nothing_is_said() -> None:
    process = _warm(_process(1, 1, 1, 2, without=("recompilation",)))
    assert process.block("latency", 10.0) == 0.001
