"""Measuring on other machines: a worker that hands benchmarks to the nodes of a Ray cluster (docs/ray.md)."""
