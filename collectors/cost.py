"""What a benchmark will cost before it is asked for: seconds from earlier runs on this machine, memory by estimate."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from statistics import median
from typing import NamedTuple

from collectors import nodes
from collectors.asked import device_row, refusal, seconds_in_words
from collectors.bench.spec import SpecError
from collectors.bench.statistics import FEWEST_FOR_A_VERDICT
from db import read
from db.engine import Engine, reading
from db.read import Preparation
from language.words import _, _n, _p

NEWEST = 5
CEILINGS_S = 2.5
BLOCKS = 2
"""The least that one variant runs in a round; a quick one runs three."""
REFERENCE_S = 1.0
START_S = 1.2
"""What a child takes beside the import and the first call: its own start, the check, the calibration."""
USUAL_S: Mapping[str, float] = {
    "torch.eager": 3.0,
    "torch.compile": 20.0,
    "tensorflow.eager": 9.4,
    "tensorflow.function": 10.4,
    "tensorflow.xla": 9.0,
    "jax.jit": 2.4,
    "keras.tensorflow": 9.5,
    "keras.torch": 10.0,
    "keras.jax": 6.7,
    "numpy": 1.3,
}
"""A start with its first call where this machine has no figure of its own: the median over matmul, lstm,
cnn_train_step, tiny_operations, transformer_block and mlp_train_step at size small, measured by this program on a
machine of two processors that had other work, in November 2026. It differs by workload up to ten times."""


class Cost(NamedTuple):
    """What a run will take.

    seconds: all of it. measured_s: warm-up and rounds, as asked for; the preparation of later processes is in it.
    preparation_s: starting the frameworks, their first calls, references and ceilings, predicted.
    children: how many preparations of a variant that is. known: the share of them whose seconds earlier runs on this
        machine tell; the others are predicted from `USUAL_S`.
    by_workload: the predicted seconds of preparation of each workload.
    no_verdict: the workloads whose share is known to be too short for the rounds that a verdict needs, each with the
        seconds that these take at least; by earlier runs of the same size here, and empty without any.
    refusal: why it cannot run at all; empty where it can. words: all of this in a few sentences.
    """

    seconds: float
    measured_s: float
    preparation_s: float
    children: int
    known: float
    by_workload: dict[str, float]
    no_verdict: dict[str, float]
    refusal: str
    words: str


def bench_cost(
    engine: Engine,
    workloads: Sequence[str],
    variants: Sequence[str],
    size: str | None,
    device: str,
    seconds: float,
    processes: int,
) -> Cost:
    """Predict a benchmark's cost; ``variants`` empty means all that can run here.

    Names must be known. A device that is not here, or a size that does not fit, is the `refusal`.
    """
    from collectors.bench import listing

    rows = {row["workload"]: row for row in listing.workloads()}
    kind = device.partition(":")[0]
    here = list(variants) or [row["variant"] for row in listing.variants(device=kind) if row["available"]]
    children = [(work, v) for work in workloads for v in here if v not in rows[work]["gaps"]]
    sizes = {work: size or rows[work]["default_size"] for work in workloads}
    with reading(engine) as session:
        past = read.bench_preparations(session, workloads=workloads, device=device)
    there = any(nodes.has(node.facts, device) for node in nodes.living(engine))
    try:
        refused = "" if there else refusal(workloads, here, size, device_row(device))
    except SpecError as error:
        refused = str(error)
    each = predicted(children, sizes, past)
    by_workload = {work: REFERENCE_S + sum(s for (w, _), (s, _) in each.items() if w == work) for work in workloads}
    preparation = sum(by_workload.values()) + (CEILINGS_S if kind == "cpu" and workloads else 0.0)
    known = sum(told for _, told in each.values()) / len(each) if each else 1.0
    short = too_short(rounds_s(children, sizes, past), seconds / max(1, len(workloads)))
    cost = Cost(seconds + preparation, seconds, preparation, len(each), known, by_workload, short, refused, "")
    return cost._replace(words=words(cost, len(workloads), processes))


def predicted(
    children: Iterable[tuple[str, str]], sizes: Mapping[str, str], past: Iterable[Preparation]
) -> dict[tuple[str, str], tuple[float, bool]]:
    """Give for each workload and variant the seconds of its preparation, and whether earlier runs told them (pure).

    The median of the newest five of the same size counts, else of any size; the default is the variant's in `USUAL_S`.
    """
    same: dict[tuple[str, str], list[float]] = defaultdict(list)
    other: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in past:
        kept = same if row.size == sizes.get(row.workload) else other
        kept[row.workload, row.variant].append(START_S + row.first_call_s + (row.import_s or 0.0))
    found = {}
    for child in children:
        seconds = same.get(child) or other.get(child)
        usual = USUAL_S.get(child[1], max(USUAL_S.values(), default=0.0))
        found[child] = (median(seconds[:NEWEST]), True) if seconds else (usual, False)
    return found


def rounds_s(
    children: Iterable[tuple[str, str]], sizes: Mapping[str, str], past: Iterable[Preparation]
) -> dict[str, float]:
    """Give for each workload the seconds that the rounds of a verdict take at least (pure).

    Only variants count that were measured here at the same size, each with two calls a round and nothing besides.
    """
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in past:
        if row.latency_s is not None and row.size == sizes.get(row.workload):
            known[row.workload, row.variant].append(row.latency_s)
    found: dict[str, float] = defaultdict(float)
    for child in children:
        if child in known:
            found[child[0]] += FEWEST_FOR_A_VERDICT * BLOCKS * median(known[child][:NEWEST])
    return dict(found)


def too_short(needed: Mapping[str, float], share_s: float) -> dict[str, float]:
    """Keep the workloads whose rounds need more than their share (pure)."""
    return {work: seconds for work, seconds in needed.items() if seconds > share_s}


def words(cost: Cost, workloads: int, processes: int) -> str:
    """Say a cost in a few sentences (pure)."""
    if not workloads:
        return _("Choose at least one workload.")
    if not cost.children:
        return _("None of the variants can run here what is chosen.")
    said = _(
        "About {all} in all: {measuring}; before it {starts}, about {preparation} ({basis}). The processors are busy "
        "meanwhile: other work on this machine disturbs the figures.",
        all=seconds_in_words(cost.seconds),
        measuring=_measuring(cost, workloads, processes),
        starts=_n("one start with its first call", "{n} starts with their first calls", cost.children),
        preparation=seconds_in_words(cost.preparation_s),
        basis=_basis(cost),
    )
    return _unjudged(said, cost, workloads) if cost.no_verdict else said


def _measuring(cost: Cost, workloads: int, processes: int) -> str:
    told = {"time": seconds_in_words(cost.measured_s), "n": processes}
    share = seconds_in_words(cost.measured_s / workloads)
    if workloads == 1:
        return (
            _("{time} of measuring in about {n} processes a variant", **told)
            if processes > 1
            else _("{time} of measuring", **told)
        )
    if processes > 1:
        return _("{time} of measuring, {share} a workload in about {n} processes a variant", share=share, **told)
    return _("{time} of measuring, {share} a workload", share=share, **told)


def _basis(cost: Cost) -> str:
    unknown = round(cost.children * (1 - cost.known))
    if not unknown:
        return _("as earlier runs on this machine took")
    if unknown < cost.children:
        return _("{n} of them at a guess, the others as earlier runs on this machine took", n=unknown)
    return _("at a guess, since none of it was ever run here")


def _unjudged(said: str, cost: Cost, workloads: int) -> str:
    return _(
        "{said} Too short for a verdict on {workloads}: the {n} rounds of one need {least} of measuring at least, or "
        "fewer variants.",
        said=said,
        workloads=_listed(cost.no_verdict),
        n=FEWEST_FOR_A_VERDICT,
        least=seconds_in_words(workloads * max(cost.no_verdict.values())),
    )


def _listed(names: Iterable[str]) -> str:
    return reduce(lambda left, right: _p("list", "{a}, {b}", a=left, b=right), names)
