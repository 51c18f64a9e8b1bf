"""One small function a claim, grouped as the ledger is; a new one needs its line in verdicts/registry.py."""
