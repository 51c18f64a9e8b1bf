"""Would need what is not installed."""

import importlib

print(importlib.import_module("no_such_module_anywhere"))
