"""Breaks off."""

raise ValueError("of no importance")
