"""The probes, axes and targets that exist, the nearest where a name is none, and how to load another set."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.bench.registry import unknown
from collectors.probes.capabilities import PROBES
from collectors.probes.model import Probe
from collectors.probes.targets import TARGETS, Target

__all__ = ["AXES", "PROBES", "TARGETS", "Registry", "UnknownCapability", "load"]

AXES: Mapping[str, str] = {
    "graph": "Computation graph",
    "debugging": "Debugging and visualisation",
    "gradients": "Derivatives",
    "numbers": "Number types and precision",
    "data": "Sparse, ragged, in place",
    "interchange": "Between libraries",
    "export": "Leaving the framework",
    "reproducibility": "Reproducibility",
    "training": "Training",
    "scale": "Distributed training",
    "hardware": "Devices",
    "compatibility": "Backends and old code",
}


class UnknownCapability(ValueError):
    """A capability or system is asked for that does not exist: correct the name; the message offers the nearest."""


@dataclass(frozen=True)
class Registry:
    """A set of probes and targets, looked up by slug."""

    probes: tuple[Probe, ...]
    targets: tuple[Target, ...]

    def chosen_probes(self, names: Iterable[str]) -> tuple[Probe, ...]:
        """Give the probes named, each once, in the registry's order; all where none is named.

        Raises:
            UnknownCapability: a name is none.
        """
        wanted, known = set(names), [probe.slug for probe in self.probes]
        for name in sorted(wanted - set(known)):
            raise UnknownCapability(unknown("capability", name, known))
        return tuple(probe for probe in self.probes if not wanted or probe.slug in wanted)

    def chosen_targets(self, names: Iterable[str]) -> tuple[Target, ...]:
        """Give the targets named, by slug or by framework (`keras` is Keras on every backend); all where none is named.

        Raises:
            UnknownCapability: a name is neither.
        """
        wanted = set(names)
        known = list(dict.fromkeys([t.slug for t in self.targets] + [t.framework for t in self.targets]))
        for name in sorted(wanted - set(known)):
            raise UnknownCapability(unknown("system", name, known))
        return tuple(t for t in self.targets if not wanted or {t.slug, t.framework} & wanted)

    def cells(self) -> int:
        """Count the results there are to be: one for each probe, target and mode."""
        return sum(len(probe.modes(target.modes)) for probe in self.probes for target in self.targets)


def load(module: str) -> Registry:
    """Import `module` and take its PROBES and TARGETS."""
    found = importlib.import_module(module)
    return Registry(probes=found.PROBES, targets=found.TARGETS)
