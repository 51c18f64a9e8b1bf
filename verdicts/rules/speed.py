"""Rules of the claims about speed: the Speed page's own rules, and three more over the same rows (pure)."""

from collections.abc import Callable, Iterable

from language.lists import semicolons
from language.words import N_, _
from verdicts import speed_claims
from verdicts.model import Evidence, Facts, State
from verdicts.ratios import CLOSE, turned
from verdicts.speed_claims import FEWEST, GAP, LIKE_MODES, Answer, Rows, Timed, over_words, undecided

FIFTY = 50.0
USUAL = "matmul lstm conv2d"  # untranslated: workloads
NETWORKS = ("train_step", "inference", "lstm", "gru", "transformer")


def rnn_faster_in_pytorch(facts: Facts) -> State:
    """As the Speed page answers it."""
    return _of(facts, speed_claims.recurrent)


def tf_compiles_faster(facts: Facts) -> State:
    """As the Speed page answers it."""
    return _of(facts, speed_claims.compiles_faster)


def tf_fold_dynamic_batching(facts: Facts) -> State:
    """As the Speed page answers it: ten times on a processor."""
    return _of(facts, speed_claims.dynamic_batching)


def static_graph_optimises_better(facts: Facts) -> State:
    """As the Speed page answers it, for both frameworks."""
    return _of(facts, speed_claims.static_graph)


def tf1_static_but_faster(facts: Facts) -> State:
    """TensorFlow's graph is faster than its eager mode in most workloads measured in both."""
    found = speed_claims.static_graph(facts.speed()).evidence
    mine = [one for one in found if one.sides[0].startswith("tensorflow.")]
    if len({one.workload for one in mine}) < FEWEST:
        sides = {"over": "tensorflow.function", "under": "tensorflow.eager"}
        missing = _("{over} over {under} in {n} workloads", **sides, n=FEWEST)
        return _unmeasured(missing, USUAL)
    shown = [_shown(one.what, one.ratio, one.low, one.high, one.supports, one.runs) for one in mine]
    says = N_("TensorFlow's graph was faster in {wins} of {all}")
    return _most(shown, says, "", USUAL)


def gpu_speedup_50x(facts: Facts) -> State:
    """In most networks measured on both, PyTorch's time on the processor is 50 times that on the GPU or more."""
    rows = [row for row in facts.speed().results if row.variant.startswith("torch.") and row.median]
    shown = []
    for slow in (row for row in rows if row.device == "cpu" and any(name in row.workload for name in NETWORKS)):
        for fast in (row for row in rows if row.device.startswith("cuda") and _alike(row, slow)):
            ratio = speed_claims.unpaired(slow, fast)
            if ratio is not None:
                over = N_("{workload} {size}, {variant}: processor over GPU")
                what = _(over, workload=slow.workload, size=slow.size, variant=slow.variant)
                shown.append(_shown(what, *ratio, (ratio[1] or ratio[0]) >= FIFTY, (slow.run, fast.run)))
    return _most(
        shown,
        N_("fifty times as fast on the GPU in {wins} of {all}"),
        _("a network on processor and GPU of one machine"),
        "resnet18_train_step --device cuda",  # untranslated: a command
    )


def pt_allocator_memory(facts: Facts) -> State:
    """On a GPU PyTorch's peak memory is lower than TensorFlow's in most workloads, by more than 3 %."""
    rows, shown = facts.speed().results, []
    for pair in LIKE_MODES:
        for mine in (row for row in rows if row.variant == pair[0] and row.device.startswith("cuda")):
            for other in (row for row in rows if row.variant == pair[1] and _same(row, mine)):
                peaks = _peak(facts, mine), _peak(facts, other)
                if peaks[0] and peaks[1]:
                    ratio = peaks[1] / peaks[0]
                    over = N_("{work}: peak memory of {over} over {under}")
                    what = _(over, work=f"{mine.workload} {mine.size}", over=pair[1], under=pair[0])
                    shown.append(_shown(what, ratio, None, None, ratio > GAP, (mine.run, other.run)))
    says, missing = N_("lower in PyTorch in {wins} of {all}"), _("peak memory of both on a GPU")
    return _most(shown, says, missing, "transformer_train_step --device cuda")  # untranslated: a command


def speed_parity(facts: Facts) -> State:
    """PyTorch's eager mode is no slower than TensorFlow's graph, in most comparisons of at least three workloads."""
    found = []
    for one in facts.speed().comparisons:
        way = turned(one) if one.baseline == "tensorflow.function" else one
        if (way.baseline, way.variant) == ("torch.eager", "tensorflow.function") and way.drawable:
            met = None if way.verdict == CLOSE and undecided(way, "faster") else way.verdict != "faster"
            what = over_words(f"{way.workload} {way.size}", way.variant, way.baseline)
            found.append((way.workload, _shown(what, way.ratio or 0.0, way.low, way.high, met, (way.run,))))
    if len({row[0] for row in found}) < FEWEST:
        missing = _("torch.eager and tensorflow.function in {n} workloads", n=FEWEST)
        return _unmeasured(missing, USUAL)
    says = N_("as fast in PyTorch or faster in {wins} of {all}")
    return _most([row[1] for row in found], says, "", USUAL)


def _of(facts: Facts, rule: Callable[[Rows], Answer]) -> State:
    answer = rule(facts.speed())
    met = {"holds": True, "does not hold": False, "mixed": False}.get(answer.verdict)
    shown = tuple(_shown(one.what, one.ratio, one.low, one.high, one.supports, one.runs) for one in answer.evidence)
    mixed = _("not throughout, as it is said") if answer.verdict == "mixed" else ""
    says = semicolons([answer.says, mixed]) if answer.evidence else ""
    return State(met, says, shown, answer.missing, answer.command if answer.missing else "")


def _most(shown: Iterable[Evidence], says: str, missing: str, work: str) -> State:
    """What most comparisons come to; ``says`` is a text with the parts ``wins`` and ``all``, looked up here."""
    rows = tuple(shown)
    if not rows:
        return _unmeasured(missing, work)
    wins, close = (sum(one.supports is said for one in rows) for said in (True, None))
    told = _(says, wins=wins, all=len(rows))
    if close:
        told = _("{told}, {n} too close to call", told=told, n=close)
    if 2 * wins <= len(rows) < 2 * (wins + close):
        closer = _("closer figures: of {all} comparisons {n} are too close to call", all=len(rows), n=close)
        command = f"framescope bench run {work} --seconds 600"  # untranslated: a command
        return State(None, told, rows, (closer,), command)
    return State(2 * wins > len(rows), told, rows)


def _unmeasured(what: str, work: str) -> State:
    return State(None, "", (), (what,), f"framescope bench run {work}")


def _shown(
    what: str, ratio: float, low: float | None, high: float | None, supports: bool | None, runs: tuple[int, ...]
) -> Evidence:
    span = f" ({low:.3g}–{high:.3g})" if low is not None and high is not None else ""
    told = _("{what}: {ratio}", what=what, ratio=f"{ratio:.3g}{span}")
    return Evidence("benchmark", f"run {max(runs)}", round(ratio, 4), told, supports)  # untranslated: a reference


def _alike(fast: Timed, slow: Timed) -> bool:
    return (fast.workload, fast.size, fast.variant, fast.preset) == (
        slow.workload,
        slow.size,
        slow.variant,
        slow.preset,
    )


def _same(one: Timed, other: Timed) -> bool:
    return (one.workload, one.size, one.device, one.preset) == (other.workload, other.size, other.device, other.preset)


def _peak(facts: Facts, row: Timed) -> int | None:
    return facts.memory.get((row.run, row.workload, row.size, row.variant, row.device))
