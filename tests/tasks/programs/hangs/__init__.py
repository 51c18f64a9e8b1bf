"""Tests: the task `hangs`."""
