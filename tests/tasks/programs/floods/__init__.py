"""Tests: the task `floods`."""
