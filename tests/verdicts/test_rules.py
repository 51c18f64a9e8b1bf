"""Every claim's rule on made facts: each of the four outcomes that it can come to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.load import load_catalog
from catalog.models import Adoption, Binding, Milestone, Support
from tests.verdicts.made import NOW, PT, RUNS, TF, TURN, Maker, Phase, bare, both, growing, line, probes, shares, timed
from tests.verdicts.made import times as compared_times
from verdicts.judging import judge
from verdicts.model import VERDICTS, Facts, Tasked
from verdicts.registry import BY_CLAIM, RULES
from verdicts.rules.deployment import PT_SIDE, TF_SIDE

URL = "https://example.org/"
HOLDS, GONE, NEVER, UNKNOWN = VERDICTS
STATE = (HOLDS, GONE, NEVER, UNKNOWN)
PAST = (HOLDS, NEVER, UNKNOWN)
LOOKED_UP = (HOLDS, GONE, UNKNOWN)
"""Outcomes of claims whose past no fact tells of: the article's word stands for it, so none comes to never held."""
THREE = ("matmul", "lstm", "conv2d")
RNN = ("lstm", "gru", "lstm_train_step")


def dated(*facts: tuple[str, str, str]) -> Facts:
    """A catalogue with these milestones: system, day, kind."""
    made = [
        Milestone.model_validate(
            {"system": system, "date": day, "title": f"{system} {day}", "kind": kind, "url": URL, "seen": "page itself"}
        )
        for system, day, kind in facts
    ]
    return replace(bare(), catalog=replace(bare().catalog, milestones=tuple(made)))


def ends(system: str, day: str, *others: tuple[str, str, str]) -> Maker:
    """It was there by 2019, and a dated fact ended it: before that day it was so, from it on it was not."""

    def made(phase: Phase) -> Facts:
        facts = dated((system, "2019-01-01", "release"), (system, day, "archive"), *others)
        return facts.as_of(date.fromisoformat(day) - timedelta(days=1)) if phase(NOW) else facts

    return made


def lives(*systems: str) -> Maker:
    """Projects that had a release lately where the phase says so, and were archived elsewhere."""

    def made(phase: Phase) -> Facts:
        kinds = [(system, "2026-06-01", "release" if phase(NOW) else "archive") for system in systems]
        return dated(*kinds, *((system, "2018-06-01", "release") for system in systems))

    return made


def languages(*wanted: tuple[str, str]) -> Maker:
    def made(phase: Phase) -> Facts:
        state = "active" if phase(NOW) else "ended"
        rows = [
            Binding.model_validate(
                {"system": s, "language": name, "name": name, "maintainer": "official", "last": "1.0", "state": state}
                | {"url": URL, "seen": "page itself"}
            )
            for s, name in wanted
        ]
        return replace(bare(), catalog=replace(bare().catalog, bindings=tuple(rows)))

    return made


def platforms(*wanted: tuple[str, str, bool]) -> Maker:
    """Systems on platforms; the third says whether support is whole where the phase says so."""

    def made(phase: Phase) -> Facts:
        rows = [
            Support.model_validate(
                {
                    "system": system,
                    "platform": name,
                    "how": "build",
                    "official": True,
                    "url": URL,
                    "seen": "page itself",
                }
                | {"until": "" if phase(NOW) == whole else "2020"}
            )
            for system, name, whole in wanted
        ]
        return replace(bare(), catalog=replace(bare().catalog, platforms=tuple(rows)))

    return made


def adopters(*wanted: tuple[str, str], day: str = "2017") -> Maker:
    def made(phase: Phase) -> Facts:
        rows = [
            Adoption.model_validate(
                {"company": company, "system": system, "what": "its work", "date": day, "url": URL, "evidence": "page"}
                | {"seen": "page itself", "still": "yes" if phase(NOW) else "no"}
            )
            for company, system in wanted
        ]
        return replace(bare(), catalog=replace(bare().catalog, adoptions=tuple(rows)))

    return made


def chosen_2018(phase: Phase) -> Facts:
    one = adopters(*((name, PT if phase(NOW) else TF) for name in ("Meta", "Twitter (X)", "Salesforce")))
    return one(lambda _: True)


def first_release(system: str, year: int) -> Maker:
    return lambda phase: dated((system, f"{year if phase(NOW) else year + 1}-06-01", "release"))


def papers(phase: Phase) -> Facts:
    """Months that grow as the article says, or not at all."""
    first = {PT: 100.0, TF: 400.0}
    grown = {PT: 2.94, TF: 1.23}
    good = phase(NOW)
    sides = [
        line("papers", system, lambda day, s=system: first[s] * (grown[s] if good and day.year == 2019 else 1.0))  # type: ignore[misc]  # a default binds it here
        for system in (PT, TF)
    ]
    return bare(lines={"papers": tuple(sides)})


def searched(phase: Phase) -> Facts:
    good = phase(NOW)
    mine = {2018: 10.0, 2019: 10.0, 2022: 50.0, 2023: 50.0} if good else {}
    sides = [
        line("page_views", PT, lambda day: 100 * mine.get(day.year, 10.0)),
        line("page_views", TF, lambda day: 5_000.0),
    ]
    return bare(lines={"page_views": tuple(sides)})


def sparked(phase: Phase) -> Facts:
    """A year of slow growth and then one of fast growth, or the other way round."""
    counts = {2017: 100.0, 2018: 110.0 if phase(NOW) else 280.0, 2019: 300.0}
    return bare(lines={"stars_gained": (line("stars_gained", PT, lambda d: counts.get(d.year, 100.0)),)})


def deployed(phase: Phase) -> Facts:
    sides = [line("downloads", system, lambda d: 900.0 if phase(d) else 100.0, "clickpy") for system in TF_SIDE]
    sides += [line("downloads", system, lambda d: 100.0 if phase(d) else 900.0, "clickpy") for system in PT_SIDE]
    return bare(lines={"downloads": tuple(sides)})


def counted(phase: Phase) -> Facts:
    sides = [
        line("public_names", TF, lambda d: 9_000.0 if phase(d) else 3_000.0),
        line("public_names", PT, lambda d: 4e3),
    ]
    return bare(lines={"public_names": tuple(sides)})


def first_calls(phase: Phase) -> Facts:
    rows = []
    for run, day in RUNS.items():
        mine = 0.1 if phase(day) else 10.0
        for work, more in zip(THREE, (1.0, 1.1, 0.9), strict=True):
            rows.append(timed(work, "torch.compile", 0.01, run, "cpu", 1.0))
            rows += [
                timed(work, name, 0.01, run, "cpu", mine * more) for name in ("tensorflow.function", "tensorflow.xla")
            ]
    return bare(results=tuple(rows), run_days=RUNS)


def trees(phase: Phase) -> Facts:
    rows = []
    for run, day in RUNS.items():
        for device in ("cpu", "cuda:0"):
            rows.append(timed("tree_by_depth", "torch.eager", 0.001, run, device))
            rows.append(timed("tree_by_node", "torch.eager", 0.2 if phase(day) else 0.002, run, device))
    return bare(results=tuple(rows), run_days=RUNS)


def level(phase: Phase) -> Facts:
    """Slightly more papers of PyTorch in a month, or four times as many."""
    sides = [line("papers", PT, lambda _: 520.0 if phase(NOW) else 1_920.0), line("papers", TF, lambda _: 480.0)]
    return bare(lines={"papers": tuple(sides)})


def wordy(phase: Phase) -> Facts:
    """Tasks that take more in bare TensorFlow than in Keras where the phase says so, and less elsewhere."""
    rows = []
    for run, day in RUNS.items():
        for number, task in enumerate(("small_cnn", "lstm_classifier")):
            long, short = (TF, "keras") if phase(day) else ("keras", TF)
            rows.append(Tasked(run * 10 + 2 * number, task, long, "pass", 50, 17, day))
            rows.append(Tasked(run * 10 + 2 * number + 1, task, short, "pass", 25, 8, day))
    shipped = probes(("training_loop_shipped", TF, "any", "pass"))(lambda _: True)
    return replace(shipped, tasks=tuple(rows))


def on_gpu(phase: Phase) -> Facts:
    rows = []
    for run, day in RUNS.items():
        rows.append(timed("resnet18_train_step", "torch.eager", 1.0, run))
        rows.append(timed("resnet18_train_step", "torch.eager", 0.01 if phase(day) else 0.1, run, "cuda:0"))
    return bare(results=tuple(rows), run_days=RUNS)


def peaks(phase: Phase) -> Facts:
    rows, memory = [], {}
    for run, day in RUNS.items():
        for variant, size in (("torch.eager", 100), ("tensorflow.eager", 200 if phase(day) else 50)):
            rows.append(timed("lstm_train_step", variant, 0.1, run, "cuda:0"))
            memory[run, "lstm_train_step", "small", variant, "cuda:0"] = size
    return bare(results=tuple(rows), run_days=RUNS, memory=memory)


STATIC = both(
    compared_times(THREE, "torch.eager", "torch.compile", "faster"),
    compared_times(THREE, "tensorflow.eager", "tensorflow.function", "faster"),
    compared_times(THREE, "tensorflow.eager", "tensorflow.xla", "faster"),
)
DEBUGGED = [("debugger_in_a_model", system, "eager", "pass") for system in (PT, TF)]
STOPPED = [("debugger_in_a_model", *cell, "fail") for cell in ((PT, "compile"), (TF, "function"), (TF, "xla"))]
SPREAD = ("data_parallel_two_processes", "sharded_data_loading", "model_parallel", "checkpoint_resume")

CASES: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "arxiv-parity-2019": (level, PAST),
    "arxiv-growth-h1-2019": (papers, PAST),
    "search-interest-tf-early-pt-later": (searched, PAST),
    "tf-more-popular-2018": (shares("stars", TF), PAST),
    "tf-larger-community": (shares("questions", TF), STATE),
    "pt-community-grows-faster": (growing("stars", "contributors", "forks"), STATE),
    "pt-academia-tf-industry": (both(shares("papers", PT), shares("downloads", TF)), (GONE, UNKNOWN)),
    "new-algorithms-first-in-pytorch": (shares("models_created", PT), STATE),
    "pt-1-0-sparked-growth": (sparked, PAST),
    "adopters-tensorflow": (adopters(*((name, TF) for name in ("Google", "Uber", "Microsoft"))), (HOLDS, UNKNOWN)),
    "adopters-pytorch": (adopters(("Tesla", PT), ("Uber", PT)), (HOLDS, UNKNOWN)),
    "adopters-pytorch-2018": (chosen_2018, (HOLDS, UNKNOWN)),
    "pt-launched-2016": (first_release(PT, 2016), PAST),
    "tf-open-source-2015": (first_release(TF, 2015), PAST),
    "tf-static-graph-only": (probes(("eager_execution", TF, "eager", "fail")), STATE),
    "pt-dynamic-graph": (
        probes(("data_dependent_control_flow", PT, "eager", "pass"), ("changing_a_model", PT, "eager", "pass")),
        STATE,
    ),
    "tf2-eager-default": (
        probes(("eager_execution", TF, "eager", "pass"), ("graph_capture", TF, "function", "pass")),
        STATE,
    ),
    "static-graph-optimises-better": (STATIC, STATE),
    "dynamic-graph-debuggable": (probes(*DEBUGGED, *STOPPED), STATE),
    "tf-debug-hard": (probes(DEBUGGED[1], STOPPED[1]), STATE),
    "numpy-interop": (
        probes(
            *(
                (name, PT, "eager", "pass")
                for name in ("numpy_in_without_copy", "numpy_out_without_copy", "data_dependent_control_flow")
            )
        ),
        STATE,
    ),
    "tensorboard-tf-only": (
        probes(("tensorboard_log", TF, "any", "pass"), ("tensorboard_log", PT, "any", "fail")),
        STATE,
    ),
    "tf-languages": (
        languages((PT, "Python"), *((TF, name) for name in ("Python", "C++", "Haskell", "Java", "Go", "Rust"))),
        LOOKED_UP,
    ),
    "tf-languages-2023": (languages(*((TF, name) for name in ("Python", "C++", "JavaScript"))), LOOKED_UP),
    "tf-devices": (
        platforms(
            *((TF, name, True) for name in ("CPU", "NVIDIA GPU", "Google TPU", "Raspberry Pi")),
            ("tf-lite", "Android", True),
        ),
        LOOKED_UP,
    ),
    "tf-tpu-ahead": (
        platforms((TF, "Google TPU", True), ("tf-lite", "Edge TPU", True), (PT, "Google TPU", False)),
        LOOKED_UP,
    ),
    "pt-no-distributed": (probes((SPREAD[0], TF, "any", "pass"), (SPREAD[0], PT, "any", "fail")), STATE),
    "tf-distributed-more-mature": (
        probes(*((name, TF, "any", "pass") for name in SPREAD), *((name, PT, "any", "fail") for name in SPREAD)),
        STATE,
    ),
    "pt-easy-multi-gpu": (probes((SPREAD[0], PT, "any", "pass")), STATE),
    "tf-serving": (lives("tf-serving"), LOOKED_UP),
    "torchserve": (lives("torchserve"), LOOKED_UP),
    "tf-lite-edge": (probes(("litert_conversion", TF, "any", "pass")), STATE),
    "pt-mobile": (ends("pytorch-mobile", "2024-08-27"), (HOLDS, UNKNOWN)),
    "pt-onnx-export": (probes(("onnx_export", PT, "any", "pass")), STATE),
    "torchscript-bridges-production": (probes(("torchscript", PT, "any", "pass")), STATE),
    "tf-js": (platforms(("tfjs", "browser", True)), LOOKED_UP),
    "tf-hub": (ends("tf-hub", "2024-03-18"), LOOKED_UP),
    "tf-deployment-stronger": (deployed, STATE),
    "pt-domain-libraries": (lives("torchvision", "torchtext", "torchaudio"), LOOKED_UP),
    "keras-backends": (ends("keras", "2020-06-17"), LOOKED_UP),
    "keras-is-part-of-tf": (probes(("training_loop_shipped", TF, "any", "pass")), STATE),
    "pytorch-does-not-use-keras": (
        probes(
            *(
                (name, "keras.torch", "any", "fail")
                for name in ("keras_backends", "keras_same_numbers", "keras_model_across_backends", "eager_execution")
            )
        ),
        STATE,
    ),
    "tf-complex-alone": (wordy, STATE),
    "tf-8000-operators": (counted, STATE),
    "open-models-tf-first": (shares("models_created", TF), STATE),
    "rnn-faster-in-pytorch": (
        both(
            compared_times(RNN, "torch.eager", "tensorflow.eager", "slower"),
            compared_times(RNN, "torch.compile", "tensorflow.xla", "slower"),
        ),
        STATE,
    ),
    "tf-compiles-faster": (first_calls, STATE),
    "gpu-speedup-50x": (on_gpu, STATE),
    "tf-fold-dynamic-batching": (trees, STATE),
    "pt-allocator-memory": (peaks, STATE),
    "speed-parity": (compared_times(THREE, "torch.eager", "tensorflow.function", "slower"), STATE),
    "tf1-static-rigid-but-faster": (compared_times(THREE, "tensorflow.eager", "tensorflow.function", "faster"), STATE),
}
UNDECIDABLE = ("pt-docs-weaker-2018", "pt-docs-clear-2023")
PHASES: dict[str, Callable[[date], bool]] = {
    HOLDS: lambda day: True,
    GONE: lambda day: day < TURN,
    NEVER: lambda day: False,
}
TABLE = [(claim, outcome) for claim, (_, outcomes) in CASES.items() for outcome in outcomes]


def year_of(claim: str) -> int:
    catalog = load_catalog()
    return catalog.articles[catalog.claims[claim].article].year


@pytest.mark.parametrize(("claim", "outcome"), TABLE)
def test_a_rule_comes_to(claim: str, outcome: str) -> None:
    made, _ = CASES[claim]
    facts = bare() if outcome == UNKNOWN else made(PHASES[outcome])
    found = judge(BY_CLAIM[claim], facts, year_of(claim))
    assert found.verdict == outcome, found
    if outcome == UNKNOWN:
        assert found.now.missing
    elif (outcome, claim) != (HOLDS, claim) or BY_CLAIM[claim].kind != "catalogue":
        assert found.now.evidence
    assert found.rule.change


def test_every_claim_of_the_catalogue_has_one_rule_and_every_rule_its_cases() -> None:
    claims = list(load_catalog().claims)
    assert [rule.claim for rule in RULES] == claims
    assert sorted([*CASES, *UNDECIDABLE]) == sorted(claims)


@pytest.mark.parametrize("claim", UNDECIDABLE)
def test_what_nothing_measures_cannot_be_told(claim: str) -> None:
    assert judge(BY_CLAIM[claim], Facts(NOW, load_catalog()), year_of(claim)).verdict == UNKNOWN


@pytest.mark.parametrize("claim", [claim for claim, (_, outcomes) in CASES.items() if outcomes == STATE])
def test_nothing_dated_later_counts(claim: str) -> None:
    rule, facts = BY_CLAIM[claim], CASES[claim][0](PHASES[GONE])
    assert judge(rule, facts.as_of(date(2014, 12, 31)), year_of(claim)).verdict == UNKNOWN
    assert judge(rule, facts.as_of(date(2018, 12, 31)), year_of(claim)).verdict == HOLDS


@pytest.mark.parametrize("state", ["error", "not_run", "not_applicable"])
def test_an_infrastructure_failure_is_never_an_answer(state: str) -> None:
    facts = CASES["pt-onnx-export"][0](PHASES[HOLDS])
    troubled = replace(facts, probes=tuple(replace(one, state=state) for one in facts.probes))
    found = judge(BY_CLAIM["pt-onnx-export"], troubled, 2023)
    assert found.verdict == UNKNOWN
    assert found.now.command == "framescope probe onnx_export"
