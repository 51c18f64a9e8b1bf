"""Choosing: criteria as ranges of scores with their evidence, a ranking as ranges, and where it turns over (pure)."""
