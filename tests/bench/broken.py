"""An adapter whose framework is installed, and breaks when it is imported."""

raise ImportError("libfake.so.2: cannot open shared object file")
