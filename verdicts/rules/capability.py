"""Rules of the claims about what a framework can do while a model is written: mostly probes (pure)."""

from dataclasses import replace

from language.words import N_, _
from verdicts.combining import all_of, any_of, opposite, told_beside
from verdicts.fact_blocks import bound, bound_only, cited, ended_with, fact
from verdicts.model import Evidence, Facts, Point, State
from verdicts.pairing import PAIR
from verdicts.probe_blocks import can, can_all, more_of
from verdicts.series_blocks import lacking

PT, TF = PAIR
COMPILED = ((PT, "compile"), (TF, "function"), (TF, "xla"))
NAMES = 8_000
KERAS_ON_TORCH = ("keras_backends", "keras_same_numbers", "keras_model_across_backends", "eager_execution")
TRAINED = ("small_cnn", "lstm_classifier")
DISTRIBUTED = ("data_parallel_two_processes", "sharded_data_loading", "model_parallel", "checkpoint_resume")


def fallen(facts: Facts, state: State, system: str, day: str) -> State:
    """A measured state that is not met, with the cited day from which it was not."""
    one = fact(facts, system, day)
    if state.met is not False or one is None:
        return state
    return replace(state, evidence=(*state.evidence, cited(one, False)), until=one.date.first)


def tf_static_graph_only(facts: Facts) -> State:
    """The installed TensorFlow does not run operations at once."""
    return fallen(facts, opposite(can(facts, "eager_execution", TF, "eager")), TF, "2019-09")


def pt_dynamic_graph(facts: Facts) -> State:
    """PyTorch's control flow follows the data, and a model can be changed."""
    return can_all(facts, ("data_dependent_control_flow", "changing_a_model"), PT)


def tf2_eager_default(facts: Facts) -> State:
    """TensorFlow runs eagerly, and a function can be made a graph."""
    return all_of(can(facts, "eager_execution", TF, "eager"), can(facts, "graph_capture", TF, "function"))


def dynamic_graph_debuggable(facts: Facts) -> State:
    """A debugger stops in eager code of both, and in no compiled one."""
    eager = [can(facts, "debugger_in_a_model", system, "eager") for system in PAIR]
    return all_of(*eager, *(opposite(can(facts, "debugger_in_a_model", *where)) for where in COMPILED))


def tf_debug_hard(facts: Facts) -> State:
    """Easier in 2.x: a debugger stops in TensorFlow's eager code, and not in a graph, which was all that 1.x had."""
    eager = can(facts, "debugger_in_a_model", TF, "eager")
    return all_of(eager, opposite(can(facts, "debugger_in_a_model", TF, "function")))


def numpy_interop(facts: Facts) -> State:
    """PyTorch takes and gives NumPy arrays without a copy, and Python's control flow works on tensors."""
    return can_all(facts, ("numpy_in_without_copy", "numpy_out_without_copy", "data_dependent_control_flow"), PT)


def tensorboard_tf_only(facts: Facts) -> State:
    """TensorBoard can be written from TensorFlow and not from PyTorch."""
    return all_of(can(facts, "tensorboard_log", TF), opposite(can(facts, "tensorboard_log", PT)))


def tf_languages(facts: Facts) -> State:
    """Every language named has a binding of TensorFlow not ended; PyTorch has none but to Python, C and C++."""
    languages = ("Python", "C++", "Haskell", "Java", "Go", "Rust")  # untranslated: names
    return all_of(
        bound_only(facts, PT, ("Python", "C++", "C")), *(bound(facts, TF, language) for language in languages)
    )


def tf_languages_2023(facts: Facts) -> State:
    """C++, JavaScript and Python each have a binding that has not come to its end."""
    return all_of(*(bound(facts, TF, language) for language in ("C++", "JavaScript", "Python")))


def pt_no_distributed(facts: Facts) -> State:
    """Two processes train together in TensorFlow and not in PyTorch."""
    state = opposite(can(facts, DISTRIBUTED[0], PT))
    both = state if state.met is False else all_of(state, can(facts, DISTRIBUTED[0], TF))
    return fallen(facts, both, "torch-distributed", "2017-08")


def tf_distributed_more_mature(facts: Facts) -> State:
    """TensorFlow passes more of the probes of distributed training than PyTorch."""
    return more_of(facts, DISTRIBUTED, TF, PT)


def pt_easy_multi_gpu(facts: Facts) -> State:
    """PyTorch's data-parallel step in two processes gives the gradients of one."""
    return can(facts, DISTRIBUTED[0], PT)


def keras_backends(facts: Facts) -> State:
    """Keras runs on TensorFlow, Theano and CNTK: from the day CNTK joined until the last two were dropped."""
    return ended_with(facts, "keras", "2020-06-17", since="2017-06-06")


def keras_is_part_of_tf(facts: Facts) -> State:
    """tf.keras fits a model in the installed TensorFlow; that Keras is a package of its own is said beside it."""
    own = can(facts, "keras_is_its_own_package", "keras.torch")
    return told_beside(can(facts, "training_loop_shipped", TF), *own.evidence)


def pytorch_does_not_use_keras(facts: Facts) -> State:
    """No probe of Keras passes on the PyTorch backend."""
    runs = any_of(*(can(facts, capability, "keras.torch", "eager") for capability in KERAS_ON_TORCH))
    return fallen(facts, opposite(runs), "keras", "2023-11-27")


def tf_complex_alone(facts: Facts) -> State:
    """The same networks take more lines and more names in bare TensorFlow than in Keras, and TensorFlow ships Keras."""
    return all_of(*(longer(facts, task, TF, "keras") for task in TRAINED), can(facts, "training_loop_shipped", TF))


def longer(facts: Facts, task: str, system: str, other: str) -> State:
    """Whether a task takes more lines and more names in one interface than in another; both must have passed."""
    rows = [facts.tasked(task, one) for one in (system, other)]
    told = [row for row in rows if row is not None and row.state == "pass" and row.lines and row.names]
    if len(told) < len(rows):
        missing = _("the task {task}, passed in {system} and in {other}", task=task, system=system, other=other)
        return State(None, "", (), (missing,), f"framescope tasks {task}")
    (mine, names), (lines, fewer) = ((row.lines or 0, row.names or 0) for row in told)
    met = True if mine > lines and names > fewer else False if mine <= lines and names <= fewer else None
    said = N_("{task}: {mine} lines and {names} names in {system}, {lines} and {fewer} in {other}")
    says = _(said, task=task, system=system, other=other, mine=mine, names=names, lines=lines, fewer=fewer)
    shown = Evidence("task", task, round(mine / lines, 4), says, met, min(row.day for row in told))
    missing = _("a clear difference of {task}: {says}", task=task, says=says)
    return State(met, says, (shown,), () if met is not None else (missing,))


def tf_8000_operators(facts: Facts) -> State:
    """TensorFlow's public names number over 8,000, and PyTorch's are fewer."""
    newest: dict[str, tuple[Point, str]] = {}
    for line in facts.lines.get("public_names", ()):
        points = facts.points(line)
        if points and (line.system not in newest or points[-1].day >= newest[line.system][0].day):
            newest[line.system] = (points[-1], line.source)
    if not {PT, TF} <= newest.keys():
        return lacking(facts, "public_names", _("counted in the installed packages of both"))
    (mine, source), other = newest[TF], newest[PT][0]
    met = mine.value > NAMES and other.value < mine.value
    counts = {"mine": f"{mine.value:,.0f}", "other": f"{other.value:,.0f}"}
    says = _("public names: TensorFlow {mine}, PyTorch {other}", **counts)
    shown = Evidence("series", f"public_names/pytorch+tensorflow/{source}", mine.value, says, met, mine.day)
    return State(met, says, (shown,))


def documentation(facts: Facts) -> State:  # noqa: ARG001  # no fact decides it, and every rule is given them
    """Nothing collected, probed or cited measures how good a documentation is."""
    return State(None, "", (), (_("a measure of documentation: nothing collected, probed or cited here is one"),))
