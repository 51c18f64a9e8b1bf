"""The room that says everything in the reader's language."""
