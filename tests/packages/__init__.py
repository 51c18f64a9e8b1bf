"""Tests of reading packages without importing them."""
