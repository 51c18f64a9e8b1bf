"""Tests of measuring on other machines."""
