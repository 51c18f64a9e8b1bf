"""Processes are killed dead at instants chosen by seed, while jobs run and figures come; then everything is counted."""
