"""The speed harness: one child process per variant, rounds in random order, nothing but NumPy and the framework."""
