"""Tests: programs that misbehave, one folder a task."""
