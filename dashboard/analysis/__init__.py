"""Shares, growth, crossovers: pure functions from frames to findings."""
