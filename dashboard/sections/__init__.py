"""The parts that pages are made of, each a function that draws one thing."""
