"""The variants: a framework and an execution mode each, and whether this machine can run them."""

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

PROBE_LIMIT_S = 20.0
_HOME = re.compile(r"^(?:/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\]+")

_PROBE = """
import importlib.metadata as m, importlib.util, json, sys
modules, names = sys.argv[1].split(","), sys.argv[2:]
versions = []
for name in names:
    try:
        versions.append(m.version(name))
    except m.PackageNotFoundError:
        pass
missing = [name for name in modules if importlib.util.find_spec(name) is None]
print(json.dumps([missing[0] if missing else None, versions[0] if versions else None]))
"""


@dataclass(frozen=True)
class Variant:
    """A framework and how it executes.

    framework: the key of a workload's side and of `FRAMESCOPE_PYTHON_<FRAMEWORK>`; see `interpreter`.
    mode: what the adapter does with a step (`eager`, `compile`, `function`, `xla`, `jit`, or Keras's backend).
    compiled: whether the mode is meant to compile; the passport says whether it did.
    distributions: the packages on an index that carry `module`, the usual one first.
    backend: the framework that Keras runs on; its module has to be there too. Empty for the others.
    """

    slug: str
    framework: str
    mode: str
    compiled: bool
    module: str
    distributions: tuple[str, ...]
    adapter: str
    needs_cxx: bool = False
    backend: str = ""

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that must be importable."""
        return (self.module, self.backend) if self.backend else (self.module,)


@dataclass(frozen=True)
class Availability:
    """Whether a variant can run here, with which interpreter and version, or why it cannot."""

    variant: str
    available: bool
    why_not: str | None
    version: str | None
    python: str


_TENSORFLOW = ("tensorflow", "tensorflow-cpu", "tensorflow-intel", "tensorflow-macos", "tf-nightly", "tf-nightly-cpu")


def _torch(mode: str, compiled: bool) -> Variant:
    adapter = "collectors.bench.adapters.pytorch"
    return Variant(f"torch.{mode}", "pytorch", mode, compiled, "torch", ("torch",), adapter, needs_cxx=compiled)


def _tensorflow(mode: str, compiled: bool) -> Variant:
    adapter = "collectors.bench.adapters.tensorflow"
    return Variant(f"tensorflow.{mode}", "tensorflow", mode, compiled, "tensorflow", _TENSORFLOW, adapter)


def _keras(backend: str, compiled: bool) -> Variant:
    adapter = "collectors.bench.adapters.keras"
    return Variant(f"keras.{backend}", "keras", backend, compiled, "keras", ("keras",), adapter, backend=backend)


VARIANTS: tuple[Variant, ...] = (
    _torch("eager", compiled=False),
    _torch("compile", compiled=True),
    _tensorflow("eager", compiled=False),
    _tensorflow("function", compiled=True),
    _tensorflow("xla", compiled=True),
    Variant("jax.jit", "jax", "jit", True, "jax", ("jax",), "collectors.bench.adapters.jax"),
    _keras("tensorflow", compiled=True),
    _keras("torch", compiled=False),
    _keras("jax", compiled=True),
    Variant("numpy", "numpy", "eager", False, "numpy", ("numpy",), "collectors.bench.adapters.numpy"),
)


def interpreter(of: str | Variant, environment: Mapping[str, str] | None = None) -> str:
    """Give the Python that runs a framework or a variant: the first of its `settings` that is set, else this one."""
    told = os.environ if environment is None else environment
    return next((told[name] for name in settings(of) if told.get(name)), sys.executable)


def settings(of: str | Variant) -> tuple[str, ...]:
    """Name the settings that choose the interpreter, the first one that is set wins.

    Keras has one for each backend, since the GPU builds of its backends may not share an environment; then its own;
    then the backend's framework's, where Keras is most likely to be beside it.
    """
    if isinstance(of, str):
        return (f"FRAMESCOPE_PYTHON_{of.upper()}",)
    if not of.backend:
        return settings(of.framework)
    beside = {"torch": "pytorch"}.get(of.backend, of.backend)
    return tuple(f"FRAMESCOPE_PYTHON_{name.upper()}" for name in (f"{of.framework}_{of.backend}", of.framework, beside))


def without_home(path: str) -> str:
    """Shorten whoever's home directory at the beginning of `path` to `~`: a name of a person is nobody's business."""
    home = os.path.expanduser("~")
    if home != os.sep and path.startswith(home.rstrip(os.sep) + os.sep):
        return "~" + path[len(home.rstrip(os.sep)) :]
    return _HOME.sub("~", path)


def availability(variant: Variant, device: str = "cpu") -> Availability:
    """Say whether `variant` can be started here, without importing its framework."""
    python = interpreter(variant)
    try:
        missing, version = _ask_here(variant) if python == sys.executable else _ask_there(python, variant)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        named = next(name for name in settings(variant) if os.environ.get(name) == python)
        why = f"{python} ({named}) did not answer: {error}"
        return Availability(variant.slug, False, why, None, python)
    why_not = None
    if missing:
        package = variant.distributions[0] if missing == variant.module else missing
        why_not = f"{missing} is not installed for {python}: pip install {package}"
    elif variant.needs_cxx and device == "cpu" and not _cxx():
        why_not = f"{variant.slug} on a CPU needs a C++ compiler, and none was found: install g++ or set CXX"
    return Availability(variant.slug, why_not is None, why_not, version, python)


def _ask_here(variant: Variant) -> tuple[str | None, str | None]:
    """Give the first module that is missing, or None, and the version."""
    missing = next((name for name in variant.modules if importlib.util.find_spec(name) is None), None)
    for name in variant.distributions:
        try:
            return missing, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return missing, None


def _ask_there(python: str, variant: Variant) -> tuple[str | None, str | None]:
    command = [python, "-c", _PROBE, ",".join(variant.modules), *variant.distributions]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_LIMIT_S, check=True)
    missing, version = json.loads(done.stdout)
    return missing, version


def _cxx() -> str | None:
    names = (os.environ.get("CXX"), "g++", "clang++", "c++", "cl")
    return next((path for name in names if name and (path := shutil.which(name.split()[0]))), None)
