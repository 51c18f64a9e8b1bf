"""Tests: the task `breaks`."""
