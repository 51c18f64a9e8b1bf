"""Tests of the claim ledger."""
