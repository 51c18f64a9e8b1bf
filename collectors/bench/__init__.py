"""The benchmark harness: needs NumPy and the framework it measures, nothing else."""
