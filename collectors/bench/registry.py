"""The workloads and variants that exist, and how to load another set by its module name."""

import importlib
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
            SpecError: there is none; the message lists those there are.
        """
        for workload in self.workloads:
            if workload.slug == slug:
                return workload
        known = ", ".join(w.slug for w in self.workloads)
        raise SpecError(f"unknown workload {slug!r}: one of {known}")

    def variant(self, slug: str) -> Variant:
        """Give the variant called `slug`.

        Raises:
            SpecError: there is none; the message lists those there are.
        """
        for variant in self.variants:
            if variant.slug == slug:
                return variant
        known = ", ".join(v.slug for v in self.variants)
        raise SpecError(f"unknown variant {slug!r}: one of {known}")


def load(module: str) -> Registry:
    """Import `module` and take its WORKLOADS and VARIANTS."""
    found = importlib.import_module(module)
    return Registry(workloads=found.WORKLOADS, variants=found.VARIANTS)
