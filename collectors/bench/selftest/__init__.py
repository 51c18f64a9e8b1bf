"""The self-test: faults put into variants, and whether the harness names each one when it measures them."""
