"""Tests: the tasks side by side."""
