"""Compiling ahead of time: machine code for a model before its first call, made by the framework's own means."""

from pathlib import Path
from typing import Any

import numpy as np

from collectors.probes.model import Evidence, Gap, Mode, Probe, expect

WEIGHT = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)


def pytorch(mode: Mode) -> Evidence:
    """AOTInductor: a package of torch.export's program, loaded and run; compiled without optimising, for time."""
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(WEIGHT))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x @ self.weight

    with torch.no_grad():
        program = torch.export.export(Model().eval(), (torch.ones(2, 3),))
        package = torch._inductor.aoti_compile_and_package(
            program,
            package_path=str(Path("model.pt2").resolve()),
            inductor_configs={"aot_inductor.compile_wrapper_opt_level": "O0"},
        )
    run = torch._inductor.aoti_load_package(package)
    return _same("AOTInductor", run(torch.tensor(_input())).numpy(), bytes=Path(package).stat().st_size)


def tensorflow(mode: Mode) -> Evidence:
    """saved_model_cli aot_compile_cpu, as far as the object file: to run it a C++ program has to be built around it."""
    import subprocess
    import sys

    import tensorflow as tf

    class Model(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((2, 3), tf.float32, name="x")])
        def __call__(self, x: Any) -> Any:
            return x @ WEIGHT

    model = Model()
    tf.saved_model.save(model, "model", signatures=model.__call__)
    program = "from tensorflow.python.tools.saved_model_cli import main; main()"
    options = {"--dir": "model", "--tag_set": "serve", "--output_prefix": "out", "--cpp_class": "Model"}
    words = ["aot_compile_cpu", *(word for pair in options.items() for word in pair)]
    subprocess.run([sys.executable, "-c", program, *words], check=True, timeout=45)
    machine_code = Path("out.o").read_bytes()
    evidence = {"by": "saved_model_cli", "bytes": len(machine_code), "class_in_header": "class Model" in _text("out.h")}
    expect(b"matmul" in machine_code, "the object file has no symbol of the product", **evidence)
    return {**evidence, "run": False}


def jax(mode: Mode) -> Evidence:
    """jax.jit(f).lower(shapes).compile()."""
    import jax
    from jax import numpy as jnp

    traces = []

    def model(x: Any) -> Any:
        traces.append(x.shape)
        return x @ WEIGHT

    run = jax.jit(model).lower(jax.ShapeDtypeStruct((2, 3), jnp.float32)).compile()
    found = np.asarray(run(jnp.asarray(_input())))
    expect(len(traces) == 1, f"the model was traced {len(traces)} times", traces=len(traces))
    return _same("lower and compile", found, traces=len(traces))


def _input() -> Any:
    return np.arange(6, dtype="float32").reshape(2, 3) / 10


def _text(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


def _same(by: str, found: Any, **seen: Any) -> Evidence:
    furthest = float(np.abs(_input() @ WEIGHT - found).max())
    evidence = {"by": by, "greatest_difference": furthest, "run": True, **seen}
    expect(furthest < 1e-5, f"compiled ahead it differs by {furthest:g}", **evidence)
    return evidence


PROBE = Probe(
    slug="ahead_of_time_compiling",
    title="Compiling ahead of time",
    axis="graph",
    limit_s=120,
    question="Can a model be compiled to machine code before its first call?",
    sides={
        "pytorch": pytorch,
        "tensorflow": tensorflow,
        "jax": jax,
        "keras": Gap("Keras compiles at the first call; ahead of it only the backend does: see the backend"),
    },
    any_mode="compiling ahead is a call of its own",
)
