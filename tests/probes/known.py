"""What every probe is known to come to on the locked versions; what is not named here is a pass.

The reasons were read from the evidence of a run, the frameworks' documentation or their code. A new version that turns
one of these around is a finding: look at the evidence, then change the line.
"""

VERSIONS = {"pytorch": "2.13.0", "tensorflow": "2.21.0", "jax": "0.10.2", "keras": "3.15.1"}

_TRACED_ONCE = "traced at the first call: what Python would do at later ones is not looked at again"
_PER_SHAPE = "compiled for the very shapes of its arguments, each new one anew"
_NO_LAYER = "the message comes from the product itself, which knows nothing of layers"
_BOOL = "a traced array has no value that `while` could ask for"
_ONLY_TORCH = "Keras says that its export for torch requires the torch backend, and ExecuTorch takes no other program"
_NO_WRITER = "JAX has no writer of event files: its users take another library's"
_NO_PROFILE = "Keras says that profiling is not yet available with the torch backend"
_ONE_NODE = "detect_anomaly names CompiledFunctionBackward: the compiled backward pass is one node to it"
_COPIES = "convert_to_tensor makes an array of its own first"
_WHOLE_ONLY = "a keras.Variable is assigned as a whole; Keras has no way to one element"
_VALUES = "Keras has no operator for foreign code, and values are not to be had while a graph is captured"
_NO_FLOAT8 = "the matrix product takes bfloat16, float16, float32, float64 and whole numbers, and says so"
_BACKWARDS = "JAX says that reverse mode does not work for a while_loop of unknown length; forwards it does"
_NO_SWITCH = "Keras has no setting for determinism; its backends have theirs"

FAILS: dict[tuple[str, str, str], str] = {
    ("data_dependent_control_flow", "jax", "jit"): _BOOL,
    ("data_dependent_control_flow", "keras.jax", "compiled"): _BOOL,
    ("control_flow_in_one_graph", "keras.torch", "compiled"): "on torch Keras's while_loop is a loop of Python's",
    ("changing_a_model", "tensorflow", "function"): _TRACED_ONCE,
    ("changing_a_model", "tensorflow", "xla"): _TRACED_ONCE,
    (
        "changing_a_model",
        "keras.tensorflow",
        "compiled",
    ): "predict keeps its function until the model is compiled again",
    ("changing_a_model", "keras.jax", "compiled"): "predict keeps its function until the model is compiled again",
    ("new_shapes_without_compiling", "tensorflow", "function"): "a trace per shape, unless an input signature is given",
    ("new_shapes_without_compiling", "tensorflow", "xla"): "a trace per shape, unless an input signature is given",
    ("new_shapes_without_compiling", "jax", "jit"): _PER_SHAPE,
    ("new_shapes_without_compiling", "keras.jax", "compiled"): _PER_SHAPE,
    ("debugger_in_a_model", "pytorch", "compile"): "a compiled graph runs instead of the lines",
    ("debugger_in_a_model", "tensorflow", "function"): _TRACED_ONCE,
    ("debugger_in_a_model", "tensorflow", "xla"): _TRACED_ONCE,
    ("debugger_in_a_model", "jax", "jit"): _TRACED_ONCE,
    ("debugger_in_a_model", "keras.tensorflow", "compiled"): _TRACED_ONCE,
    ("debugger_in_a_model", "keras.torch", "compiled"): "a compiled graph runs instead of the lines",
    ("debugger_in_a_model", "keras.jax", "compiled"): _TRACED_ONCE,
    ("error_for_a_wrong_shape", "pytorch", "eager"): _NO_LAYER,
    ("error_for_a_wrong_shape", "pytorch", "compile"): _NO_LAYER,
    ("error_for_a_wrong_shape", "tensorflow", "eager"): _NO_LAYER,
    ("error_for_a_wrong_shape", "jax", "eager"): _NO_LAYER,
    ("error_for_a_wrong_shape", "jax", "jit"): _NO_LAYER,
    ("higher_derivatives", "pytorch", "compile"): "AOTAutograd says that it does not support double backward",
    ("sparse_matrices", "pytorch", "compile"): "Dynamo says that torch.compile does not support sparse tensors",
    ("sparse_matrices", "tensorflow", "xla"): "XLA has no kernel for SparseTensorDenseMatMul and says so",
    ("sparse_matrices", "keras.torch", "eager"): "Keras says that sparse tensors are not supported on torch",
    ("sparse_matrices", "keras.torch", "compiled"): "Keras says that sparse tensors are not supported on torch",
    ("ragged_tensors", "jax", "eager"): "JAX has no ragged array; lists of different lengths are refused",
    ("ragged_tensors", "jax", "jit"): "JAX has no ragged array; lists of different lengths are refused",
    ("ragged_tensors", "keras.torch", "eager"): "Keras says that ragged tensors are not supported on torch",
    ("ragged_tensors", "keras.torch", "compiled"): "Keras says that ragged tensors are not supported on torch",
    ("ragged_tensors", "keras.jax", "eager"): "Keras says that ragged tensors are not supported on jax",
    ("ragged_tensors", "keras.jax", "compiled"): "Keras says that ragged tensors are not supported on jax",
    ("numpy_in_without_copy", "keras.tensorflow", "any"): _COPIES,
    ("numpy_in_without_copy", "keras.torch", "any"): _COPIES,
    ("numpy_in_without_copy", "keras.jax", "any"): _COPIES,
    (
        "reproducible_random_numbers",
        "keras.torch",
        "compiled",
    ): "Keras keeps its generator out of torch.compile, by torch.compiler.disable",
    ("litert_conversion", "keras.jax", "any"): "Keras says that LiteRT export requires TensorFlow or PyTorch",
    ("executorch_program", "keras.tensorflow", "any"): _ONLY_TORCH,
    ("executorch_program", "keras.jax", "any"): _ONLY_TORCH,
    ("tensorboard_log", "jax", "any"): _NO_WRITER,
    ("graph_in_tensorboard", "jax", "any"): _NO_WRITER,
    ("profiler_trace", "keras.torch", "eager"): _NO_PROFILE,
    ("profiler_trace", "keras.torch", "compiled"): _NO_PROFILE,
    ("looking_inside_a_model", "tensorflow", "xla"): "XLA has no kernel for EagerPyFunc and says so",
    ("finding_a_nan", "pytorch", "compile"): _ONE_NODE,
    ("finding_a_nan", "keras.torch", "compiled"): _ONE_NODE,
    ("finding_a_nan", "tensorflow", "xla"): "XLA has no kernel for the check's DebugNumericSummaryV2 and says so",
    ("in_place_update", "keras.tensorflow", "eager"): _WHOLE_ONLY,
    ("in_place_update", "keras.tensorflow", "compiled"): _WHOLE_ONLY,
    ("in_place_update", "keras.torch", "eager"): _WHOLE_ONLY,
    ("in_place_update", "keras.torch", "compiled"): _WHOLE_ONLY,
    ("in_place_update", "keras.jax", "eager"): _WHOLE_ONLY,
    ("in_place_update", "keras.jax", "compiled"): _WHOLE_ONLY,
    ("custom_operator", "tensorflow", "xla"): "XLA lists PyFunc as an operation it does not support",
    ("custom_operator", "keras.tensorflow", "compiled"): _VALUES,
    ("custom_operator", "keras.torch", "compiled"): _VALUES,
    ("custom_operator", "keras.jax", "compiled"): _VALUES,
    ("operations_at_scale_of_a_loop", "jax", "jit"): _BACKWARDS,
    ("operations_at_scale_of_a_loop", "keras.jax", "compiled"): _BACKWARDS,
    (
        "operations_at_scale_of_a_loop",
        "keras.torch",
        "compiled",
    ): "on torch Keras's while_loop is a loop of Python's",
    ("float8", "tensorflow", "eager"): _NO_FLOAT8,
    ("float8", "tensorflow", "function"): _NO_FLOAT8,
    ("float8", "tensorflow", "xla"): _NO_FLOAT8,
    (
        "float8",
        "keras.tensorflow",
        "eager",
    ): "Keras says that float8 is converted to nothing else",
    ("float8", "keras.tensorflow", "compiled"): "as in eager mode",
    ("deterministic_operations", "jax", "any"): "JAX has no setting for determinism; for GPUs XLA has a flag",
    ("deterministic_operations", "keras.tensorflow", "any"): _NO_SWITCH,
    ("deterministic_operations", "keras.torch", "any"): _NO_SWITCH,
    ("deterministic_operations", "keras.jax", "any"): _NO_SWITCH,
    ("training_loop_shipped", "pytorch", "any"): "PyTorch leaves the loop to its users and to the libraries upon it",
    ("training_loop_shipped", "jax", "any"): "JAX leaves the loop to its users and to the libraries upon it",
    ("data_parallel_two_processes", "keras.tensorflow", "any"): "Model.fit cannot take what the strategy hands it",
    (
        "sharded_data_loading",
        "keras.tensorflow",
        "any",
    ): "keras.distribution on TensorFlow has no initialize",
    ("sharded_data_loading", "keras.torch", "any"): "there is no keras.distribution on torch",
    (
        "model_parallel",
        "keras.tensorflow",
        "any",
    ): "keras.distribution on TensorFlow splits no weight",
    ("model_parallel", "keras.torch", "any"): "there is no keras.distribution on torch",
}

_COMPILED_HERE = (
    "data_dependent_control_flow",
    "control_flow_in_one_graph",
    "error_for_a_wrong_shape",
    "jacobian",
    "complex_numbers",
    "float8",
    "finding_a_nan",
    "custom_training_loop",
)
_COMPILED_BY_KERAS = (
    "data_dependent_control_flow",
    "changing_a_model",
    "new_shapes_without_compiling",
    "error_for_a_wrong_shape",
    "custom_gradient",
    "mixed_precision",
    "complex_numbers",
    "float8",
    "custom_training_loop",
)
_WRITTEN = ("tensorboard_log", "export_as_program", "checkpoint_resume", "int8_quantised_inference")
_PROCESSES = ("data_parallel_two_processes", "sharded_data_loading")
_COMPILED = (
    "custom_operator",
    "gradient_checkpointing",
    "operations_at_scale_of_a_loop",
    "debugger_in_a_model",
    "custom_gradient",
    "mixed_precision",
)
_COMPILED_ALONE = (
    "ragged_tensors",
    "higher_derivatives",
    "changing_a_model",
    "per_sample_gradients",
    "sparse_matrices",
)
_COMPILED_BRIEFLY = ("vectorising_map", "reproducible_random_numbers", "in_place_update")
_FRESH = ("export_as_program", "checkpoint_resume")
_ON_KERAS = ("keras.tensorflow", "keras.torch", "keras.jax")

SLOW: frozenset[tuple[str, str, str]] = frozenset(
    {
        *((slug, system, "any") for slug in _PROCESSES for system in ("pytorch", "tensorflow", *_ON_KERAS)),
        *((slug, "pytorch", "compile") for slug in (*_COMPILED, *_COMPILED_ALONE)),
        *((slug, "keras.torch", "compiled") for slug in (*_COMPILED, "keras_same_numbers")),
        *(("keras_backends", system, "any") for system in _ON_KERAS[:2]),
        *(("keras_is_its_own_package", system, "any") for system in _ON_KERAS[:2]),
        *(("keras_model_across_backends", system, "any") for system in _ON_KERAS[1:]),
        *(
            (slug, system, "any")
            for slug in ("export_as_program", "checkpoint_resume")
            for system in ("tensorflow", *_ON_KERAS)
        ),
        *((slug, "keras.jax", "any") for slug in ("saved_model", "tensorboard_log", "int8_quantised_inference")),
        ("keras_same_numbers", "keras.jax", "eager"),
        ("dlpack_between_frameworks", "tensorflow", "any"),
        *((slug, "jax", "any") for slug in ("saved_model", "litert_conversion")),
        *((slug, "keras.torch", "any") for slug in ("executorch_program", "tensorboard_log")),
        *((slug, "keras.torch", "compiled") for slug in ("looking_inside_a_model", "finding_a_nan")),
        *((slug, "pytorch", "compile") for slug in _COMPILED_HERE),
        *((slug, "keras.torch", "compiled") for slug in _COMPILED_BY_KERAS),
        *((slug, "pytorch", "any") for slug in _WRITTEN),
        *(("ahead_of_time_compiling", system, "any") for system in ("pytorch", "tensorflow")),
        ("model_parallel", "pytorch", "any"),
        *(("deterministic_operations", system, "any") for system in ("pytorch", "keras.jax", "keras.torch")),
        *((slug, "pytorch", "compile") for slug in _COMPILED_BRIEFLY),
        *((slug, "jax", "eager") for slug in ("jacobian", "sparse_matrices", "complex_numbers")),
        *((slug, "keras.jax", "eager") for slug in ("mixed_precision", "error_for_a_wrong_shape")),
        ("onnx_export", "pytorch", "any"),
        ("control_flow_in_one_graph", "keras.torch", "compiled"),
        ("model_parallel", "keras.jax", "any"),
    }
)
"""Cells that take seconds on two busy processors: looked at with `--whole` only (`make soak`)."""
