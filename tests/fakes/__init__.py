"""Tests: mirrors the tree."""
