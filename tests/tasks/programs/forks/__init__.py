"""Tests: the task `forks`."""
