"""Tests: the task `lacks`."""
