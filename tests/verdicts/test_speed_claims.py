"""The rules for published claims, on made rows whose answer is known."""

from dataclasses import replace

import pytest

from verdicts.ratios import Ratio
from verdicts.speed_claims import (
    RULES,
    Rows,
    Timed,
    compiles_faster,
    dynamic_batching,
    geometric,
    recurrent,
    static_graph,
    unpaired,
)


def ratio(workload: str, variant: str, value: float, verdict: str = "slower", **more: object) -> Ratio:
    one = Ratio(
        workload, "small", "torch.eager", variant, value, value * 0.9, value * 1.1, verdict, "", 0.02, 5, None, {}
    )
    return replace(one, **more)  # type: ignore[arg-type]  # the fields of a Ratio, by name


def timed(workload: str, variant: str, median: float, *calls: float, **more: object) -> Timed:
    one = Timed(workload, "small", variant, "cpu", "matched", 5, median, median * 0.98, median * 1.02, calls)
    return replace(one, **more)  # type: ignore[arg-type]  # the fields of a Timed, by name


def recurrent_rows(**verdicts: str) -> Rows:
    modes = (("torch.eager", "tensorflow.eager"), ("torch.compile", "tensorflow.xla"))
    made = [ratio(w, over, 2.0, said, baseline=base) for w, said in verdicts.items() for base, over in modes]
    return Rows(made, [])


def test_recurrent_networks_are_answered_in_eager_and_in_compiled_modes() -> None:
    every = {"lstm": "slower", "gru": "slower", "lstm_train_step": "slower"}
    rows = [one for one in recurrent_rows(**every).comparisons if one.baseline == "torch.eager"]
    found = recurrent(Rows(rows, []))
    assert found.verdict == "cannot tell"
    assert found.missing == ("lstm compiled in both", "gru compiled in both", "lstm_train_step compiled in both")


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ({"lstm": "slower", "gru": "slower", "lstm_train_step": "slower"}, "holds"),
        ({"lstm": "faster", "gru": "too close to call", "lstm_train_step": "faster"}, "does not hold"),
        ({"lstm": "slower", "gru": "faster", "lstm_train_step": "slower"}, "mixed"),
        ({"lstm": "slower", "gru": "slower"}, "cannot tell"),
        ({"lstm": "slower", "gru": "faster"}, "mixed"),
        ({"lstm": "slower", "gru": "slower", "lstm_train_step": "not comparable"}, "cannot tell"),
        ({}, "cannot tell"),
    ],
)
def test_recurrent_networks(verdicts: dict[str, str], answer: str) -> None:
    found = recurrent(recurrent_rows(**verdicts))
    assert found.verdict == answer
    lacking = {"lstm", "gru", "lstm_train_step"} - {w for w, said in verdicts.items() if said != "not comparable"}
    assert {said.split(" ")[0] for said in found.missing} == lacking
    assert found.command == "framescope bench run lstm gru lstm_train_step --seconds 180"
    assert found.runs == ((5,) if found.evidence else ())


def test_recurrent_pairs_are_of_like_modes_and_either_way_round() -> None:
    unlike = ratio("lstm", "tensorflow.function", 3.0)
    turned = ratio("lstm", "torch.eager", 0.5, "faster", baseline="tensorflow.eager")
    found = recurrent(Rows([unlike, turned], []))
    assert [(one.what, one.ratio, one.supports) for one in found.evidence] == [
        ("lstm small: tensorflow.eager over torch.eager", 2.0, True)
    ]


@pytest.mark.parametrize(
    ("compiled", "answer", "stands"),
    [
        ((False, False), "holds", True),
        ((False, True), "cannot tell", False),
        ((True,), "cannot tell", False),
        ((None,), "cannot tell", False),
        ((), "cannot tell", False),
    ],
)
def test_eager_pytorch_stands_for_a_compiler_that_compiled_nothing(
    compiled: tuple[bool | None, ...], answer: str, stands: bool
) -> None:
    workloads = ("lstm", "gru", "lstm_train_step")
    over = [ratio(w, variant, 2.0) for w in workloads for variant in ("tensorflow.eager", "tensorflow.function")]
    tried = [timed(w, "torch.compile", 1.0, compiled=one) for w in workloads for one in compiled]
    found = recurrent(Rows(over, tried))
    assert found.verdict == answer
    assert len(found.evidence) == (6 if stands else 3)
    assert ("torch.compile compiled nothing of lstm, gru, lstm_train_step" in found.says) == stands


@pytest.mark.parametrize(
    ("low", "high", "floor", "bears", "answer"),
    [
        (0.4, 6.0, 0.02, None, "cannot tell"),  # it could be six times as slow
        (0.99, None, 0.02, None, "cannot tell"),
        (0.98, 1.02, 0.02, False, "mixed"),  # as fast, to within the smallest gap
        (0.5, 1.03, None, False, "mixed"),
        (0.5, 0.9, 3.6, None, "cannot tell"),  # the same variant twice was as far apart
    ],
)
def test_too_close_to_call_is_no_word_against_a_claim_that_its_interval_reaches(
    low: float, high: float | None, floor: float | None, bears: bool | None, answer: str
) -> None:
    every = recurrent_rows(lstm="slower", gru="slower", lstm_train_step="slower").comparisons
    close = replace(every[0], ratio=1.0, low=low, high=high, floor=floor, verdict="too close to call")
    found = recurrent(Rows([close, *every[1:]], []))
    assert (found.evidence[0].supports, found.verdict) == (bears, answer)
    assert bool(found.missing) == (bears is None)
    if bears is None:
        assert found.missing[0].startswith("lstm small: tensorflow.eager over torch.eager, closer than ")
        assert "(1 too close to call)" in found.says


def test_a_graph_that_may_be_faster_leaves_the_claim_open() -> None:
    rows = [
        ratio(w, compiled, 0.5, "faster", baseline=eager)
        for w in ("w0", "w1", "w2")
        for eager, compiled in (
            ("torch.eager", "torch.compile"),
            ("tensorflow.eager", "tensorflow.function"),
            ("tensorflow.eager", "tensorflow.xla"),
        )
    ]
    of = [timed(w, "torch.eager", 1.0) for w in ("w0", "w1", "w2")]
    assert static_graph(Rows(rows, of)).verdict == "holds"
    open_ = replace(rows[0], ratio=1.0, low=0.5, high=1.6, verdict="too close to call")
    assert static_graph(Rows([open_, *rows[1:]], of)).verdict == "cannot tell"
    level = replace(open_, low=0.98, high=1.02)
    assert static_graph(Rows([level, *rows[1:]], of)).verdict == "mixed"


def calls(function: float, xla: float, *, works: int = 3, **more: object) -> Rows:
    rows = []
    for at in range(works):
        rows += [
            timed(f"w{at}", "torch.compile", 1.0, 10.0, 10.0 + at / 10, **more),
            timed(f"w{at}", "tensorflow.function", 1.0, function),
            timed(f"w{at}", "tensorflow.xla", 1.0, xla),
        ]
    return Rows([], rows)


@pytest.mark.parametrize(
    ("function", "xla", "answer"),
    [(1.0, 2.0, "holds"), (30.0, 40.0, "does not hold"), (1.0, 40.0, "mixed"), (10.05, 10.05, "cannot tell")],
)
def test_compiling(function: float, xla: float, answer: str) -> None:
    assert compiles_faster(calls(function, xla)).verdict == answer


def test_compiling_counts_every_process_and_waits_for_three_workloads() -> None:
    found = compiles_faster(calls(1.0, 2.0))
    assert found.evidence[0].ratio == pytest.approx(1 / 10.05, rel=0.01)
    few = compiles_faster(calls(1.0, 2.0, works=2))
    assert few.verdict == "cannot tell"
    assert "2 workloads measured in both, 3 needed" in few.missing[0]


def test_what_compiled_nothing_is_no_first_call_of_a_compiler() -> None:
    found = compiles_faster(calls(1.0, 2.0, compiled=False))
    assert found.verdict == "cannot tell"
    assert not found.evidence


def trees(*speed_ups: float, size: str = "small") -> Rows:
    rows = []
    for at, times in enumerate(speed_ups):
        rows += [timed("tree_by_node", f"v{at}", times, size=size), timed("tree_by_depth", f"v{at}", 1.0)]
    return Rows([], rows)


@pytest.mark.parametrize(
    ("speed_ups", "answer"),
    [
        ((12.0, 50.0), "cannot tell"),
        ((3.0, 5.0), "does not hold"),
        ((3.0, 12.0), "mixed"),
        ((9.8, 9.9), "cannot tell"),
    ],
)
def test_dynamic_batching(speed_ups: tuple[float, ...], answer: str) -> None:
    found = dynamic_batching(trees(*speed_ups))
    assert found.verdict == answer
    assert found.missing == ("a GPU, for which 100 times were claimed",)
    assert all("unpaired" in one.how for one in found.evidence)


@pytest.mark.parametrize(
    ("on_gpu", "answer"), [((120.0, 150.0), "holds"), ((12.0, 50.0), "mixed"), ((120.0, 50.0), "mixed")]
)
def test_dynamic_batching_is_held_to_a_hundred_times_on_a_gpu(on_gpu: tuple[float, ...], answer: str) -> None:
    there = [replace(one, device="cuda:0") for one in trees(*on_gpu).results]
    found = dynamic_batching(Rows([], [*trees(12.0, 50.0).results, *there]))
    assert (found.verdict, found.missing) == (answer, ())


def test_trees_of_other_sizes_are_not_divided() -> None:
    found = dynamic_batching(trees(12.0, size="large"))
    assert found.verdict == "cannot tell"
    assert not found.evidence


def graphs(torch: float, function: float, xla: float) -> Rows:
    compared, rows = [], []
    for work in ("a", "b", "c"):
        verdict = "faster" if torch < 0.97 else "slower"
        compared.append(ratio(work, "torch.compile", torch, verdict))
        rows += [
            timed(work, "torch.eager", 1.0),
            timed(work, "torch.compile", torch),
            timed(work, "tensorflow.eager", 1.0),
            timed(work, "tensorflow.function", function),
            timed(work, "tensorflow.xla", xla),
        ]
    return Rows(compared, rows)


@pytest.mark.parametrize(
    ("speeds", "answer"),
    [((0.5, 0.5, 0.4), "holds"), ((1.5, 1.0, 1.2), "does not hold"), ((1.5, 0.5, 0.5), "mixed")],
)
def test_a_static_graph(speeds: tuple[float, float, float], answer: str) -> None:
    found = static_graph(graphs(*speeds))
    assert found.verdict == answer
    hows = {one.what.split(": ")[1]: one.how for one in found.evidence}
    assert hows["torch.compile over torch.eager"] == "paired by round"
    assert hows["tensorflow.function over tensorflow.eager"] == "medians of one run, unpaired"


def test_what_a_run_could_not_compare_is_not_divided_instead() -> None:
    rows = graphs(0.5, 0.5, 0.4)
    apart = [replace(one, verdict="not comparable", variant="tensorflow.function") for one in rows.comparisons]
    found = static_graph(Rows([*rows.comparisons, *apart], rows.results))
    assert not [one for one in found.evidence if "tensorflow.function" in one.what]
    assert found.verdict == "cannot tell"
    assert "tensorflow.function over tensorflow.eager in 3 workloads" in found.missing


def test_an_unpaired_ratio_takes_the_far_ends() -> None:
    assert unpaired(timed("a", "x", 2.0), timed("a", "y", 1.0)) == (2.0, 1.96 / 1.02, 2.04 / 0.98)
    assert unpaired(timed("a", "x", 2.0, low=None), timed("a", "y", 1.0)) == (2.0, None, 2.04 / 0.98)
    assert unpaired(replace(timed("a", "x", 2.0), median=None), timed("a", "y", 1.0)) is None


def test_a_geometric_mean_has_the_interval_of_student() -> None:
    mean, low, high = geometric([1.0, 2.0, 4.0])
    assert mean == pytest.approx(2.0)
    assert low * high == pytest.approx(4.0)
    assert high == pytest.approx(2.0 * 2 ** (4.30 / 3**0.5))


def test_without_any_run_every_rule_says_what_to_measure() -> None:
    from catalog.load import load_catalog

    claims = load_catalog().claims
    for rule in RULES:
        found = rule(Rows([], []))
        assert (found.verdict, found.evidence, found.runs) == ("cannot tell", (), ())
        assert found.missing
        assert found.command.startswith("framescope bench run ")
        assert claims[found.claim].check == "benchmark"
