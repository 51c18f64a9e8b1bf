"""What a child does when asked: import its framework, and run one check after another."""

import importlib
import importlib.metadata
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from collectors.probes.evidence import bounded, cut
from collectors.probes.model import MESSAGE_LENGTH, CannotDo, Gap, NotHere, State
from collectors.probes.modes import compiled_by_dynamo, forget, graphs, mode_of
from collectors.probes.registry import load
from collectors.probes.targets import Target

BESIDE = ("numpy", "jaxlib", "ml_dtypes")
"""Packages whose version can change an answer."""


class Session:
    """One target in this process; `handle` answers one request."""

    def __init__(self, registry: str, target: str) -> None:
        self.registry = load(registry)
        (self.target,) = (each for each in self.registry.targets if each.slug == target)
        self.process = os.getpid()

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what `request["do"]` names with the other entries as arguments."""
        actions: dict[str, Callable[..., dict[str, Any]]] = {"start": self.start, "check": self.check}
        return actions[request["do"]](**{key: value for key, value in request.items() if key != "do"})

    def start(self) -> dict[str, Any]:
        """Import the framework, and its backend; tell the versions and how long it took."""
        started = time.perf_counter()
        for name in reversed(self.target.variant.modules):
            importlib.import_module(name)
        return {"import_s": time.perf_counter() - started, "versions": versions(self.target)}

    def check(self, capability: str, mode: str) -> dict[str, Any]:
        """Run one check in a folder of its own and tell the state it came to."""
        (probe,) = self.registry.chosen_probes([capability])
        side = probe.side(self.target.framework, mode)
        if isinstance(side, Gap):
            raise ValueError(f"{capability} has no check for {self.target.slug}")
        here = os.getcwd()
        with tempfile.TemporaryDirectory(prefix="probe-", ignore_cleanup_errors=True) as folder:
            os.chdir(folder)
            try:
                place = self.target.framework, self.target.backend, mode
                check = partial(side, mode_of(*place))
                return self._outcome(partial(_by_dynamo, check) if compiled_by_dynamo(*place) else check)
            finally:
                self._end_a_copy()
                os.chdir(here)

    def _outcome(self, check: Callable[[], Any]) -> dict[str, Any]:
        started = time.perf_counter()
        state: State = "pass"
        message, evidence = "", {}
        try:
            evidence = bounded(dict(check()))
        except CannotDo as missing:
            state, message, evidence = "fail", str(missing), bounded(missing.evidence)
        except NotHere as missing:
            state, message = "not_run", str(missing)
        except BaseException as error:  # noqa: BLE001  # whatever else comes, SystemExit included, is one cell's error
            state, message = "error", f"{type(error).__name__}: {error}"
            traceback.print_exc()
        finally:
            sys.settrace(None)
        seconds = time.perf_counter() - started
        return {"state": state, "message": cut(message, MESSAGE_LENGTH), "evidence": evidence, "seconds": seconds}

    def _end_a_copy(self) -> None:
        """End a copy of this process that a check forked and that came back from it: one answer, from one process."""
        if os.getpid() != self.process:
            os._exit(0)


def _by_dynamo(check: Callable[[], Any]) -> Any:
    """Run a check whose mode goes by Dynamo, which must have compiled something for it.

    Raises:
        NothingCompiled: it passed without a graph, and so shows nothing of this mode.
    """
    forget()
    before = graphs()
    evidence = check()
    if graphs() == before:
        raise NothingCompiled("the check passed, and Dynamo compiled nothing for it: Python ran the function")
    return evidence


class NothingCompiled(Exception):
    """A check in a compiled mode that was left to Python as a whole: an error of the check, which is to ask so."""


def versions(target: Target) -> dict[str, str]:
    """Give the versions of the framework, its backend and what else can change an answer, as installed here."""
    found = {"python": platform.python_version()}
    backend = target.backend_variant.distributions if target.backend_variant else ()
    for names in (target.variant.distributions, backend, *((name,) for name in BESIDE)):
        for name in names:
            try:
                found[names[0]] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
            break
    return found
