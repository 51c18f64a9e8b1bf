"""What published claims about speed say, held against what was measured here: rules over plain rows (pure).

A rule takes `Rows` and gives an `Answer`. The rows are the newest of each comparison and result of one machine. Times
of one run are paired round by round in its comparisons; where a claim asks for a pair that no run compares (two
workloads, or two modes of TensorFlow), the medians of one run are divided, and the interval is put together from the
ends of both: as a rule wider than a paired one. What a run called not comparable is not divided either.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import Literal

from language.lists import commas, semicolons
from language.words import N_, _
from verdicts.ratios import CLOSE, WIDEST, Ratio, turned, wide

Verdict = Literal["holds", "does not hold", "mixed", "cannot tell"]
OPEN: Verdict = "cannot tell"  # untranslated: a key
UNPAIRED = N_("medians of one run, unpaired")
GAP = 1.03
"""The protocol's smallest gap: an interval that reaches within 3 % of 1 tells nothing."""
FEWEST = 3
"""Workloads below which a claim about workloads in general is not answered."""
TIMES = {"cpu": 10.0, "gpu": 100.0}
"""How many times as fast trees by depth are said to be."""
STUDENT = (
    *(12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10),
    *(2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04),
)
"""Student's t at 2.5 % on either side, for 1 to 30 degrees of freedom."""
RECURRENT = ("lstm", "gru", "lstm_train_step")
LIKE_MODES = (
    ("torch.eager", "tensorflow.eager"),
    ("torch.compile", "tensorflow.function"),
    ("torch.compile", "tensorflow.xla"),
)
MODES = {"eager": LIKE_MODES[:1], "compiled": LIKE_MODES[1:]}
BARE = {"eager": N_("{workload} eager in both"), "compiled": N_("{workload} compiled in both")}
"""What is missing where a mode of a workload was not measured in both frameworks."""
LEFT_EAGER = tuple(("torch.eager", other) for _, other in LIKE_MODES[1:])
"""What stands for the compiled mode where torch.compile compiled nothing: it ran this very code."""
TREES = ("tree_by_depth", "tree_by_node")
COMPILED = (
    ("torch.eager", "torch.compile"),
    ("tensorflow.eager", "tensorflow.function"),
    ("tensorflow.eager", "tensorflow.xla"),
)
USUAL = ("matmul", "lstm", "conv2d")


@dataclass(frozen=True)
class Timed:
    """One result: seconds of a call with its 95 % interval (None where there is none), first calls by process.

    ``compiled`` is False where a variant that compiles ran as eager code, None where that is unknown or no matter.
    """

    workload: str
    size: str
    variant: str
    device: str
    preset: str
    run: int
    median: float | None
    low: float | None
    high: float | None
    first_calls: tuple[float, ...] = ()
    compiled: bool | None = None


@dataclass(frozen=True)
class Rows:
    """What was measured on one machine, the newest of each."""

    comparisons: Sequence[Ratio]
    results: Sequence[Timed]


@dataclass(frozen=True)
class Evidence:
    """One figure an answer rests on: a ratio with its interval, and whether it speaks for the claim.

    ``supports`` is None where the interval leaves open which it is: too close to call is no word against a claim.
    ``workload`` and ``sides`` (the variant whose time is divided, and the one it is divided by) say of what it is.
    """

    what: str
    ratio: float
    low: float | None
    high: float | None
    supports: bool | None
    runs: tuple[int, ...]
    how: str
    workload: str = ""
    sides: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Answer:
    """A claim's answer. ``says`` is a sentence; ``missing`` is what was not measured, ``command`` measures it."""

    claim: str
    verdict: Verdict
    says: str
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]
    command: str

    @property
    def runs(self) -> tuple[int, ...]:
        """The runs it rests on, newest first."""
        return tuple(sorted({run for one in self.evidence for run in one.runs}, reverse=True))


def recurrent(rows: Rows) -> Answer:
    """PyTorch is faster with LSTM and GRU: TensorFlow's time over PyTorch's in modes that are alike, each workload.

    Where torch.compile compiled nothing (it leaves PyTorch's own recurrent layers as they are), what it ran is eager
    code, and eager PyTorch is held against compiled TensorFlow.
    """
    modes = {workload: _modes(rows, workload) for workload in RECURRENT}
    found = [
        _compared(one, "slower")
        for workload, alike in modes.items()
        for pair in (pair for pairs in alike.values() for pair in pairs)
        for one in _pair(rows, workload, *pair)
    ]
    bare = [(w, mode) for w, alike in modes.items() for mode, pairs in alike.items() if not _has(found, w, pairs)]
    left = [workload for workload, alike in modes.items() if alike["compiled"] == LEFT_EAGER]
    told = _("torch.compile compiled nothing of {workloads}, so eager PyTorch stands for it", workloads=commas(left))
    says = semicolons([_counted(found), told if left else ""])
    return _answer(
        "rnn-faster-in-pytorch",
        found,
        says,
        [_(BARE[mode], workload=workload) for workload, mode in bare],
        RECURRENT,
        complete=not bare,
    )


def compiles_faster(rows: Rows) -> Answer:
    """TensorFlow compiles faster: first calls over torch.compile's, a geometric mean over workloads for each mode."""
    found, missing = [], []
    for variant in ("tensorflow.function", "tensorflow.xla"):
        ratios = _first_calls(rows.results, variant, "torch.compile")
        if len(ratios) < FEWEST:
            few = N_("{variant} and torch.compile: {n} workloads measured in both, {needed} needed")
            missing.append(_(few, variant=variant, n=len(ratios), needed=FEWEST))
            continue
        mean, low, high = geometric([one[0] for one in ratios])
        said = N_("geometric mean over {n} workloads, interval by Student's t; every process counted")
        how = _(said, n=len(ratios))
        runs = tuple(sorted({one[1] for one in ratios}))
        what = _("first call of {variant} over torch.compile's", variant=variant)
        found.append(Evidence(what, mean, low, high, high < 1 / GAP, runs, how))
    says = semicolons(
        _("{what}: {ratio} ({span})", what=one.what, ratio=f"{one.ratio:.3g}", span=_span(one)) for one in found
    )
    answer = _answer("tf-compiles-faster", found, says, missing, USUAL, complete=not missing)
    if answer.verdict != "holds" and any(not one.supports and (one.low or 0.0) <= GAP for one in found):
        more = _("an interval holds 1, more workloads would tell")
        return replace(answer, verdict=OPEN, says=semicolons([says, more]))
    return answer


def dynamic_batching(rows: Rows) -> Answer:
    """Dynamic batching gives 10 times on a CPU, 100 on a GPU: trees node by node over trees by depth, each variant."""
    depth, node = ([r for r in _sound(rows) if r.workload == w] for w in TREES)
    found: dict[str, list[Evidence]] = {kind: [] for kind in TIMES}
    for slow in node:
        kind = "cpu" if slow.device == "cpu" else "gpu"
        for ratio in [unpaired(slow, fast) for fast in depth if _setup(fast) == _setup(slow)]:
            if ratio is not None:
                over = N_("{variant} {size}, {device}: node by node over by depth")
                what = _(over, variant=slow.variant, size=slow.size, device=kind.upper())
                reaches = (ratio[2] or ratio[0]) >= TIMES[kind]
                found[kind].append(Evidence(what, *ratio, reaches, (slow.run,), _(UNPAIRED)))
    said = []
    for kind, some in found.items():
        if some:
            least, most = min(one.ratio for one in some), max(one.ratio for one in some)
            fast = N_("{least} to {most} times as fast on the {device}, over {n} variants")
            told = {"least": f"{least:.2g}", "most": f"{most:.2g}", "device": kind.upper(), "n": len(some)}
            said.append(_(fast, **told))
    says = _("by depth, trees were {how}", how=semicolons(said)) if said else ""
    missing = [] if found["cpu"] else [_("one variant with both workloads, in one run")]
    missing += [] if found["gpu"] else [_("a GPU, for which 100 times were claimed")]
    every = [*found["cpu"], *found["gpu"]]
    fails = any(some and not any(one.supports for one in some) for some in found.values())
    answer = _answer("tf-fold-dynamic-batching", every, says, missing, TREES, complete=fails or not missing)
    if answer.verdict == OPEN and found["cpu"] and not found["gpu"]:
        return replace(answer, says=semicolons([says, _("on a GPU nothing was measured")]))
    return answer


def _setup(one: Timed) -> tuple[str, str, str, str, int]:
    return one.variant, one.size, one.preset, one.device, one.run


def static_graph(rows: Rows) -> Answer:
    """A static graph is faster: compiled over eager in PyTorch and TensorFlow, for each workload."""
    found, missing, sound = [], [], _sound(rows)
    for eager, compiled in COMPILED:
        of_pair = []
        for workload in sorted({row.workload for row in rows.results}):
            paired = _pair(rows, workload, eager, compiled)
            of_pair += [_compared(one, "faster") for one in paired]
            if not paired:
                of_pair += _divided(sound, workload, eager, compiled)
        if len({one.workload for one in of_pair}) < FEWEST:
            missing.append(_("{over} over {under} in {n} workloads", over=compiled, under=eager, n=FEWEST))
        found += of_pair
    parts = []
    for eager, compiled in COMPILED:
        mine = [one for one in found if one.sides == (compiled, eager)]
        if mine:
            faster = N_("{compiled} was faster than {eager} in {wins} of {all}")
            told = _(faster, compiled=compiled, eager=eager, wins=_wins(mine), all=len(mine))
            parts.append(_open(told, mine))
    return _answer("static-graph-optimises-better", found, semicolons(parts), missing, USUAL, complete=not missing)


RULES: tuple[Callable[[Rows], Answer], ...] = (recurrent, compiles_faster, dynamic_batching, static_graph)


def unpaired(over: Timed, under: Timed) -> tuple[float, float | None, float | None] | None:
    """One median over another, with an interval from the far ends of both; None where one has no time."""
    if not over.median or not under.median:
        return None
    low = over.low / under.high if over.low and under.high else None
    high = over.high / under.low if over.high and under.low else None
    return over.median / under.median, low, high


def geometric(ratios: Sequence[float]) -> tuple[float, float, float]:
    """The geometric mean of at least two ratios with its 95 % interval by Student's t on their logarithms."""
    logs = [math.log(ratio) for ratio in ratios]
    half = STUDENT[min(len(logs) - 1, len(STUDENT)) - 1] * stdev(logs) / math.sqrt(len(logs))
    mean = fmean(logs)
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def _modes(rows: Rows, workload: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """The pairs that are alike, by mode; with what torch.compile ran where it compiled nothing."""
    tried = [row for row in rows.results if row.workload == workload and row.variant == "torch.compile"]
    nothing = bool(tried) and all(row.compiled is False for row in tried)
    return MODES | ({"compiled": LEFT_EAGER} if nothing else {})


def _pair(rows: Rows, workload: str, first: str, second: str) -> list[Ratio]:
    """The drawable comparisons of two variants as the second's time over the first's."""
    mine = [row for row in rows.comparisons if row.workload == workload and row.drawable]
    same = [row for row in mine if (row.baseline, row.variant) == (first, second)]
    return same + [turned(row) for row in mine if (row.baseline, row.variant) == (second, first)]


def _has(found: Sequence[Evidence], workload: str, pairs: Sequence[tuple[str, str]]) -> bool:
    sides = [(second, first) for first, second in pairs]
    return any(one.workload == workload and one.sides in sides for one in found)


def _sound(rows: Rows) -> list[Timed]:
    """The results that may be divided: those that their run could compare with anything, if it tried to."""
    tried: dict[tuple[int, str, str, str], bool] = {}
    for one in rows.comparisons:
        for side in (one.baseline, one.variant):
            key = (one.run, one.workload, one.size, side)
            tried[key] = tried.get(key, False) or one.drawable
    held = [row for row in rows.results if row.compiled is not False]
    return [row for row in held if tried.get((row.run, row.workload, row.size, row.variant), True)]


def _compared(one: Ratio, way: Literal["faster", "slower"]) -> Evidence:
    what = over_words(f"{one.workload} {_setting(one.size, one.device, one.preset)}", one.variant, one.baseline)
    how = _("paired by round, too close to call") if one.verdict == CLOSE else _("paired by round")
    sides = one.variant, one.baseline
    bears = one.verdict == way if one.verdict != CLOSE else None if undecided(one, way) else False
    return Evidence(what, one.ratio or 0.0, one.low, one.high, bears, (one.run,), how, one.workload, sides)


def over_words(work: str, over: str, under: str) -> str:
    """Whose time is divided by whose: lstm small: tensorflow.eager over torch.eager."""
    return _("{work}: {over} over {under}", work=work, over=over, under=under)


def undecided(close: Ratio, way: Literal["faster", "slower"]) -> bool:
    """Whether what is too close to call may yet be ``way``: its run's floor hides it, or its interval reaches it."""
    return (close.floor or 0.0) > GAP - 1 or reaches(close.low, close.high, way)


def reaches(low: float | None, high: float | None, way: Literal["faster", "slower"]) -> bool:
    """Whether an interval of ratios holds one that is faster, or slower, by more than the smallest gap."""
    return high is None or high > GAP if way == "slower" else low is None or low < 1 / GAP


def _divided(results: Iterable[Timed], workload: str, eager: str, compiled: str) -> list[Evidence]:
    mine = [row for row in results if row.workload == workload]
    found = []
    for top in (row for row in mine if row.variant == compiled):
        key = (eager, top.size, top.device, top.preset, top.run)
        for under in (row for row in mine if (row.variant, row.size, row.device, row.preset, row.run) == key):
            ratio = unpaired(top, under)
            if ratio is not None:
                what = over_words(f"{workload} {_setting(top.size, top.device, top.preset)}", compiled, eager)
                faster = ratio[2] is not None and ratio[2] < 1 / GAP
                bears = True if faster else None if reaches(ratio[1], ratio[2], "faster") else False
                sides = compiled, eager
                found.append(Evidence(what, *ratio, bears, (top.run,), _(UNPAIRED), workload, sides))
    return found


def _setting(size: str, device: str, preset: str) -> str:
    apart = [word for word, usual in ((device, "cpu"), (preset, "matched")) if word not in ("", usual)]
    return " ".join([size, *apart])


def _first_calls(results: Iterable[Timed], over: str, under: str) -> list[tuple[float, int]]:
    """For each workload that both measured in one run (the newest): first calls of one over the other, and the run."""
    by = {
        (r.workload, r.size, r.device, r.preset, r.run, r.variant): _middle(r.first_calls)
        for r in results
        if r.compiled is not False
    }
    found: dict[str, tuple[float, int]] = {}
    for (workload, size, device, preset, run, variant), value in by.items():
        other = by.get((workload, size, device, preset, run, under))
        if variant == over and value and other and run >= found.get(workload, (0.0, 0))[1]:
            found[workload] = (value / other, run)
    return list(found.values())


def _middle(values: Sequence[float]) -> float | None:
    """The geometric mean of positive values, None where there is none."""
    logs = [math.log(value) for value in values if value > 0]
    return math.exp(fmean(logs)) if logs else None


def _counted(found: Sequence[Evidence]) -> str:
    if not found:
        return ""
    told = _("PyTorch was faster in {wins} of {all} comparisons", wins=_wins(found), all=len(found))
    return _open(told, found)


def _wins(found: Sequence[Evidence]) -> int:
    return sum(one.supports is True for one in found)


def _open(told: str, found: Sequence[Evidence]) -> str:
    """What is told of comparisons, with how many of them are too close to call."""
    count = sum(one.supports is None for one in found)
    return _("{told} ({n} too close to call)", told=told, n=count) if count else told


def _answer(
    claim: str, found: Sequence[Evidence], says: str, missing: Sequence[str], works: Sequence[str], *, complete: bool
) -> Answer:
    """Weigh the evidence; what is mixed already stays so whatever is missing, and all else waits for the whole.

    Where nothing speaks against the claim and something leaves it open, that is missing: a closer figure of it.
    """
    said_of = {one.supports for one in found}
    verdict = OPEN
    if {True, False} <= said_of:
        verdict = "mixed"
    elif complete and False in said_of:
        verdict = "does not hold"  # untranslated: a key
    elif complete and said_of == {True}:
        verdict = "holds"
    if False not in said_of:
        close = [one for one in found if one.supports is None]
        missing = [*missing, *(_("{what}, closer than {span}", what=one.what, span=_span(one)) for one in close)]
    said = says or _("nothing that bears on it was measured")
    command = f"framescope bench run {' '.join(works)} --seconds {60 * len(works)}"  # untranslated: a command
    return Answer(claim, verdict, said, tuple(found), tuple(missing), command)


def _span(one: Evidence) -> str:
    if wide(one.low, one.high):
        return _("an interval over {n} × wide", n=f"{WIDEST:,}")
    return f"{one.low:.3g}–{one.high:.3g}" if one.low is not None and one.high is not None else _("no interval")
