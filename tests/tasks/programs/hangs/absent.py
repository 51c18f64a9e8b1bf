"""Prints, and never ends."""

import time

print("so far", flush=True)
time.sleep(600)
