"""What a probe is: one capability as a question, one short function per framework and mode, and how it answers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Literal

from collectors.bench.workload import Gap

__all__ = ["ANY", "STATES", "CannotDo", "Check", "Evidence", "Gap", "Mode", "NotHere", "Probe", "cannot", "expect"]

State = Literal["pass", "fail", "error", "not_run", "not_applicable"]
STATES: tuple[State, ...] = ("pass", "fail", "error", "not_run", "not_applicable")
ANY = "any"
"""The mode of a result where the execution mode plays no part."""
LIMIT_S = 60.0
MESSAGE_LENGTH = 600

Evidence = Mapping[str, Any]
"""What was measured, in JSON's own types; bounded in size."""


class CannotDo(Exception):
    """The capability is not there: the probe's own expectation was not met, or the framework says that it cannot."""

    def __init__(self, message: str, evidence: Evidence | None = None) -> None:
        super().__init__(message)
        self.evidence = dict(evidence or {})


class NotHere(Exception):
    """Something beside the framework that the probe needs is not installed: the probe cannot be run here."""


def expect(met: bool, otherwise: str, **evidence: Any) -> None:
    """State what the capability comes down to.

    Raises:
        CannotDo: it is not met; `otherwise` says what was seen instead, `evidence` holds the figures.
    """
    if not met:
        raise CannotDo(otherwise, evidence)


@contextmanager
def cannot(*refusals: type[BaseException], saying: str = "") -> Iterator[None]:
    """Take the exceptions named, within this block only, as the framework's own word that it cannot.

    Anything else that is raised is an error of the probe or of the machine. Put as little as possible in the block.
    saying: a part of the message, where the type alone would let other troubles through.
    """
    try:
        yield
    except refusals as refusal:
        if saying not in str(refusal):
            raise
        named = f"{type(refusal).__module__}.{type(refusal).__qualname__}"
        raise CannotDo(f"{named}: {str(refusal)[:MESSAGE_LENGTH]}", {"refused_with": named}) from refusal


def needs(module: str) -> None:
    """Say that this probe needs another module beside its framework.

    Raises:
        NotHere: it is not installed.
    """
    if find_spec(module) is None:
        raise NotHere(f"{module} is not installed beside it")


@dataclass(frozen=True)
class Mode:
    """The execution mode a check is asked about.

    name: a mode of the framework (`targets.py`), or `any`.
    backend: the framework that Keras runs on; empty for the others.
    wrap: turns a function of tensors into one that runs in this mode; in eager mode it is the function itself.
    """

    name: str
    framework: str
    backend: str
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]]

    @property
    def eager(self) -> bool:
        """Whether nothing is compiled or traced in this mode."""
        return self.name == "eager"


Check = Callable[[Mode], Evidence]


@dataclass(frozen=True)
class Probe:
    """One capability, put as a question that running code can answer with yes or no.

    axis: a key of `registry.AXES`.
    question: in words; `pass` means yes, `fail` means no.
    sides: the check of a framework (`pytorch`) or of one of its modes (`pytorch.compile`, which goes first), or a gap:
        the capability makes no sense there, and why.
    any_mode: why the execution mode plays no part; then there is one result, of the mode `any`. Empty where it does.
    fresh: run in a process of its own, because what it does cannot be undone.
    limit_s: after so many seconds the process is ended and the outcome is an error.
    """

    slug: str
    title: str
    axis: str
    question: str
    sides: Mapping[str, Check | Gap]
    any_mode: str = ""
    fresh: bool = False
    limit_s: float = field(default=LIMIT_S)

    def side(self, framework: str, mode: str) -> Check | Gap:
        """Give the check or the gap of a framework in a mode."""
        return self.sides.get(f"{framework}.{mode}") or self.sides[framework]

    def modes(self, modes: tuple[str, ...]) -> tuple[str, ...]:
        """Give the modes there is a result for, of those a framework has."""
        return (ANY,) if self.any_mode else modes
