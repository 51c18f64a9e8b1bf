"""Which of the counts that a framework's registry gives stands for it beside other frameworks."""

HEADLINES = (
    "operators with a kernel for the processor",
    "primitives that lower for the processor",
    "functions of keras.ops",
)
"""By name, as a kept document has its counts in the order of the alphabet."""
