"""Tests: the task `fails`."""
