"""Tests: the probes."""
