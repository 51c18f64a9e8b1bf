"""The environment children start with: one thread count for all, the device, quiet logs, cold caches."""

import os
import shutil
from pathlib import Path

from collectors.bench import devices, machine
from collectors.bench.process import Launch
from collectors.bench.spec import BenchSpec, SpecError

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NPROC",  # XLA's CPU client sizes its pool by it
)
COMPILE_CACHES = ("inductor", "triton")


def launch(spec: BenchSpec, scratch: Path) -> Launch:
    """Settle how every child of a run starts; compile caches go to `scratch`, so that a first call is a cold one.

    So do temporary files: a child that is ended cannot remove its own.

    Raises:
        SpecError: there is no such GPU, or more threads are asked for than there are processors to pin them to.
    """
    cpus, threads = _processors(spec)
    gpu = devices.require(spec.device)
    environment = {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "KERAS_BACKEND": "tensorflow",
        "TMPDIR": str(scratch),
        "TORCHINDUCTOR_CACHE_DIR": str(scratch / "inductor"),
        "TRITON_CACHE_DIR": str(scratch / "triton"),
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "JAX_ENABLE_COMPILATION_CACHE": "false",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": _python_path(),
    } | devices.variables(gpu)
    if threads is not None:
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    environment |= spec.environment
    return Launch(spec.registry, spec.device, spec.preset, threads, cpus, environment)


def empty_caches(scratch: Path) -> None:
    """Remove what children compiled and kept in `scratch`, so that the next first call is a cold one too."""
    for name in COMPILE_CACHES:
        shutil.rmtree(scratch / name, ignore_errors=True)


SHOWN = (
    *THREAD_VARIABLES,
    *("OMP_WAIT_POLICY", "OMP_PROC_BIND", "KMP_AFFINITY", "KMP_BLOCKTIME", "GOMP_SPINCOUNT", "LD_PRELOAD"),
    *("TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS", "XLA_FLAGS", "JAX_PLATFORMS", "JAX_ENABLE_COMPILATION_CACHE"),
    *("NVIDIA_TF32_OVERRIDE", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "PYTORCH_ALLOC_CONF"),
    *("TF_FORCE_GPU_ALLOW_GROWTH",),
    *("XLA_PYTHON_CLIENT_PREALLOCATE", "KERAS_BACKEND"),
)
"""The variables that can change a speed, whoever set them: these go into the passport, and no others."""


def shown(launch: Launch) -> dict[str, str]:
    """Give those variables of a child's environment that can change a speed."""
    environment = {**os.environ, **launch.environment}
    return {name: environment[name] for name in SHOWN if name in environment}


def _processors(spec: BenchSpec) -> tuple[tuple[int, ...], int | None]:
    """Give the processors to pin to and the thread count; `defaults` leaves both to the framework."""
    if spec.preset == "defaults":
        return (), None
    all_cpus = machine.processors()
    cores = machine.physical(all_cpus)
    threads = spec.threads or len(cores)
    if threads > len(all_cpus):
        raise SpecError(f"{threads} threads asked for, but this process may run on {len(all_cpus)} processors")
    siblings = [cpu for cpu in all_cpus if cpu not in cores]
    return tuple(sorted((cores + siblings)[:threads])), threads


def _python_path() -> str:
    """Put the folder that holds this package first, so that another interpreter finds the harness too."""
    root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
