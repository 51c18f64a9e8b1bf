"""Takes a gigabyte."""

import time

held = b"x" * 2**30
time.sleep(600)
