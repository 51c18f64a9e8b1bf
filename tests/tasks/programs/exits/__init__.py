"""Tests: the task `exits`."""
