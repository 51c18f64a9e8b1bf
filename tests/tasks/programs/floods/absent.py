"""Prints megabytes."""

for number in range(60_000):
    print(f"{number} {'x' * 100}")
