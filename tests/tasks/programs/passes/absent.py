"""Passes, after an import and a first line that comes late."""

import math
import sys
import time

time.sleep(0.2)
print(f"the root is {math.sqrt(16):.0f}", flush=True)
time.sleep(0.2)
print("and a warning", file=sys.stderr)
assert __name__ == "__main__"
