"""Tests: the task `writes`."""
