"""The workloads and variants that exist, and how to load another set by its module name."""

import difflib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.bench.spec import SpecError
from collectors.bench.variants import VARIANTS, Variant
from collectors.bench.workload import Workload
from collectors.bench.workloads import WORKLOADS

__all__ = ["VARIANTS", "WORKLOADS", "Registry", "load"]


@dataclass(frozen=True)
class Registry:
    """A set of workloads and variants, looked up by slug."""

    workloads: tuple[Workload, ...]
    variants: tuple[Variant, ...]

    def workload(self, slug: str) -> Workload:
        """Give the workload called `slug`.

        Raises:
            SpecError: there is none; the message offers the nearest.
        """
        for workload in self.workloads:
            if workload.slug == slug:
                return workload
        raise SpecError(unknown("workload", slug, [w.slug for w in self.workloads]))

    def variant(self, slug: str) -> Variant:
        """Give the variant called `slug`.

        Raises:
            SpecError: there is none; the message offers the nearest.
        """
        for variant in self.variants:
            if variant.slug == slug:
                return variant
        raise SpecError(unknown("variant", slug, [v.slug for v in self.variants]))


def load(module: str) -> Registry:
    """Import `module` and take its WORKLOADS and VARIANTS."""
    found = importlib.import_module(module)
    return Registry(workloads=found.WORKLOADS, variants=found.VARIANTS)


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that `name` is no such thing: with the nearest names, or all there are where none is near."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    said = f"did you mean {' or '.join(near)}?" if near else f"one of {', '.join(names)}"
    return f"unknown {kind} {name[:80]!r}: {said}"
