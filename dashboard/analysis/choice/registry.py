"""Every criterion's rule, by an explicit line; a test holds them against the criteria of the catalogue."""

from functools import partial

from dashboard.analysis.choice import adoption, ground, probes, speed
from dashboard.analysis.choice.model import Rule

OWN = {system: (system,) for system in ("pytorch", "tensorflow", "keras", "jax")}
OLD_KERAS = {"tensorflow": ("tf-keras",), "keras": ("tf-keras",)}
LANGUAGES = ("C++", "Java", "Go", "Rust", "JavaScript")  # untranslated: names
DEBUGGING = (
    "eager_execution",
    "debugger_in_a_model",
    "error_for_a_wrong_shape",
    "finding_a_nan",
    "looking_inside_a_model",
)
DYNAMIC = ("data_dependent_control_flow", "changing_a_model", "new_shapes_without_compiling", "ragged_tensors")
DERIVATIVES = (
    *("higher_derivatives", "custom_gradient", "per_sample_gradients", "vectorising_map", "jacobian"),
    "custom_training_loop",
)
PROCESSES = (
    *("data_parallel_two_processes", "sharded_data_loading", "model_parallel", "checkpoint_resume"),
    "gradient_checkpointing",
)
SEEN = ("tensorboard_log", "graph_in_tensorboard", "profiler_trace")
EXPORT = ("export_as_program", "onnx_export", "stablehlo", "ahead_of_time_compiling")
SAME = ("reproducible_random_numbers", "deterministic_operations", "checkpoint_resume")
HANDED = ("numpy_in_without_copy", "numpy_out_without_copy", "dlpack_between_frameworks")
GRAPH = ("graph_capture", "control_flow_in_one_graph", "stablehlo")


def _share(metric: str) -> Rule:
    return Rule(metric, partial(adoption.share, metric=metric), (metric,))


def _passed(criterion: str, *capabilities: str) -> Rule:
    return Rule(criterion, partial(probes.passed, capabilities=capabilities))


RULES: tuple[Rule, ...] = (
    *(_share(metric) for metric in ("downloads", "papers", "questions", "stars", "dependents", "contributors")),
    _passed("debugging", *DEBUGGING),
    _passed("dynamic-models", *DYNAMIC),
    _passed("derivatives", *DERIVATIVES),
    _passed("custom-operators", "custom_operator"),
    _passed("shipped-training", "training_loop_shipped", "sizes_inferred"),
    _passed("visualisation", *SEEN),
    _passed("export", *EXPORT),
    Rule(
        "to-device",
        lambda known: probes.any_way(known, ("litert_conversion", "executorch_program"), ("int8_quantised_inference",)),
    ),
    _passed("precision", "mixed_precision", "bfloat16", "float8"),
    _passed("several-processes", *PROCESSES),
    _passed("reproducible", *SAME),
    _passed("interchange", *HANDED),
    _passed("graphs", *GRAPH),
    _passed("old-tf-code", "tf1_code"),
    _passed("across-backends", "keras_model_across_backends"),
    Rule("speed-training", partial(speed.pace, wanted=speed.training)),
    Rule("speed-inference", partial(speed.pace, wanted=speed.inference)),
    Rule("own-life", partial(ground.lives, systems=OWN)),
    Rule("serving-life", partial(ground.lives_for, role="serving")),
    Rule("phone-life", partial(ground.lives_for, role="mobile")),
    Rule("browser-life", partial(ground.lives_for, role="browser")),
    Rule("cluster-life", partial(ground.lives_for, role="distributed")),
    Rule("old-keras-life", partial(ground.lives, systems=OLD_KERAS)),
    Rule("wheels", ground.platforms),
    Rule("new-python", ground.new_python),
    Rule("api-size", partial(adoption.small, metric="public_names"), ("public_names",)),
    Rule("models", partial(adoption.large, metric="models_shipped"), ("models_shipped",)),
    Rule("tpu", lambda known: ground.supported(known, "Google TPU")),  # untranslated: names
    Rule("phones", lambda known: ground.supported(known, "Android")),  # untranslated: a name
    Rule("browser", lambda known: ground.supported(known, "browser")),
    Rule("small-boards", lambda known: ground.supported(known, "Raspberry Pi")),  # untranslated: a name
    Rule("gpus", lambda known: ground.supported(known, "NVIDIA GPU", "AMD GPU", "Apple GPU")),  # untranslated: names
    Rule("languages", partial(ground.languages, wanted=LANGUAGES)),
    Rule(
        "deployed-downloads",
        lambda known: ground.ahead(known, "tf-deployment-stronger", "tensorflow", "pytorch"),
        claim="tf-deployment-stronger",
    ),
    Rule(
        "distributed-maturity",
        lambda known: ground.ahead(known, "tf-distributed-more-mature", "tensorflow", "pytorch"),
        claim="tf-distributed-more-mature",
    ),
)
BY_CRITERION = {rule.criterion: rule for rule in RULES}
