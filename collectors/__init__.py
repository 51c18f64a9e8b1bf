"""HOW figures are found out: sources, probes, the benchmark harness, jobs and the worker."""
