"""Tests: the task `swells`."""
