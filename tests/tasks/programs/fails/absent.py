"""Prints, and then its own check does not hold."""

print("one and one are 2")
assert 1 + 1 == 3, "they are not 3"
