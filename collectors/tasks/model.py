"""What a task is: one piece of work, and for each interface a program that does it or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.bench.workload import Gap
from collectors.probes.model import STATES, State
from collectors.probes.targets import TARGETS, Target

__all__ = ["APIS", "STATES", "Api", "Gap", "Program", "State", "Task"]

LIMIT_S = 120.0


@dataclass(frozen=True)
class Api:
    """An interface that programs are written in.

    slug: as results name it: `tensorflow.v1`. target: the system of the probes whose installation runs it.
    modules: the packages whose names count as names of the framework.
    """

    slug: str
    title: str
    target: Target
    modules: tuple[str, ...]

    @property
    def framework(self) -> str:
        """The framework it belongs to: `tensorflow` for `tensorflow.v1`."""
        return self.slug.partition(".")[0]


@dataclass(frozen=True)
class Program:
    """A program that does a task, in a file beside the task's own, named after the interface.

    needs: modules beside the framework, without which it is not run.
    """

    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One piece of work that every framework is asked to do.

    slug: the name of its folder in `programs/`. does: what is done, and what the program checks at its end.
    limit_s: after so many seconds a program is ended and the outcome is an error.
    """

    slug: str
    title: str
    does: str
    sides: Mapping[str, Program | Gap]
    limit_s: float = LIMIT_S


def _api(slug: str, title: str, target: str, *modules: str) -> Api:
    return Api(slug, title, next(each for each in TARGETS if each.slug == target), modules)


APIS: tuple[Api, ...] = (
    _api("pytorch", "PyTorch", "pytorch", "torch"),
    _api("tensorflow", "TensorFlow", "tensorflow", "tensorflow"),
    _api("tensorflow.v1", "TensorFlow 1.x", "tensorflow", "tensorflow"),
    _api("keras", "Keras", "keras.tensorflow", "keras", "tensorflow"),
    _api("jax", "JAX", "jax", "jax"),
)
"""Every interface; a task has a side for each framework, and for `tensorflow.v1` where the old way is the point."""
