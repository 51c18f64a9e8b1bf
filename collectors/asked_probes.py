"""Probes as they may be asked for: names of the registry alone, a device that is here, and how to run one again."""

import shlex
from collections.abc import Mapping
from functools import reduce
from typing import Any

from collectors import asked
from collectors.bench.spec import SpecError
from collectors.probes.registry import AXES, Registry, load
from collectors.probes.spec import DEFAULT_REGISTRY, DEVICES, ProbeSpec
from language.words import _, _p


def check(parameters: Mapping[str, Any]) -> ProbeSpec:
    """Give what the runner takes for a request of a page, of cron or of the command line.

    Raises:
        UnknownCapability: a capability or system that the registry does not have; a `ValueError`, as the next.
        SpecError: a device that is not here.
    """
    if parameters["device"] not in DEVICES:
        may = reduce(lambda left, right: _p("names", "{a} or {b}", a=left, b=right), DEVICES)
        device = repr(str(parameters["device"])[:40])
        raise SpecError(_("Probes run on {devices}, not on {device}.", devices=may, device=device))
    spec = ProbeSpec(
        tuple(parameters["capabilities"]),
        tuple(parameters["systems"]),
        device=str(parameters["device"]),
        registry=DEFAULT_REGISTRY,
    )
    chosen(spec)
    asked.device_row(spec.device)
    return spec


def chosen(spec: ProbeSpec) -> Registry:
    """Give the probes and targets that a request comes to. Raises `UnknownCapability`."""
    known = load(spec.registry)
    return Registry(known.chosen_probes(spec.capabilities), known.chosen_targets(spec.systems))


def capabilities() -> list[dict[str, Any]]:
    """List the probes: ``{capability, title, axis, axis_title, question, any_mode}`` each.

    ``any_mode`` says why the execution mode plays no part, and is empty where it does.
    """
    return [
        {
            "capability": probe.slug,
            "title": probe.title,
            "axis": probe.axis,
            "axis_title": AXES.get(probe.axis, probe.axis),
            "question": probe.question,
            "any_mode": probe.any_mode,
        }
        for probe in load(DEFAULT_REGISTRY).probes
    ]


def command(capability: str = "", system: str = "", device: str = "cpu", interpreter: str = "") -> str:
    """Give the line that probes again: one cell, a capability, a system, or all.

    ``interpreter`` is the setting kept with a result, as ``FRAMESCOPE_PYTHON_TENSORFLOW=/opt/tf/bin/python``; empty for
    none.
    """
    name, is_set, path = interpreter.partition("=")
    words = [f"{name}={path if path.startswith('~/') else shlex.quote(path)}"] if is_set else []
    words += ["framescope", "probe", *([shlex.quote(capability)] if capability else [])]
    words += ["--system", shlex.quote(system)] if system else []
    words += ["--device", device] if device != DEVICES[0] else []
    return " ".join(words)
