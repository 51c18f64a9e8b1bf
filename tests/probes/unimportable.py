"""A framework that is installed and cannot be imported."""

raise ImportError("libmissing.so.1: cannot open shared object file")
