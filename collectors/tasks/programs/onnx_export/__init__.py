"""Export to ONNX: the task, and in the other files of this folder its programs."""

from collectors.tasks.model import Gap, Program, Task

TASK = Task(
    slug="onnx_export",
    title="Export to ONNX",
    does=("Exports a model to ONNX, runs the file in ONNX Runtime on another batch size, and compares the outputs."),
    sides={
        "pytorch": Program(needs=("onnx", "onnxruntime", "onnxscript")),
        "tensorflow": Program(needs=("onnx", "onnxruntime", "tf2onnx")),
        "keras": Program(needs=("onnx", "onnxruntime", "tf2onnx")),
        "jax": Gap("JAX has no exporter to ONNX; what converts its functions is the work of others, as jax2onnx"),
    },
)
