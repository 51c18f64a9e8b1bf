"""Tests: the task `passes`."""
